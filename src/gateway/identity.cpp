#include "gateway/identity.h"

#include <algorithm>
#include <array>
#include <string>

namespace signalbox::gateway {

namespace {

constexpr std::string_view kTeamHeader = "x-authz-team-id";
constexpr std::string_view kTenantHeader = "x-authz-tenant-id";

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return equal_ignoring_case(text.substr(0, prefix.size()), prefix);
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::vector<std::string> split_groups(std::string_view list) {
  std::vector<std::string> groups;
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    const std::string_view group = trim(list.substr(0, comma));
    if (!group.empty()) groups.emplace_back(group);
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
  }
  return groups;
}

bool is_trusted(const router::Snapshot& snapshot, std::string_view peer) {
  return std::any_of(snapshot.trusted_proxies.begin(), snapshot.trusted_proxies.end(),
                     [&](const router::IpBlock& block) { return block.contains(peer); });
}

}  // namespace

evidence::Identity identity_of(const router::Snapshot& snapshot, const Headers& headers, std::string_view peer) {
  return is_trusted(snapshot, peer) ? identity_in(snapshot, headers) : evidence::Identity();
}

evidence::Identity identity_in(const router::Snapshot& snapshot, const Headers& headers) {
  evidence::Identity identity;
  const router::IdentityHeadersSpec& names = snapshot.spec->global.services.authz.identity;
  const std::vector<std::string_view> users = headers.all(names.user_id_header);
  const std::vector<std::string_view> groups = headers.all(names.user_groups_header);
  if (users.size() != 1 || trim(users[0]).empty() || groups.size() > 1) return identity;
  identity.verified = true;
  identity.user = trim(users[0]);
  if (groups.size() == 1) identity.groups = split_groups(groups[0]);
  identity.team = headers.get(kTeamHeader).value_or("");
  identity.tenant = headers.get(kTenantHeader).value_or("");
  return identity;
}

bool is_stripped_upstream(const router::Snapshot& snapshot, std::string_view name) {
  static constexpr std::array<std::string_view, 12> kNames{
      "authorization",   "proxy-authorization", "cookie",    "x-api-key", "accept-encoding", "x-selected-model",
      "x-forwarded-for", "x-real-ip",           "forwarded", "expect",    "origin",          "referer"};
  const auto is = [&](std::string_view other) { return equal_ignoring_case(name, other); };
  const router::IdentityHeadersSpec& names = snapshot.spec->global.services.authz.identity;
  if (is(names.user_id_header) || is(names.user_groups_header)) return true;
  if (starts_with_ignoring_case(name, "x-vsr-") || starts_with_ignoring_case(name, "x-authz-")) return true;
  constexpr std::string_view kKeySuffix = "-key";
  const bool is_key =
      name.size() >= kKeySuffix.size() && equal_ignoring_case(name.substr(name.size() - kKeySuffix.size()), kKeySuffix);
  if (is_key && starts_with_ignoring_case(name, "x-user-")) return true;
  return std::any_of(kNames.begin(), kNames.end(), is);
}

}  // namespace signalbox::gateway
