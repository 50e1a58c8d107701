// Decisions: candidates, plugins, annotations.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "plugins/registry.h"
#include "router/checks.h"

namespace signalbox::router {

namespace {

constexpr std::size_t kMaxAnnotations = 32;

const ModelCardSpec* find_card(const RootSpec& root, const std::string& name) {
  const auto it = std::find_if(root.routing.model_cards.begin(), root.routing.model_cards.end(),
                               [&](const ModelCardSpec& card) { return card.name == name; });
  return it == root.routing.model_cards.end() ? nullptr : &*it;
}

void check_model_ref(const RootSpec& root, const ModelRefSpec& ref, config::Diagnostics& diagnostics) {
  if (root.routing.model_cards.empty()) return;
  const ModelCardSpec* card = find_card(root, ref.model);
  if (card == nullptr) {
    std::vector<std::string> names;
    for (const ModelCardSpec& candidate : root.routing.model_cards) names.push_back(candidate.name);
    diagnostics.error(ref.path + ".model", "dangling_reference",
                      fmt::format("no model card is named \"{}\"", ref.model), config::did_you_mean(ref.model, names));
    return;
  }
  if (ref.lora_name.empty()) return;
  std::vector<std::string> loras;
  for (const LoraSpec& lora : card->loras) loras.push_back(lora.name);
  if (std::find(loras.begin(), loras.end(), ref.lora_name) != loras.end()) return;
  diagnostics.error(ref.path + ".lora_name", "dangling_reference",
                    fmt::format("model card \"{}\" has no LoRA \"{}\"", ref.model, ref.lora_name),
                    config::did_you_mean(ref.lora_name, loras));
}

void check_plugins(const DecisionSpec& decision, config::Diagnostics& diagnostics) {
  std::set<std::string> seen;
  for (const PluginSpec& plugin : decision.plugins) {
    const plugins::Type* type = plugins::find_type(plugin.type);
    if (type == nullptr) continue;  // reported while decoding
    const std::string name(type->canonical.empty() ? type->type : type->canonical);
    // One plugin of a type acts; the reference configuration lists tool_selection once for each of its modes.
    if (!seen.insert(name).second && type->support == config::Support::yes) {
      diagnostics.error(plugin.path + ".type", "duplicate_plugin",
                        fmt::format("decision \"{}\" has two {} plugins", decision.name, name));
    }
  }
}

void check_algorithm(const DecisionSpec& decision, config::Diagnostics& diagnostics) {
  if (!decision.algorithm) return;
  const selection::AlgorithmInfo* info = selection::find_algorithm(decision.algorithm->type);
  if (info == nullptr) return;  // reported while decoding
  if (!info->supported) {
    diagnostics.warning(
        decision.algorithm->path + ".type", "unsupported",
        fmt::format("algorithm {} does not run in this build: the first candidate answers", info->name));
  }
  if (info->name == "prompt" && decision.model_refs.size() < 2) {
    diagnostics.error(decision.path + ".modelRefs", "too_few_models",
                      "algorithm prompt chooses among at least two models");
  }
}

}  // namespace

void check_allowed(const RouterSpec& router, config::Diagnostics& diagnostics) {
  for (std::size_t i = 0; i < router.allow_unsupported.size(); ++i) {
    const std::string& name = router.allow_unsupported[i];
    if (plugins::find_type(name) != nullptr) continue;
    std::vector<std::string> names;
    for (const plugins::Type* type : plugins::registry()) names.emplace_back(type->type);
    diagnostics.error(config::join(config::join(router.path, "allow_unsupported"), i), "dangling_reference",
                      fmt::format("\"{}\" is not a plugin", name), config::did_you_mean(name, names));
  }
}

void check_decisions(const RootSpec& root, const RoutingSpec& routing, config::Diagnostics& diagnostics) {
  for (const DecisionSpec& decision : routing.decisions) {
    for (const ModelRefSpec& ref : decision.model_refs) check_model_ref(root, ref, diagnostics);
    check_plugins(decision, diagnostics);
    if (decision.annotations.node.entries.size() > kMaxAnnotations) {
      diagnostics.error(
          decision.path + ".annotations", "out_of_range",
          fmt::format("at most {} annotations, found {}", kMaxAnnotations, decision.annotations.node.entries.size()));
    }
    check_algorithm(decision, diagnostics);
  }
}

}  // namespace signalbox::router
