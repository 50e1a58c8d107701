// From a recipe as written to a Program: names resolved, trees flattened, every mistake reported with its place.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "config/diagnostics.h"
#include "decision/program.h"
#include "decision/projection_spec.h"
#include "decision/rule_spec.h"
#include "decision/semantics.h"

namespace signalbox::decision {

// A signal that what a decision does must know, whether its rules look at it or not.
struct SignalNeed {
  std::string type;  // leaf type
  std::string name;  // empty: every signal of the type
  std::string path;  // where it is asked for
};

struct DecisionInput {
  std::string name;
  std::string path;  // routing.decisions[2]
  std::int64_t priority = 0;
  std::int64_t tier = 0;
  const RuleSpec* rules = nullptr;  // null: matches every request
  std::vector<SignalNeed> needs{};
};

struct ComposerInput {
  std::string type, rule;  // filters every leaf `rule` or `rule:…` of this type
  const RuleSpec* filter = nullptr;
};

struct RecipeInput {
  const ProjectionsSpec* projections = nullptr;  // may be null
  std::vector<DecisionInput> decisions;
  std::vector<ComposerInput> composers;
  Strategy strategy = Strategy::priority;
};

// Names of signals that a recipe's rules and projections mention, as (leaf type, name).
std::set<std::pair<std::string, std::string>> referenced_signals(const RecipeInput& recipe);

// Never null; usable only if `diagnostics` holds no error afterwards.
std::unique_ptr<Program> compile(SignalTable signals, const RecipeInput& recipe, const Semantics& semantics,
                                 config::Diagnostics& diagnostics);

}  // namespace signalbox::decision
