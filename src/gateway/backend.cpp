#include "gateway/backend.h"

#include <fmt/format.h>

#include <stdexcept>

namespace signalbox::gateway {

using Kind = UpstreamError::Kind;

BackendMetrics::BackendMetrics(const std::string& name, telemetry::Registry& r)
    : requests(
          r.counter("signalbox_upstream_requests_total", "Requests sent to backends, retries included.", {"backend"})
              .with({name})),
      retries(r.counter("signalbox_upstream_retries_total",
                        "Requests that failed at this backend and were sent again, to it or another one.", {"backend"})
                  .with({name})),
      ejections(r.counter("signalbox_upstream_ejections_total", "Times that a backend was taken out for its failures.",
                          {"backend"})
                    .with({name})),
      connections_opened(
          r.counter("signalbox_upstream_connections_opened_total", "Connections opened to backends.", {"backend"})
              .with({name})),
      connections_reused(
          r.counter("signalbox_upstream_connections_reused_total", "Requests sent on a pooled connection.", {"backend"})
              .with({name})),
      active(r.gauge("signalbox_upstream_active_requests", "Requests at a backend at this moment.", {"backend"})
                 .with({name})),
      pending(r.gauge("signalbox_upstream_pending_requests", "Requests that wait for a connection to a backend.",
                      {"backend"})
                  .with({name})),
      healthy(r.gauge("signalbox_upstream_healthy",
                      "1: the backend takes requests; 0: its check fails or it is ejected; NaN: it left the "
                      "configuration.",
                      {"backend"})
                  .with({name})),
      first_byte_seconds(r.histogram("signalbox_upstream_first_byte_seconds",
                                     "From sending a request to the head of its answer.", telemetry::latency_buckets(),
                                     {"backend"})
                             .with({name})) {
  auto& failed = r.counter("signalbox_upstream_errors_total", "Failed requests to backends.", {"backend", "kind"});
  for (std::size_t i = 0; i < errors.size(); ++i) errors[i] = &failed.with({name, to_string(static_cast<Kind>(i))});
  auto& answered = r.counter("signalbox_upstream_responses_total", "Answers of backends.", {"backend", "class"});
  constexpr std::array<std::string_view, 5> kClasses = {"1xx", "2xx", "3xx", "4xx", "5xx"};
  for (std::size_t i = 0; i < responses.size(); ++i) responses[i] = &answered.with({name, kClasses[i]});
}

void BackendMetrics::answered(int status) {
  if (status >= 100 && status < 600) responses[static_cast<std::size_t>(status) / 100 - 1]->increment();
}

Backend::Backend(BackendConfig c, telemetry::Registry& registry, std::shared_ptr<NameCache> n)
    : config(std::move(c)), names(std::move(n)), metrics(config.name, registry), endpoint(config.ejection) {
  bool v6 = config.host.find(':') != std::string::npos;
  host_header = v6 ? fmt::format("[{}]", config.host) : config.host;
  if (config.port != (config.tls ? 443 : 80)) host_header += fmt::format(":{}", config.port);
  if (config.proxy && !config.tls) target_prefix = "http://" + host_header;
  set_up_address();
  if (config.tls) set_up_tls();
  metrics.healthy.set(1);
}

void Backend::set_up_address() {
  const std::string& host = config.proxy ? config.proxy->host : config.host;
  ErrorCode not_numeric;
  numeric_address = asio::ip::make_address(host, not_numeric);
  if (not_numeric) name = names->name(host);
}

void Backend::set_up_tls() {
  tls.emplace(asio::ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(tls->native_handle(), TLS1_2_VERSION);
  ErrorCode error;
  if (config.ca_file.empty()) {
    tls->set_default_verify_paths(error);
  } else {
    tls->load_verify_file(config.ca_file, error);
  }
  if (error)
    throw std::runtime_error(fmt::format("cannot read CA certificates {}: {}", config.ca_file, error.message()));
}

}  // namespace signalbox::gateway
