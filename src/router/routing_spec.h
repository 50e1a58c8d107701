// `routing` as written: model cards, signals, projections, decisions. A recipe is a routing without model cards.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/describe.h"
#include "decision/program.h"
#include "decision/projection_spec.h"
#include "decision/rule_spec.h"
#include "selection/algorithm.h"

namespace signalbox::router {

struct LoraSpec {
  std::string path, name, description;
};

struct ModelCardSpec {
  std::string path, name, param_size, description, modality;
  std::int64_t context_window_size = 0;
  std::vector<std::string> capabilities, tags;
  std::vector<LoraSpec> loras;
  std::optional<double> quality_score;
};

// The rules of every signal type, in registry order.
struct SignalsSpec {
  SignalsSpec();
  std::string path;
  std::vector<std::shared_ptr<void>> rules;  // rules[i]: a std::vector<Rule> of signals::registry()[i]
};

struct ModelRefSpec {
  std::string path, model, lora_name, reasoning_description, reasoning_effort;
  double weight = 1;
  bool use_reasoning = false;
};

struct PluginSpec {
  std::string path, type;
  std::shared_ptr<void> configuration;  // of the plugin type's own struct; null for types without one here
  bool off = false;                     // `enabled: false`, for types without a struct here; set after decoding
};

struct DecisionSpec {
  std::string path, name, description;
  std::int64_t priority = 0, tier = 0;
  std::optional<decision::RuleSpec> rules;
  std::vector<ModelRefSpec> model_refs;
  std::optional<selection::AlgorithmSpec> algorithm;
  std::vector<PluginSpec> plugins;
  config::AnyValue annotations;
};

struct RoutingSpec {
  std::string path;
  std::optional<decision::Strategy> strategy;
  std::vector<ModelCardSpec> model_cards;  // only at the top level
  SignalsSpec signals;
  decision::ProjectionsSpec projections;
  std::vector<DecisionSpec> decisions;
};

struct RecipeRoutingSpec : RoutingSpec {};

struct RecipeSpec {
  std::string path, name, description;
  RecipeRoutingSpec routing;
};

struct EntrypointSpec {
  std::string path, recipe;
  std::vector<std::string> model_names;
};

void describe(config::Visitor& v, LoraSpec& x);
void describe(config::Visitor& v, ModelCardSpec& x);
void describe(config::Visitor& v, SignalsSpec& x);
void describe(config::Visitor& v, ModelRefSpec& x);
void describe(config::Visitor& v, PluginSpec& x);
void describe(config::Visitor& v, DecisionSpec& x);
void describe(config::Visitor& v, RoutingSpec& x);
void describe(config::Visitor& v, RecipeRoutingSpec& x);
void describe(config::Visitor& v, RecipeSpec& x);
void describe(config::Visitor& v, EntrypointSpec& x);

}  // namespace signalbox::router
