#include "auth/client_auth_spec.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>
#include <charconv>

namespace signalbox::auth {

namespace {

using std::chrono::sys_days;

// Exactly `width` digits at the front of `text`, which moves on. -1 when there are none.
int take_digits(std::string_view& text, std::size_t width) {
  int number = 0;
  if (text.size() < width) return -1;
  const char* const end = text.data() + width;
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || text.front() == '-') return -1;
  text.remove_prefix(width);
  return number;
}

bool take(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  return true;
}

std::optional<sys_days> take_date(std::string_view& text) {
  const int year = take_digits(text, 4);
  if (year < 1970 || !take(text, "-")) return std::nullopt;
  const int month = take_digits(text, 2);
  if (month < 1 || !take(text, "-")) return std::nullopt;
  const int day = take_digits(text, 2);
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day < 1 ? 0 : day))};
  return date.ok() ? std::optional(sys_days(date)) : std::nullopt;
}

std::optional<std::chrono::seconds> take_time(std::string_view& text) {
  const int hour = take_digits(text, 2);
  if (hour < 0 || hour > 23 || !take(text, ":")) return std::nullopt;
  const int minute = take_digits(text, 2);
  if (minute < 0 || minute > 59 || !take(text, ":")) return std::nullopt;
  const int second = take_digits(text, 2);
  if (second < 0 || second > 59 || text != "Z") return std::nullopt;
  return std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);
}

std::string parse_timestamp(void* value, const std::string& text) {
  std::string_view rest = text;
  const std::optional<sys_days> date = take_date(rest);
  std::optional<std::chrono::seconds> time = std::chrono::seconds(0);
  if (date && take(rest, "T")) {
    time = take_time(rest);
  } else if (!rest.empty()) {
    time.reset();
  }
  if (!date || !time) return fmt::format("\"{}\" is not a date or a time in UTC", text.substr(0, 40));
  static_cast<Timestamp*>(value)->value = *date + *time;
  return {};
}

std::string print_timestamp(const void* value) {
  const auto moment = static_cast<const Timestamp*>(value)->value;
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", std::chrono::time_point_cast<std::chrono::seconds>(moment));
}

}  // namespace

const config::CustomScalar Timestamp::custom_scalar{
    "string", "date or time in UTC, such as 2027-01-31 or 2027-01-31T12:00:00Z", parse_timestamp, print_timestamp};

void describe(config::Visitor& v, ApiKeySpec& x) {
  v.object("ApiKey", "A client's key, known by its hash.", &x.path);
  v.field("name", x.name,
          {.doc = "Shown in logs and metrics; the key itself never is.", .required = true, .non_empty = true});
  v.field("sha256", x.sha256,
          {.doc = "SHA-256 of the key, 64 hexadecimal digits; `signalbox hash-key` makes both.",
           .required = true,
           .secret = true});
  v.field("user", x.user, {.doc = "Who uses the key (default: its name)."});
  v.field("groups", x.groups, {.doc = "Groups of the user, for role bindings and rate limits."});
  v.field("team", x.team, {.doc = "Team of the user."});
  v.field("tenant", x.tenant, {.doc = "Tenant of the user."});
  v.field("models", x.models,
          {.doc = "Models that the key may use; * stands for any characters. Default: all.", .non_empty = true});
  v.field("enabled", x.enabled, {.doc = "false refuses the key and keeps its entry."});
  v.field("expires", x.expires, {.doc = "From then on the key is refused."});
  v.field("may_act_for", x.may_act_for,
          {.doc = "The key belongs to a proxy whose identity headers say who asks, wherever it calls from."});
}

void describe(config::Visitor& v, JwtClaimsSpec& x) {
  v.object("JwtClaims", "Where identity stands in a token: a claim's name, or a path such as realm_access.roles.",
           &x.path);
  v.field("user", x.user, {.doc = "User; a token without it is refused.", .non_empty = true});
  v.field("groups", x.groups, {.doc = "Groups: a list, or one string with blanks or commas."});
  v.field("team", x.team, {.doc = "Team."});
  v.field("tenant", x.tenant, {.doc = "Tenant."});
}

void describe(config::Visitor& v, JwtSpec& x) {
  static constexpr std::array<std::string_view, 13> kAlgorithms{"RS256", "RS384", "RS512", "PS256", "PS384",
                                                                "PS512", "ES256", "ES384", "ES512", "EdDSA",
                                                                "HS256", "HS384", "HS512"};
  v.object("Jwt", "Signed tokens (JWT) of an identity provider. exp is required; nbf and iat are checked when present.",
           &x.path);
  v.field("issuer", x.issuer, {.doc = "What iss must be.", .required = true, .non_empty = true});
  v.field("audience", x.audience, {.doc = "One of these must be in aud.", .required = true, .non_empty = true});
  v.field("algorithms", x.algorithms,
          {.doc = "Signature algorithms that count; a token that names another is refused. HS* needs secret_env.",
           .required = true,
           .choices = kAlgorithms,
           .non_empty = true});
  v.field("jwks_file", x.jwks_file, {.doc = "File with the public keys (a JWK set), read with the configuration."});
  v.field("jwks_url", x.jwks_url,
          {.doc = "https URL of the public keys, fetched in the background; the last good set stays in use."});
  v.field("ca_file", x.ca_file,
          {.doc = "PEM file of the authorities that jwks_url is held to (default: the system's)."});
  v.field("refresh", x.refresh, {.doc = "How often jwks_url is fetched, 1m to 24h."});
  v.field("secret_env", x.secret_env, {.doc = "Environment variable with the shared secret of HS* algorithms."});
  v.field("leeway", x.leeway, {.doc = "How far clocks may differ, at most 5m."});
  v.field("claims", x.claims, {.doc = "Where identity stands."});
}

void describe(config::Visitor& v, TeamSpec& x) {
  v.object("Team", "What a team may use.", &x.path);
  v.field("models", x.models,
          {.doc = "Models that members may use; * stands for any characters. A key's own list narrows it further.",
           .non_empty = true});
}

void describe(config::Visitor& v, ClientAuthSpec& x) {
  v.object("ClientAuth",
           "Who may use the gateway. With a key or jwt here, every listener asks for one of them (401 without).",
           &x.path);
  v.field("optional", x.optional,
          {.doc = "Requests without a credential pass, without identity; a wrong credential is refused all the same."});
  v.field("api_keys", x.api_keys, {.doc = "Keys, sent as bearer token or x-api-key."});
  v.field("jwt", x.jwt, {.doc = "Tokens of an identity provider, sent as bearer token."});
  v.field("teams", x.teams, {.doc = "By team name."});
}

}  // namespace signalbox::auth
