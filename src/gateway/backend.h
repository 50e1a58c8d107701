// Internal to the gateway: a backend as the upstream client uses it.
#pragma once

#include <array>
#include <boost/asio/ssl/context.hpp>
#include <optional>

#include "gateway/upstream.h"

namespace signalbox::gateway {

constexpr std::size_t kErrorKinds = 9;

class Backend {
 public:
  Backend(BackendConfig config, telemetry::Registry& metrics);

  BackendConfig config;
  std::string host_header;
  // Connections only read it; OpenSSL counts references itself.
  mutable std::optional<asio::ssl::context> tls;
  std::array<telemetry::Counter*, kErrorKinds> errors{};
  telemetry::Counter& connections_opened;
  telemetry::Counter& connections_reused;
  telemetry::Histogram& first_byte_seconds;
};

}  // namespace signalbox::gateway
