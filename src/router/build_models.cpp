// Models: what can answer, under which name it is known here and upstream, and where it runs.
#include <algorithm>
#include <utility>

#include "router/backend_target.h"
#include "router/build_steps.h"

namespace signalbox::router {

std::size_t add_model(Model model, Snapshot& snapshot) {
  snapshot.models.push_back(std::move(model));
  return snapshot.model_names.emplace(snapshot.models.back().name, snapshot.models.size() - 1).first->second;
}

namespace {

// The backend of the highest weight serves, the first of equals.
const BackendSpec& heaviest(const std::vector<BackendSpec>& backends) {
  return *std::max_element(backends.begin(), backends.end(),
                           [](const BackendSpec& a, const BackendSpec& b) { return a.weight < b.weight; });
}

// What external_model_ids calls this kind of server.
std::string kind_of(const BackendSpec& backend) {
  if (!backend.type.empty()) return backend.type;
  return backend.provider.empty() ? "vllm" : backend.provider;
}

void set_backend(const ModelSpec& spec, const config::Environment& environment, Model& model) {
  if (spec.backend_refs.empty()) return;
  const BackendSpec& backend = heaviest(spec.backend_refs);
  if (auto target = backend_target(backend, environment)) model.backend = std::move(*target);
  const auto id = spec.external_model_ids.find(kind_of(backend));
  if (id != spec.external_model_ids.end()) model.upstream_name = id->second;
  model.effort_at_top_level = backend.provider == "openai";
}

Model model_of(const ModelSpec& spec, const ProviderDefaultsSpec& defaults, const config::Environment& environment) {
  Model model;
  model.name = spec.name;
  model.upstream_name = spec.provider_model_id.empty() ? spec.name : spec.provider_model_id;
  model.api_format = spec.api_format;
  const auto family = defaults.reasoning_families.find(spec.reasoning_family);
  if (family != defaults.reasoning_families.end()) model.reasoning = family->second;
  set_backend(spec, environment, model);
  return model;
}

// Cards describe models; one without a provider is known, but nothing serves it.
void add_cards(const std::vector<ModelCardSpec>& cards, Snapshot& snapshot) {
  for (const ModelCardSpec& card : cards) {
    const auto known = snapshot.model_names.find(card.name);
    Model model;
    model.name = model.upstream_name = card.name;
    const std::size_t index =
        known != snapshot.model_names.end() ? known->second : add_model(std::move(model), snapshot);
    snapshot.models[index].description = card.description;
    for (const LoraSpec& lora : card.loras) snapshot.model_names.emplace(lora.name, index);
  }
}

}  // namespace

void build_models(const RootSpec& root, const config::Environment& environment, Snapshot& snapshot) {
  const ProviderDefaultsSpec& defaults = root.providers.defaults;
  for (const ModelSpec& spec : root.providers.models) add_model(model_of(spec, defaults, environment), snapshot);
  add_cards(root.routing.model_cards, snapshot);
  const auto fallback = snapshot.model_names.find(defaults.default_model);
  if (fallback != snapshot.model_names.end()) snapshot.default_model = fallback->second;
  snapshot.default_effort = defaults.default_reasoning_effort.empty() ? "medium" : defaults.default_reasoning_effort;
}

}  // namespace signalbox::router
