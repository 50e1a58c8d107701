// For the tests of decision/: a recipe from YAML text, over signals whose results are written down. Header only, used
// by tests and benchmarks alone.
//
// Thread-compatible; a Recipe must outlive nothing it hands out.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/load.h"
#include "decision/compile.h"
#include "decision/engine.h"
#include "evidence/evidence.h"
#include "evidence/image_reader.h"
#include "signals/registry.h"
#include "signals/scope.h"

namespace signalbox::decision::test {

// What a test writes: routing's decisions, projections and composers.
struct DecisionText {
  std::string path, name;
  std::int64_t priority = 0, tier = 0;
  std::optional<RuleSpec> rules;
  std::vector<std::string> needs = {};  // "type:name"; "type:" for all of it
};
struct ComposerText {
  std::string type, rule;
  RuleSpec filter;
};
struct RecipeText {
  Strategy strategy = Strategy::priority;
  ProjectionsSpec projections;
  std::vector<DecisionText> decisions;
  std::vector<ComposerText> composers;
};

inline void describe(config::Visitor& v, DecisionText& x) {
  v.object("DecisionText", "A decision.", &x.path);
  v.field("name", x.name, {.doc = "Name."});
  v.field("priority", x.priority, {.doc = "Priority."});
  v.field("tier", x.tier, {.doc = "Tier."});
  v.field("rules", x.rules, {.doc = "Rules."});
  v.field("needs", x.needs, {.doc = "Signals that what it does must know."});
}
inline void describe(config::Visitor& v, ComposerText& x) {
  v.object("ComposerText", "A composer.");
  v.field("type", x.type, {.doc = "Type."});
  v.field("rule", x.rule, {.doc = "Rule."});
  v.field("filter", x.filter, {.doc = "Filter."});
}
inline void describe(config::Visitor& v, RecipeText& x) {
  v.object("RecipeText", "A recipe.");
  v.field("strategy", x.strategy, {.doc = "Strategy."});
  v.field("projections", x.projections, {.doc = "Projections."});
  v.field("decisions", x.decisions, {.doc = "Decisions."});
  v.field("composers", x.composers, {.doc = "Composers."});
}

// A signal and the answer it will give.
struct FakeSignal {
  std::string type, name;
  signals::SignalResult result;
  bool security = false;
  signals::Cost cost = signals::Cost::instant;
};

inline signals::SignalResult match(double confidence = 1) {
  return signals::SignalResult::matched(confidence);
}
inline signals::SignalResult no_match() {
  return {};
}
inline signals::SignalResult unknown(signals::Reason reason = signals::Reason::model_missing) {
  return signals::SignalResult::unknown(reason);
}
inline signals::SignalResult with_value(signals::SignalResult result, double value) {
  result.value = value;
  return result;
}

// Gives the written answers, and remembers for which leaves it was asked.
class FakeFamily final : public signals::Family {
 public:
  FakeFamily(std::vector<FakeSignal> fakes, bool coupled, std::set<std::string>* asked)
      : fakes_(std::move(fakes)), coupled_(coupled), asked_(asked) {
    for (std::size_t i = 0; i < fakes_.size(); ++i) leaves_.push_back({fakes_[i].name, i, fakes_[i].security});
  }
  const std::vector<signals::Leaf>& leaves() const override { return leaves_; }
  signals::Cost cost(std::size_t leaf, const evidence::Evidence&) const override { return fakes_[leaf].cost; }
  bool coupled() const override { return coupled_; }
  void evaluate(std::span<const std::size_t> wanted, signals::EvalContext&,
                std::span<signals::SignalResult> results) const override {
    if (coupled_ && wanted.size() != fakes_.size()) throw std::logic_error("a coupled family was evaluated in part");
    for (const std::size_t leaf : wanted) {
      results[leaf] = fakes_[leaf].result;
      if (asked_ == nullptr) continue;
      const bool first_time = asked_->insert(fakes_[leaf].type + ":" + fakes_[leaf].name).second;
      if (!first_time) throw std::logic_error("a signal was evaluated twice");
    }
  }

