// The options of one listener as written: TLS, limits and timeouts, CORS.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/describe.h"
#include "config/values.h"

namespace signalbox::router {

struct ListenerTlsSpec {
  std::string path, cert_file, key_file, min_version = "1.2", client_ca_file;
  bool operator==(const ListenerTlsSpec&) const = default;
};

struct ListenerLimitsSpec {
  std::string path;
  std::int64_t max_connections = 20'000;
  std::int64_t max_header_bytes = 64 * 1024;
  std::int64_t max_header_lines = 256;
  config::Duration header_timeout{std::chrono::seconds(10)};
  config::Duration body_idle_timeout{std::chrono::seconds(30)};
  config::Duration body_timeout{std::chrono::seconds(300)};
  config::Duration idle_timeout{std::chrono::seconds(75)};
  config::Duration write_timeout{std::chrono::seconds(60)};
  bool operator==(const ListenerLimitsSpec&) const = default;
};

struct CorsSpec {
  std::string path;
  std::vector<std::string> allow_origins;
  std::vector<std::string> allow_headers{"authorization", "content-type", "x-request-id"};
  std::vector<std::string> expose_headers;
  config::Duration max_age{std::chrono::minutes(10)};
  bool allow_credentials = false;
  bool operator==(const CorsSpec&) const = default;
};

void describe(config::Visitor& v, ListenerTlsSpec& x);
void describe(config::Visitor& v, ListenerLimitsSpec& x);
void describe(config::Visitor& v, CorsSpec& x);

}  // namespace signalbox::router
