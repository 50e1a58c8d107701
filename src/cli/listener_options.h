// Listeners of the configuration as the gateway's server takes them. Pure.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "gateway/http_server.h"
#include "router/root_spec.h"

namespace signalbox::cli {

struct GatewayListener {
  gateway::ListenAddress address;
  gateway::ServerLimits limits;
  std::optional<gateway::TlsOptions> tls;
  std::optional<router::CorsSpec> cors;
};

// One entry a listener; 127.0.0.1:8899 where none is configured.
std::vector<GatewayListener> gateway_listeners(const router::RootSpec& root);

// The handler of a listener: `inner`, behind its CORS rules if it has some.
std::shared_ptr<gateway::Handler> with_cors(std::shared_ptr<gateway::Handler> inner,
                                            const std::optional<router::CorsSpec>& cors);

}  // namespace signalbox::cli
