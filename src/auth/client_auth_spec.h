// `global.services.client_auth` as written: who may use the gateway, and which models.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/describe.h"
#include "config/values.h"

namespace signalbox::auth {

// A moment as RFC 3339 writes it ("2027-01-31T12:00:00Z"), or a date: its first second in UTC.
struct Timestamp {
  std::chrono::system_clock::time_point value{};
  static const config::CustomScalar custom_scalar;
};

struct ApiKeySpec {
  std::string path, name, sha256, user, team, tenant;
  std::vector<std::string> groups;
  std::optional<std::vector<std::string>> models;
  bool enabled = true;
  bool may_act_for = false;
  std::optional<Timestamp> expires;
};

// Where identity stands in a token's claims: a member's name, or names joined by dots.
struct JwtClaimsSpec {
  std::string path, user = "sub", groups, team, tenant;
};

struct JwtSpec {
  std::string path, issuer, jwks_file, jwks_url, ca_file, secret_env;
  std::vector<std::string> audience, algorithms;
  config::Duration refresh{std::chrono::minutes(15)};
  config::Duration leeway{std::chrono::seconds(30)};
  JwtClaimsSpec claims;
};

struct TeamSpec {
  std::string path;
  std::optional<std::vector<std::string>> models;
};

struct ClientAuthSpec {
  std::string path;
  bool optional = false;
  std::vector<ApiKeySpec> api_keys;
  std::optional<JwtSpec> jwt;
  std::map<std::string, TeamSpec> teams;
};

void describe(config::Visitor& v, ApiKeySpec& x);
void describe(config::Visitor& v, JwtClaimsSpec& x);
void describe(config::Visitor& v, JwtSpec& x);
void describe(config::Visitor& v, TeamSpec& x);
void describe(config::Visitor& v, ClientAuthSpec& x);

}  // namespace signalbox::auth
