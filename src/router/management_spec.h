// `global.services.management_api` as written: where the management port listens, and who may do what there.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/describe.h"

namespace signalbox::router {

enum class ManagementAuthMode : std::uint8_t { disabled, bearer };
std::span<const config::EnumName> enum_names(ManagementAuthMode);

struct ManagementTokenSpec {
  std::string path, env, role;
};

struct ManagementAuthSpec {
  std::string path;
  ManagementAuthMode mode = ManagementAuthMode::disabled;
  std::vector<ManagementTokenSpec> tokens;
  std::map<std::string, std::vector<std::string>> roles;
};

struct ManagementApiSpec {
  std::string path, bind_address = "127.0.0.1";
  std::int64_t port = 8080;
  std::vector<std::string> allowed_hosts;
  std::string token_file;
  ManagementAuthSpec auth;
};

void describe(config::Visitor& v, ManagementTokenSpec& x);
void describe(config::Visitor& v, ManagementAuthSpec& x);
void describe(config::Visitor& v, ManagementApiSpec& x);

// What a role may be allowed to do, by VSR's names; "*" stands for all of them.
std::span<const std::string_view> management_permissions();
// The roles that exist: viewer, operator and admin unless the configuration says otherwise, and those it adds.
std::map<std::string, std::vector<std::string>> management_roles(const ManagementAuthSpec& spec);

}  // namespace signalbox::router
