#include "gateway/access_log.h"

#include "gateway/backend.h"

namespace signalbox::gateway {

std::string_view model_label(const Exchange& exchange) {
  return exchange.judgement.model ? std::string_view(exchange.snapshot->models[*exchange.judgement.model].name)
                                  : "none";
}

void log_access(telemetry::Logger& log, const Exchange& exchange, const RoutedEnd& end,
                std::chrono::steady_clock::time_point now) {
  const router::Judgement& j = exchange.judgement;
  const std::chrono::duration<double, std::milli> took = now - exchange.received;
  log.log(telemetry::Level::info, "routed",
          {{"request_id", exchange.http.request_id},
           {"status", end.status},
           {"path", end.path},
           {"recipe", j.recipe != nullptr ? std::string_view(j.recipe->name) : ""},
           {"decision", j.decision != nullptr ? std::string_view(j.decision->name) : ""},
           {"model", model_label(exchange)},
           {"backend", exchange.backend ? std::string_view(exchange.backend->config.name) : ""},
           {"attempts", exchange.attempts},
           {"reason", end.reason},
           {"key", exchange.principal.label},
           {"subject", exchange.principal.subject},
           {"ms", took.count()}});
}

}  // namespace signalbox::gateway
