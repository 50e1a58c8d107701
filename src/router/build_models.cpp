// Models: what can answer, under which name it is known here and upstream, and where it runs.
#include <fmt/format.h>

#include <map>
#include <set>
#include <utility>

#include "router/backend_target.h"
#include "router/build_steps.h"
#include "router/reliability.h"

namespace signalbox::router {

std::size_t add_model(Model model, Snapshot& snapshot) {
  snapshot.models.push_back(std::move(model));
  return snapshot.model_names.emplace(snapshot.models.back().name, snapshot.models.size() - 1).first->second;
}

namespace {

// What external_model_ids calls this kind of server.
std::string kind_of(const BackendSpec& backend) {
  if (!backend.type.empty()) return backend.type;
  return backend.provider.empty() ? "vllm" : backend.provider;
}

void add_backends(const ModelSpec& spec, const config::Environment& environment, Model& model) {
  for (const BackendSpec& backend : spec.backend_refs) {
    auto target = backend_target(backend, environment);
    if (!target) continue;  // an error of the configuration, reported by check_providers
    const auto id = spec.external_model_ids.find(kind_of(backend));
    const std::string& own = spec.provider_model_id.empty() ? spec.name : spec.provider_model_id;
    target->upstream_name = id != spec.external_model_ids.end() ? id->second : own;
    target->effort_at_top_level = backend.provider == "openai";
    model.backends.push_back(std::move(*target));
  }
}

Model model_of(const ModelSpec& spec, const ProviderDefaultsSpec& defaults, const config::Environment& environment) {
  Model model;
  model.name = spec.name;
  model.api_format = spec.api_format;
  const auto family = defaults.reasoning_families.find(spec.reasoning_family);
  if (family != defaults.reasoning_families.end()) model.reasoning = family->second;
  model.reliability = reliability_of(spec.reliability);
  add_backends(spec, environment, model);
  return model;
}

// Cards describe models; one without a provider is known, but nothing serves it.
void add_cards(const std::vector<ModelCardSpec>& cards, Snapshot& snapshot) {
  const std::vector<Abilities> abilities = abilities_of(cards);
  for (std::size_t i = 0; i < cards.size(); ++i) {
    const ModelCardSpec& card = cards[i];
    const auto known = snapshot.model_names.find(card.name);
    Model model;
    model.name = card.name;
    const std::size_t index =
        known != snapshot.model_names.end() ? known->second : add_model(std::move(model), snapshot);
    snapshot.models[index].description = card.description;
    snapshot.models[index].abilities = abilities[i];
    for (const LoraSpec& lora : card.loras) snapshot.model_names.emplace(lora.name, index);
  }
}

std::string place_of(const BackendTarget& backend) {
  return fmt::format("{} {}:{}", backend.tls, backend.host, backend.port);
}

// Metrics and logs tell servers apart by name: a name that stands for several gets its model's in front, and a number
// behind where one model uses it for several.
void name_apart(std::vector<Model>& models) {
  std::map<std::string, std::set<std::string>> places;
  for (const Model& model : models) {
    for (const BackendTarget& backend : model.backends) places[backend.name].insert(place_of(backend));
  }
  std::map<std::string, int> taken;
  for (Model& model : models) {
    for (BackendTarget& backend : model.backends) {
      if (places[backend.name].size() == 1) continue;
      backend.name = fmt::format("{}/{}", model.name, backend.name);
      if (const int count = ++taken[backend.name]; count > 1) backend.name += fmt::format("#{}", count);
    }
  }
}

}  // namespace

void build_models(const RootSpec& root, const config::Environment& environment, Snapshot& snapshot) {
  const ProviderDefaultsSpec& defaults = root.providers.defaults;
  for (const ModelSpec& spec : root.providers.models) add_model(model_of(spec, defaults, environment), snapshot);
  name_apart(snapshot.models);
  add_cards(root.routing.model_cards, snapshot);
  const auto fallback = snapshot.model_names.find(defaults.default_model);
  if (fallback != snapshot.model_names.end()) snapshot.default_model = fallback->second;
  snapshot.default_effort = defaults.default_reasoning_effort.empty() ? "medium" : defaults.default_reasoning_effort;
}

}  // namespace signalbox::router
