// Providers: models and what they refer to. Their backends: check_backend.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "router/checks.h"
#include "router/reliability.h"
#include "upstream/cluster.h"

namespace signalbox::router {

namespace {

std::vector<std::string> known_models(const RootSpec& root, bool with_loras) {
  std::vector<std::string> names;
  for (const ModelCardSpec& card : root.routing.model_cards) {
    names.push_back(card.name);
    for (const LoraSpec& lora : card.loras) {
      if (with_loras) names.push_back(lora.name);
    }
  }
  return names;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void check_model(const RootSpec& root, const ModelSpec& model, const config::Environment& environment,
                 config::Diagnostics& diagnostics) {
  const std::vector<std::string> cards = known_models(root, false);
  if (!cards.empty() && !model.name.empty() && !contains(cards, model.name)) {
    diagnostics.error(model.path + ".name", "dangling_reference",
                      fmt::format("no model card is named \"{}\"", model.name),
                      config::did_you_mean(model.name, cards));
  }
  const auto& families = root.providers.defaults.reasoning_families;
  if (!model.reasoning_family.empty() && !families.contains(model.reasoning_family)) {
    std::vector<std::string> names;
    for (const auto& [name, family] : families) names.push_back(name);
    diagnostics.error(model.path + ".reasoning_family", "dangling_reference",
                      fmt::format("reasoning family \"{}\" is not declared", model.reasoning_family),
                      config::did_you_mean(model.reasoning_family, names));
  }
  if (model.backend_refs.empty() && model.provider_model_id.empty() && model.external_model_ids.empty() &&
      !model.pricing) {
    diagnostics.error(model.path, "empty_model", "a model needs backend_refs, or at least an id or pricing");
  }
  if (model.api_format == "anthropic") {
    diagnostics.warning(
        model.path + ".api_format", "unsupported",
        "anthropic backends are known from VSR but not reached by this build: requests for this model answer "
        "503");
  }
  if (model.backend_refs.size() > upstream::kMaxBackends) {
    diagnostics.error(model.path + ".backend_refs", "too_many",
                      fmt::format("a model has at most {} backends", upstream::kMaxBackends));
  }
  for (const BackendSpec& backend : model.backend_refs) check_backend(backend, environment, diagnostics);
  if (model.reliability) check_reliability(*model.reliability, diagnostics);
}

}  // namespace

void check_providers(const RootSpec& root, const config::Environment& environment, config::Diagnostics& diagnostics) {
  std::set<std::string> names;
  for (const ModelSpec& model : root.providers.models) {
    if (!names.insert(model.name).second) {
      diagnostics.error(model.path + ".name", "duplicate_name",
                        fmt::format("model \"{}\" is declared twice", model.name));
    }
    check_model(root, model, environment, diagnostics);
  }
  const std::string& fallback = root.providers.defaults.default_model;
  std::vector<std::string> known = known_models(root, true);
  if (known.empty()) known.assign(names.begin(), names.end());
  if (!fallback.empty() && !contains(known, fallback)) {
    diagnostics.error("providers.defaults.default_model", "dangling_reference",
                      fmt::format("no model card or LoRA is named \"{}\"", fallback),
                      config::did_you_mean(fallback, known));
  }
}

}  // namespace signalbox::router
