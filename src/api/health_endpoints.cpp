// GET /health, /ready, /metrics: what a supervisor, a load balancer and Prometheus ask.
//
// Alive and ready are different questions: a process without a configuration, or one that finishes its last requests,
// is alive but wants no traffic. Degraded is ready: somebody started it so on purpose; what is missing is named.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "api/answers.h"
#include "api/needs_model.h"

namespace signalbox::api {

using gateway::HttpResponse;
using Json = nlohmann::ordered_json;

namespace {

constexpr std::string_view kService = "signalbox";

struct Phase {
  std::string_view name;  // starting | ready | draining
  std::string message;
};

Phase phase_of(const Call& call, std::size_t missing_security) {
  if (call.snapshot == nullptr) return {"starting", "no configuration is in force yet"};
  if (call.services.draining && call.services.draining()) return {"draining", "the last requests are being finished"};
  if (missing_security == 0) return {"ready", "requests are routed"};
  return {"ready",
          fmt::format("degraded: {} security signals have no model and are treated as unknown", missing_security)};
}

Json by_recipe_and_name(const std::vector<router::MissingModel>& missing) {
  Json list = Json::array();
  for (const router::MissingModel& item : missing) list.push_back({{"recipe", item.recipe}, {"signal", item.signal}});
  return list;
}

}  // namespace

HttpResponse get_health(const Call&) {
  return json_answer(200, {{"status", "healthy"}, {"service", kService}});
}

HttpResponse get_ready(const Call& call) {
  static const std::vector<router::MissingModel> kNothing;
  const auto& missing = call.snapshot != nullptr ? call.snapshot->missing_security_models : kNothing;
  const Phase phase = phase_of(call, missing.size());
  const bool ready = phase.name == "ready";
  Json body = Json::object();
  body["status"] = ready ? "ready" : phase.name;
  body["service"] = kService;
  body["ready"] = ready;
  body["phase"] = phase.name;
  body["message"] = phase.message;
  body["ready_models"] = 0;  // learned models that are loaded: this build runs none
  body["total_models"] = 0;
  body["degraded"] = !missing.empty();
  body["missing_security_models"] = by_recipe_and_name(missing);
  body["unknown_signals"] =
      call.snapshot != nullptr ? by_recipe_and_name(unjudgeable_signals(*call.snapshot)) : Json::array();
  return json_answer(ready ? 200 : 503, body);
}

HttpResponse get_metrics(const Call& call) {
  const bool enabled = call.snapshot == nullptr || call.snapshot->spec->global.services.observability.metrics.enabled;
  if (!enabled)
    return error_answer(call, 404, "NOT_FOUND",
                        "metrics are switched off (global.services.observability.metrics.enabled)");
  return {200, {{"Content-Type", std::string(telemetry::Registry::kContentType)}}, call.services.metrics.text()};
}

}  // namespace signalbox::api
