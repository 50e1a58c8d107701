#include "cli/listener_options.h"

#include "gateway/cors_handler.h"
#include "gateway/handler.h"

namespace signalbox::cli {
namespace {

std::chrono::milliseconds milliseconds(const config::Duration& duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration.value);
}

gateway::ServerLimits limits_of(const router::ListenerLimitsSpec& spec, const router::RouterSpec& router) {
  gateway::ServerLimits limits;
  limits.max_header_bytes = static_cast<std::size_t>(spec.max_header_bytes);
  limits.max_header_lines = static_cast<std::size_t>(spec.max_header_lines);
  limits.max_body_bytes = static_cast<std::size_t>(router.max_body_bytes);
  limits.max_connections = static_cast<std::size_t>(spec.max_connections);
  limits.header_timeout = milliseconds(spec.header_timeout);
  limits.body_idle_timeout = milliseconds(spec.body_idle_timeout);
  limits.body_timeout = milliseconds(spec.body_timeout);
  limits.idle_timeout = milliseconds(spec.idle_timeout);
  limits.write_timeout = milliseconds(spec.write_timeout);
  return limits;
}

std::optional<gateway::TlsOptions> tls_of(const std::optional<router::ListenerTlsSpec>& spec) {
  if (!spec) return std::nullopt;
  return gateway::TlsOptions{spec->cert_file, spec->key_file, spec->client_ca_file, spec->min_version == "1.3"};
}

}  // namespace

std::vector<GatewayListener> gateway_listeners(const router::RootSpec& root) {
  std::vector<GatewayListener> listeners;
  for (const router::ListenerSpec& spec : root.listeners) {
    listeners.push_back({{router::listener_name(spec), spec.address, static_cast<std::uint16_t>(spec.port)},
                         limits_of(spec.limits, root.global.router),
                         tls_of(spec.tls),
                         spec.cors});
  }
  if (listeners.empty()) {
    listeners.push_back(
        {{"gateway", "127.0.0.1", 8899}, limits_of({}, root.global.router), std::nullopt, std::nullopt});
  }
  return listeners;
}

std::shared_ptr<gateway::Handler> with_cors(std::shared_ptr<gateway::Handler> inner,
                                            const std::optional<router::CorsSpec>& cors) {
  if (!cors) return inner;
  return gateway::make_cors_handler(
      std::move(inner),
      {cors->allow_origins, cors->allow_headers, cors->expose_headers,
       std::chrono::duration_cast<std::chrono::seconds>(cors->max_age.value), cors->allow_credentials});
}

}  // namespace signalbox::cli