 private:
  std::vector<FakeSignal> fakes_;
  std::vector<signals::Leaf> leaves_;
  bool coupled_;
  std::set<std::string>* asked_;
};

inline RecipeText parse(std::string_view yaml, config::Diagnostics& diagnostics) {
  config::Node node;
  RecipeText text;
  config::parse_yaml(yaml, 0, {}, node, diagnostics);
  config::decode_at(node, "routing", config::ref(text), diagnostics);
  return text;
}

struct RecipeOptions {
  const Semantics& semantics = semantics_v03();
  std::set<std::string> coupled{};  // types
  bool record = true;               // asked(); a benchmark does without
};

class Recipe {
 public:
  Recipe(const std::vector<FakeSignal>& fakes, std::string_view yaml, RecipeOptions options = {})
      : text_(parse(yaml, diagnostics_)) {
    build(fakes, options);
  }
  Recipe(const std::vector<FakeSignal>& fakes, RecipeText text, RecipeOptions options = {}) : text_(std::move(text)) {
    build(fakes, options);
  }

  Recipe(const Recipe&) = delete;  // its families point at asked_
  Recipe& operator=(const Recipe&) = delete;

  // "path code" of every error.
  std::vector<std::string> problems() const {
    std::vector<std::string> result;
    for (const config::Diagnostic& d : diagnostics_.items()) result.push_back(d.path + " " + d.code);
    return result;
  }
  const config::Diagnostics& diagnostics() const { return diagnostics_; }

  Outcome decide(const DecideOptions& options = {}) {
    if (!engine_) throw std::logic_error("the recipe has errors: " + problems().front());
    asked_.clear();
    const evidence::Evidence evidence = evidence::from_text("hello");
    const auto deadline = std::chrono::steady_clock::time_point::max();
    evidence::ImageTexts images(evidence, nullptr, deadline);
    signals::TextScopes scopes(evidence, images);
    signals::EvalContext context{evidence, images, scopes, deadline};
    return engine_->decide(context, options);
  }
  Outcome eager() { return decide({.eager = true}); }

  // Name of the winner, or what happened instead.
  static std::string name(const Outcome& outcome, const Recipe& recipe) {
    switch (outcome.kind) {
      case Outcome::Kind::decision:
        return recipe.program().decisions[outcome.decision].name;
      case Outcome::Kind::no_decision:
        return "no_decision";
      case Outcome::Kind::forbidden:
        return "forbidden";
      case Outcome::Kind::policy_unavailable:
        return "policy_unavailable";
    }
    return "";
  }
  std::string winner() { return name(decide(), *this); }
  double confidence() { return decide().confidence; }

  const Program& program() const { return engine_->program(); }
  const Engine& engine() const { return *engine_; }
  // "type:name" of the signals that the last decide() evaluated.
  const std::set<std::string>& asked() const { return asked_; }
  SignalId id(std::string_view type, std::string_view name) const { return *program().signals.find(type, name); }

 private:
  void build(const std::vector<FakeSignal>& fakes, const RecipeOptions& options) {
    std::map<std::string, std::vector<FakeSignal>> by_type;
    for (const FakeSignal& fake : fakes) by_type[fake.type].push_back(fake);
    SignalTable table;
    for (const auto& [type, list] : by_type) {
      auto family =
          std::make_unique<FakeFamily>(list, options.coupled.contains(type), options.record ? &asked_ : nullptr);
      table.add(*signals::find_type(type), std::move(family));
    }
    RecipeInput input{&text_.projections, {}, {}, text_.strategy};
    for (const DecisionText& d : text_.decisions) {
      input.decisions.push_back({d.name, d.path, d.priority, d.tier, d.rules ? &*d.rules : nullptr});
      for (const std::string& need : d.needs) {
        const std::size_t colon = need.find(':');
        input.decisions.back().needs.push_back({need.substr(0, colon), need.substr(colon + 1), d.path + ".needs"});
      }
    }
    for (const ComposerText& c : text_.composers) input.composers.push_back({c.type, c.rule, &c.filter});
    auto program = compile(std::move(table), input, options.semantics, diagnostics_);
    if (diagnostics_.ok()) engine_ = std::make_unique<Engine>(std::move(program), options.semantics);
  }

  config::Diagnostics diagnostics_;
  RecipeText text_;
  std::set<std::string> asked_;
  std::unique_ptr<Engine> engine_;
};

}  // namespace signalbox::decision::test
