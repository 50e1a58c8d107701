#include "auth/jwt_claims.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace signalbox::auth {

namespace {

using protocol::JsonTree;
using Kind = JsonTree::Kind;
using Reason = AuthError::Reason;

constexpr std::size_t kMaxName = 256;    // of a user, group, team or tenant
constexpr std::size_t kMaxGroups = 256;  // more than that is no list of groups

std::unexpected<AuthError> refused(Reason reason, std::string_view message) {
  return std::unexpected(AuthError{reason, message});
}

// Seconds since 1970, as a token writes them (RFC 7519: a number, fractions allowed).
std::optional<double> seconds_in(JsonTree::Value claim) {
  const std::optional<double> number = claim.is(Kind::number) ? claim.number() : std::nullopt;
  return number && *number >= 0 && *number < 1e12 ? number : std::nullopt;
}

std::expected<Validity, AuthError> check_times(JsonTree::Value claims, double now, double leeway) {
  const std::optional<double> expires = seconds_in(claims["exp"]);
  if (!expires) return refused(Reason::token_claims, "the token has no valid exp");
  Validity validity{0, *expires + leeway};
  if (now >= validity.until) return refused(Reason::token_expired, "the token has expired");
  for (const std::string_view name : {"nbf", "iat"}) {
    if (!claims[name]) continue;
    const std::optional<double> from = seconds_in(claims[name]);
    if (!from) return refused(Reason::token_claims, "the token's nbf or iat is not a time");
    validity.from = std::max(validity.from, *from - leeway);
  }
  if (now < validity.from) return refused(Reason::token_not_yet_valid, "the token is not valid yet");
  return validity;
}

bool is_for(JsonTree::Value audience, const std::vector<std::string>& accepted) {
  const auto known = [&](JsonTree::Value one) {
    return one.is(Kind::string) && std::find(accepted.begin(), accepted.end(), one.string_or()) != accepted.end();
  };
  if (!audience.is(Kind::array)) return known(audience);
  for (JsonTree::Value one = audience.first(); one; one = one.next()) {
    if (known(one)) return true;
  }
  return false;
}

// "a.b" is the member of that name where there is one (claims may be URLs), else member b of member a.
JsonTree::Value at_path(JsonTree::Value claims, std::string_view path) {
  if (path.empty()) return {};
  if (const JsonTree::Value whole = claims[path]) return whole;
  JsonTree::Value value = claims;
  while (!path.empty()) {
    const std::size_t dot = path.find('.');
    if (!value.is(Kind::object)) return {};
    value = value[path.substr(0, dot)];
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  return value;
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxName &&
         std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

// Absent is fine; anything but a name is not.
bool read_name(JsonTree::Value claim, std::string& into) {
  if (!claim || claim.is(Kind::null)) return true;
  into = claim.string_or();
  return is_name(into);
}

bool split_groups(std::string_view list, std::vector<std::string>& into) {
  while (!list.empty()) {
    const std::size_t end = list.find_first_of(", ");
    if (end != 0) into.emplace_back(list.substr(0, end));
    list = end == std::string_view::npos ? std::string_view() : list.substr(end + 1);
  }
  return into.size() <= kMaxGroups && std::all_of(into.begin(), into.end(), is_name);
}

bool read_groups(JsonTree::Value claim, std::vector<std::string>& into) {
  if (!claim || claim.is(Kind::null)) return true;
  if (claim.is(Kind::string)) return split_groups(claim.string_or(), into);
  if (!claim.is(Kind::array) || claim.size() > kMaxGroups) return false;
  for (JsonTree::Value one = claim.first(); one; one = one.next()) {
    if (!is_name(one.string_or())) return false;
    into.emplace_back(one.string_or());
  }
  return true;
}

}  // namespace

std::expected<Validity, AuthError> check_claims(JsonTree::Value claims, const JwtSpec& spec,
                                                std::chrono::system_clock::time_point now) {
  if (claims["iss"].string_or() != spec.issuer) return refused(Reason::token_issuer, "the token is of another issuer");
  if (!is_for(claims["aud"], spec.audience))
    return refused(Reason::token_audience, "the token is for another audience");
  const auto seconds = [](auto time) { return std::chrono::duration<double>(time).count(); };
  return check_times(claims, seconds(now.time_since_epoch()), seconds(spec.leeway.value));
}

std::expected<evidence::Identity, AuthError> identity_in(JsonTree::Value claims, const JwtClaimsSpec& spec) {
  evidence::Identity identity;
  const bool good = read_name(at_path(claims, spec.user), identity.user) && !identity.user.empty() &&
                    read_groups(at_path(claims, spec.groups), identity.groups) &&
                    read_name(at_path(claims, spec.team), identity.team) &&
                    read_name(at_path(claims, spec.tenant), identity.tenant);
  if (!good) return refused(Reason::token_claims, "the token does not say who its user is as it should");
  identity.verified = true;
  return identity;
}

}  // namespace signalbox::auth
