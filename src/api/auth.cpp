#include "api/auth.h"

#include <algorithm>

#include "gateway/http.h"

namespace signalbox::api {
namespace {

// The token of `Bearer TOKEN`; "" when it is something else.
std::string_view bearer_of(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";
  if (authorization.size() < kScheme.size()) return {};
  if (!gateway::equal_ignoring_case(authorization.substr(0, kScheme.size()), kScheme)) return {};
  authorization.remove_prefix(kScheme.size());
  while (authorization.starts_with(' ')) authorization.remove_prefix(1);
  while (authorization.ends_with(' ')) authorization.remove_suffix(1);
  return authorization;
}

}  // namespace

ManagementAuth::ManagementAuth(const router::ManagementAuthSpec& spec, const config::Environment& environment,
                               std::string_view own_token)
    : reads_need_token_(spec.mode == router::ManagementAuthMode::bearer) {
  if (!own_token.empty()) holders_.push_back({digest::sha256(own_token), {"*"}});
  const auto roles = router::management_roles(spec);
  for (const router::ManagementTokenSpec& token : spec.tokens) {
    const std::string value = environment(token.env).value_or("");
    const auto role = roles.find(token.role);
    if (value.empty() || role == roles.end()) continue;
    holders_.push_back({digest::sha256(value), role->second});
  }
}

// Every digest is compared, so that the time tells nothing of which one it was.
const ManagementAuth::Holder* ManagementAuth::find(std::string_view token) const {
  const digest::Sha256 digest = digest::sha256(token);
  const Holder* found = nullptr;
  for (const Holder& holder : holders_) {
    if (digest::equal_in_constant_time(holder.token, digest)) found = &holder;
  }
  return found;
}

Right ManagementAuth::check(const Needed& needed, std::optional<std::string_view> authorization) const {
  if (needed.permission.empty() || (!needed.always && !reads_need_token_)) return Right::granted;
  if (holders_.empty()) return Right::not_configured;
  const std::string_view token = bearer_of(authorization.value_or(""));
  const Holder* const holder = token.empty() ? nullptr : find(token);
  if (holder == nullptr) return Right::unauthorized;
  const bool allowed = std::ranges::any_of(holder->permissions, [&](const std::string& permission) {
    return permission == "*" || permission == needed.permission;
  });
  return allowed ? Right::granted : Right::forbidden;
}

}  // namespace signalbox::api
