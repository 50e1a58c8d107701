// Internal to the gateway: a backend as the upstream client uses it.
//
// Its configuration never changes; its health and counts do, from any thread, and live as long as it stays in the
// configuration unchanged.
#pragma once

#include <array>
#include <boost/asio/ssl/context.hpp>
#include <optional>
#include <string>

#include "gateway/name_cache.h"
#include "gateway/upstream.h"
#include "upstream/endpoint.h"

namespace signalbox::gateway {

struct BackendMetrics {
  BackendMetrics(const std::string& name, telemetry::Registry& registry);
  void answered(int status);

  telemetry::Counter& requests;
  telemetry::Counter& retries;
  telemetry::Counter& ejections;
  telemetry::Counter& connections_opened;
  telemetry::Counter& connections_reused;
  telemetry::Gauge& active;
  telemetry::Gauge& pending;
  telemetry::Gauge& healthy;
  telemetry::Histogram& first_byte_seconds;
  std::array<telemetry::Counter*, kUpstreamErrorKinds> errors{};
  std::array<telemetry::Counter*, 5> responses{};
};

class Backend {
 public:
  Backend(BackendConfig config, telemetry::Registry& registry, std::shared_ptr<NameCache> names);
  Backend(const Backend&) = delete;
  Backend& operator=(const Backend&) = delete;

  const BackendConfig config;
  std::string host_header;
  std::string target_prefix;  // in front of a target, for a proxy that takes the whole URL
  // Where to connect to: the backend's host, or its proxy's.
  std::shared_ptr<NameCache> names;
  std::shared_ptr<ResolvedName> name;  // null: numeric_address
  boost::asio::ip::address numeric_address;
  mutable BackendMetrics metrics;
  mutable upstream::Endpoint endpoint;
  // Connections only read it; OpenSSL counts references itself.
  mutable std::optional<asio::ssl::context> tls;

 private:
  void set_up_tls();
  void set_up_address();
};

}  // namespace signalbox::gateway
