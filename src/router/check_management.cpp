// Tokens, roles and names of the management port.
#include <fmt/format.h>

#include <algorithm>

#include "router/checks.h"

namespace signalbox::router {
namespace {

void check_roles(const ManagementAuthSpec& auth, config::Diagnostics& diagnostics) {
  const std::span<const std::string_view> known = management_permissions();
  for (const auto& [role, permissions] : auth.roles) {
    const std::string path = config::join(config::join(auth.path, "roles"), role);
    for (std::size_t i = 0; i < permissions.size(); ++i) {
      if (std::ranges::find(known, permissions[i]) != known.end()) continue;
      diagnostics.error(config::join(path, i), "unknown_permission",
                        fmt::format("there is no permission \"{}\"", permissions[i]),
                        config::did_you_mean(permissions[i], {known.begin(), known.end()}));
    }
  }
}

void check_tokens(const ManagementAuthSpec& auth, const config::Environment& environment,
                  config::Diagnostics& diagnostics) {
  std::vector<std::string> roles;
  for (const auto& [name, permissions] : management_roles(auth)) roles.push_back(name);
  for (const ManagementTokenSpec& token : auth.tokens) {
    if (!token.role.empty() && std::ranges::find(roles, token.role) == roles.end()) {
      diagnostics.error(config::join(token.path, "role"), "dangling_reference",
                        fmt::format("there is no role \"{}\"", token.role), config::did_you_mean(token.role, roles));
    }
    if (!token.env.empty() && environment(token.env).value_or("").empty()) {
      diagnostics.warning(config::join(token.path, "env"), "unset_variable",
                          fmt::format("the environment variable {} is not set: nobody holds this token", token.env));
    }
  }
}

bool is_host(const std::string& host) {
  const auto good = [](char c) { return c > ' ' && c < 0x7f && c != '/' && c != ':' && c != '@' && c != '*'; };
  return !host.empty() && std::ranges::all_of(host, good);
}

}  // namespace

void check_management(const ManagementApiSpec& spec, const config::Environment& environment,
                      config::Diagnostics& diagnostics) {
  check_roles(spec.auth, diagnostics);
  check_tokens(spec.auth, environment, diagnostics);
  for (std::size_t i = 0; i < spec.allowed_hosts.size(); ++i) {
    if (is_host(spec.allowed_hosts[i])) continue;
    diagnostics.error(config::join(config::join(spec.path, "allowed_hosts"), i), "bad_value",
                      fmt::format("\"{}\" is not a host name", spec.allowed_hosts[i]),
                      "a name without scheme, port or wildcard: router.example.org");
  }
}

}  // namespace signalbox::router
