#include "router/management_spec.h"

#include <array>

namespace signalbox::router {
namespace {

constexpr std::array<std::string_view, 20> kPermissions{"*",
                                                        "health.read",
                                                        "ready.read",
                                                        "docs.read",
                                                        "classify.invoke",
                                                        "config.read",
                                                        "config.write",
                                                        "secret_view",
                                                        "learning.ingest",
                                                        "replay.read",
                                                        "replay.detail",
                                                        "data.read",
                                                        "data.write",
                                                        "metrics.read",
                                                        "cache.read",
                                                        "cache.invalidate",
                                                        "cache.manage",
                                                        "compression.read",
                                                        "compression.preview",
                                                        "compression.manage"};

}  // namespace

std::span<const config::EnumName> enum_names(ManagementAuthMode) {
  static constexpr std::array<config::EnumName, 2> kNames{{{0, "disabled"}, {1, "bearer"}}};
  return kNames;
}

std::span<const std::string_view> management_permissions() {
  return kPermissions;
}

std::map<std::string, std::vector<std::string>> management_roles(const ManagementAuthSpec& spec) {
  std::map<std::string, std::vector<std::string>> roles{
      {"viewer",
       {"health.read", "ready.read", "docs.read", "metrics.read", "classify.invoke", "config.read", "replay.read",
        "data.read", "cache.read", "compression.read"}},
      {"operator",
       {"health.read", "ready.read", "docs.read", "metrics.read", "classify.invoke", "config.read", "config.write",
        "learning.ingest", "replay.read", "replay.detail", "data.read", "data.write", "cache.read", "cache.invalidate",
        "compression.read", "compression.preview"}},
      {"admin", {"*"}}};
  for (const auto& [name, permissions] : spec.roles) roles[name] = permissions;
  return roles;
}

void describe(config::Visitor& v, ManagementTokenSpec& x) {
  v.object("ManagementToken", "A bearer token of the management port.", &x.path);
  v.field("env", x.env, {.doc = "Environment variable that holds the token.", .required = true, .non_empty = true});
  v.field("role", x.role, {.doc = "What its holder may do.", .required = true, .non_empty = true});
}

void describe(config::Visitor& v, ManagementAuthSpec& x) {
  v.object("ManagementAuth",
           "Who may do what on the management port. Writes need a token always; /health and /ready never do.", &x.path);
  v.field("mode", x.mode,
          {.doc = "bearer: reads and evaluations need a token, too. disabled: whoever reaches the port may read."});
  v.field("tokens", x.tokens,
          {.doc = "Further tokens and their roles, beside the one in token_file, which may do everything."});
  v.field("roles", x.roles,
          {.doc = "Roles and their permissions, beside viewer, operator and admin or in their place; \"*\" is every "
                  "permission."});
}

void describe(config::Visitor& v, ManagementApiSpec& x) {
  v.object("ManagementApi", "Health, metrics, eval, configuration, explain page.", &x.path);
  v.field("bind_address", x.bind_address, {.doc = "Address."});
  v.field("port", x.port, {.doc = "TCP port; 0 takes a free one.", .min = 0, .max = 65535});
  v.field("allowed_hosts", x.allowed_hosts,
          {.doc = "Names (without port) under which the port is reached through a proxy; other names than loopback and "
                  "bind_address are refused otherwise, against DNS rebinding.",
           .ours = true});
  v.field(
      "token_file", x.token_file,
      {.doc = "File of the token that may do everything, made on first start (mode 0600). Default: management-token in "
              "$STATE_DIRECTORY, $XDG_STATE_HOME/signalbox or ~/.local/state/signalbox. The variable "
              "SIGNALBOX_MANAGEMENT_TOKEN stands in for it.",
       .ours = true});
  v.field("auth", x.auth, {.doc = "Tokens and roles."});
  v.reserved("remote_exposure", "", "Use bind_address.");
}

}  // namespace signalbox::router
