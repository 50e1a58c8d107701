// GET /health, /ready, /metrics: what a supervisor, a load balancer and Prometheus ask.
//
// Alive and ready are different questions: a process without a configuration, or one that finishes its last requests,
// is alive but wants no traffic. Degraded is ready: somebody started it so on purpose; what is missing is named.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "api/answers.h"
#include "api/model_json.h"
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

// Whom we believe is for everybody to see; where it lies is not.
Json models_by_trust(const router::Snapshot& snapshot) {
  Json list = Json::array();
  for (const Json& model : loaded_models_json(snapshot)) {
    list.push_back({{"name", model["name"]}, {"type", model["type"]}, {"trust", model["trust"]}});
  }
  return list;
}

// Where and what, without the values: /ready is for everybody.
Json reload_error_json(const lifecycle::ReloadResult& result) {
  Json error = Json::object();
  error["time"] = timestamp(result.at);
  error["source"] = to_string(result.source);
  error["result"] = to_string(result.outcome);
  error["errors"] = result.errors();
  const auto first = std::ranges::find(result.diagnostics, config::Severity::error, &config::Diagnostic::severity);
  if (first != result.diagnostics.end()) {
    error["first"] = {{"line", first->line}, {"column", first->column}, {"path", first->path}, {"code", first->code}};
  }
  return error;
}

// Models of the pack that stand in for others. Paths are the operator's business: the last parts of them are told.
Json substituted(const router::Snapshot& snapshot) {
  const auto last_part = [](const std::string& path) {  // also of one that ends with a slash
    return (std::filesystem::path(path) / "").lexically_normal().parent_path().filename().string();
  };
  Json list = Json::array();
  for (const router::StandIn& one : snapshot.stand_ins) {
    list.push_back({{"role", one.role}, {"configured", last_part(one.configured)}, {"used", last_part(one.used)}});
  }
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
  const Json models = call.snapshot != nullptr ? models_by_trust(*call.snapshot) : Json::array();
  body["ready_models"] = models.size();  // learned models that are loaded
  body["total_models"] = models.size();
  body["models"] = models;
  body["substituted_models"] = call.snapshot != nullptr ? substituted(*call.snapshot) : Json::array();
  body["degraded"] = !missing.empty();
  body["missing_security_models"] = by_recipe_and_name(missing);
  body["unknown_signals"] =
      call.snapshot != nullptr ? by_recipe_and_name(unjudgeable_signals(*call.snapshot)) : Json::array();
  const lifecycle::Editor* const editor = call.services.editor;
  const auto failed = editor != nullptr ? editor->status().last_error : std::nullopt;
  body["last_reload_error"] = failed ? reload_error_json(*failed) : Json(nullptr);
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
