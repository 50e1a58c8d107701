// GET /info and /info/models: what is running, by which configuration, and what it can and cannot judge.
#include <nlohmann/json.hpp>

#include "api/answers.h"
#include "api/model_json.h"
#include "api/needs_model.h"

namespace signalbox::api {

using gateway::HttpResponse;
using Json = nlohmann::ordered_json;

namespace {

Json decisions_json(const router::Recipe& recipe) {
  Json list = Json::array();
  const decision::Program& program = recipe.engine->program();
  for (std::size_t i = 0; i < recipe.decisions.size(); ++i) {
    const router::RecipeDecision& decision = recipe.decisions[i];
    Json models = Json::array();
    for (const router::Candidate& candidate : decision.candidates) models.push_back(candidate.name);
    list.push_back({{"name", decision.name},
                    {"priority", program.decisions[i].priority},
                    {"tier", program.decisions[i].tier},
                    {"security", program.decisions[i].security},
                    {"models", std::move(models)},
                    {"algorithm", decision.algorithm},
                    {"plugins", decision.plugin_types}});
  }
  return list;
}

// {keyword: [{name, used, security, needs_model, missing_model}], …}
Json signals_json(const decision::Program& program) {
  Json types = Json::object();
  for (decision::SignalId id = 0; id < program.signals.size(); ++id) {
    const decision::SignalEntry& entry = program.signals[id];
    const signals::Family& family = program.signals.family(entry.family);
    types[std::string(entry.type->leaf)].push_back({{"name", entry.name},
                                                    {"used", bool(program.used[id])},
                                                    {"security", entry.security},
                                                    {"needs_model", entry.type->needs_model},
                                                    {"missing_model", std::string(family.missing_model(entry.leaf))}});
  }
  return types;
}

Json recipes_json(const router::Snapshot& snapshot) {
  Json list = Json::array();
  for (std::size_t i = 0; i < snapshot.recipes.size(); ++i) {
    const router::Recipe& recipe = snapshot.recipes[i];
    Json names = Json::array();
    for (const auto& [name, target] : snapshot.virtual_names) {
      if (target == i) names.push_back(name);
    }
    list.push_back({{"name", recipe.name},
                    {"description", recipe.description},
                    {"model_names", std::move(names)},
                    {"decisions", decisions_json(recipe)},
                    {"signals", signals_json(recipe.engine->program())}});
  }
  return list;
}

std::string missing_key(const router::Model& model) {
  for (const router::BackendTarget& backend : model.backends) {
    if (!backend.missing_key_env.empty()) return backend.missing_key_env;
  }
  return {};
}

Json models_json(const router::Snapshot& snapshot) {
  Json list = Json::array();
  for (const router::Model& model : snapshot.models) {
    list.push_back({{"name", model.name},
                    {"description", model.description},
                    {"api_format", model.api_format},
                    {"served", !model.backends.empty()},
                    {"missing_key_env", missing_key(model)}});
  }
  return list;
}

void add_configuration(const router::Snapshot& snapshot, Json& info) {
  info["config"] = {{"fingerprint", snapshot.fingerprint}, {"version", snapshot.spec->version}};
  info["recipes"] = recipes_json(snapshot);
  info["models"] = models_json(snapshot);
  info["learned_models"] = loaded_models_json(snapshot);
  info["default_model"] = snapshot.default_model ? Json(snapshot.models[*snapshot.default_model].name) : Json(nullptr);
}

Json signal_types_json() {
  Json list = Json::array();
  for (const signals::Type* type : signals::registry()) {
    list.push_back({{"type", type->leaf}, {"doc", type->doc}, {"needs_model", type->needs_model}});
  }
  return list;
}

}  // namespace

HttpResponse get_info(const Call& call) {
  const BuildInfo& build = call.services.build;
  Json info = Json::object();
  info["service"] = "signalbox";
  info["version"] = build.version;
  info["build"] = {{"isa", build.isa}};
  info["started_at"] = timestamp(build.started);
  info["uptime_seconds"] =
      std::chrono::duration_cast<std::chrono::seconds>(call.services.clock.system_now() - build.started).count();
  if (call.snapshot != nullptr) add_configuration(*call.snapshot, info);
  info["signal_types"] = signal_types_json();
  return json_answer(200, info);
}

// Of learned models: those that are loaded, and the signals that lack one.
HttpResponse get_info_models(const Call& call) {
  Json waiting = Json::array();
  if (call.snapshot != nullptr) {
    for (const router::MissingModel& item : unjudgeable_signals(*call.snapshot))
      waiting.push_back(item.recipe + "/" + item.signal);
  }
  Json body = Json::object();
  const Json models = call.snapshot != nullptr ? loaded_models_json(*call.snapshot) : Json::array();
  body["models"] = models;
  body["summary"] = {{"ready", call.snapshot != nullptr},
                     {"loaded_models", models.size()},
                     {"total_models", models.size()},
                     {"signals_without_model", waiting}};
  body["system"] = {{"architecture", call.services.build.isa}};
  return json_answer(200, body);
}

}  // namespace signalbox::api
