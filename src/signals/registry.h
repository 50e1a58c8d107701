// The table of signal types. A new type is one file that defines a `const Type`, and one line in registry.cpp.
#pragma once

#include <algorithm>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "config/describe.h"
#include "config/diagnostics.h"
#include "signals/embedding_model.h"
#include "signals/learned_models.h"
#include "signals/signal.h"

namespace signalbox::signals {

// What a type may need besides its own rules when it is compiled.
struct CompileContext {
  const std::set<std::string>& used_names;  // leaf names of this type that rules and projections use
  bool v1 = false;                          // version: v1 (safe defaults) rather than v0.3
  std::string_view signals_path = "routing.signals";
  const EmbeddingModel* embedding = nullptr;  // null: as one without a model
  const LearnedModels* learned = nullptr;     // null: as one without any
};

struct Type {
  std::string_view key;          // list under routing.signals: "keywords"
  std::string_view leaf;         // type in decision rules: "keyword"
  std::string_view matched_key;  // member of matched_signals in the eval response: "keywords"
  std::string_view header;       // x-vsr-matched-<header>, or "" when VSR has none
  std::string_view doc;          // one sentence for the reference
  bool security = false;         // unknown counts as a match by default (jailbreak, pii, secrets)
  bool needs_model = false;      // a model judges it; Family::missing_model tells where there is none
  bool ours = false;             // VSR has no such type

  const config::TypeInfo* (*rules_type)() = nullptr;  // of std::vector<Rule>
  std::shared_ptr<void> (*make_rules)() = nullptr;    // an empty std::vector<Rule>
  // Compiles all rules of a recipe; reports what is wrong with them and returns what is usable (null when none).
  std::unique_ptr<Family> (*compile)(const void* rules, const CompileContext& context,
                                     config::Diagnostics& diagnostics) = nullptr;
  // True when a rule of the list is meant by this leaf name, be the rule usable or not: a decision that refers to a
  // rule with a mistake in it is not a second mistake.
  bool (*declares)(const void* rules, std::string_view leaf) = nullptr;
};

// A type whose leaves are named otherwise overloads this.
template <class Rule>
bool declares_leaf(const Rule& rule, std::string_view leaf) {
  return leaf == rule.name;
}

// In the order in which the reference lists them.
std::span<const Type* const> registry();
// By leaf type ("keyword"); null when there is none.
const Type* find_type(std::string_view leaf);

// Fills the functions of a Type from a rule struct and a compile function.
template <class Rule,
          std::unique_ptr<Family> (*Compile)(const std::vector<Rule>&, const CompileContext&, config::Diagnostics&)>
constexpr Type with_rules(Type type) {
  type.rules_type = [] { return config::type_of<std::vector<Rule>>(); };
  type.make_rules = []() -> std::shared_ptr<void> { return std::make_shared<std::vector<Rule>>(); };
  type.compile = [](const void* rules, const CompileContext& context, config::Diagnostics& diagnostics) {
    return Compile(*static_cast<const std::vector<Rule>*>(rules), context, diagnostics);
  };
  type.declares = [](const void* rules, std::string_view leaf) {
    const auto& list = *static_cast<const std::vector<Rule>*>(rules);
    return std::any_of(list.begin(), list.end(), [&](const Rule& rule) { return declares_leaf(rule, leaf); });
  };
  return type;
}

}  // namespace signalbox::signals
