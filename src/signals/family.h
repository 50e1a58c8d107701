// What most families share: leaves named after their rules, and a loop that judges one leaf after the other.
//
// Internal to signals/. A RuleFamily is filled once by a type's compile function and immutable afterwards; evaluate may
// be called by any thread.
#pragma once

#include <chrono>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "config/diagnostics.h"
#include "signals/registry.h"
#include "signals/rule.h"
#include "signals/signal.h"

namespace signalbox::signals {

// Whether a rule's unknown counts as a match: what it says itself, else its type's default, else (under v1) whether it
// reads pictures, which must not be a way around a policy.
bool is_security(const RuleBase& rule, bool type_default, const CompileContext& context);
bool is_security(const TextRule& rule, bool type_default, const CompileContext& context);

// Reports a name that was used before, which would make a decision's leaf ambiguous. False for it and for no name
// (reported by the loader).
bool claim_name(const RuleBase& rule, std::set<std::string>& taken, config::Diagnostics& diagnostics);

// A leaf for each rule with a name of its own.
template <class Rule>
std::vector<Leaf> leaves_of(const std::vector<Rule>& rules, const CompileContext& context,
                            config::Diagnostics& diagnostics, bool type_default = false) {
  std::vector<Leaf> leaves;
  std::set<std::string> taken;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (!claim_name(rules[i], taken, diagnostics)) continue;
    leaves.push_back({rules[i].name, i, is_security(rules[i], type_default, context)});
  }
  return leaves;
}

// Runs `judge` for each wanted leaf, turns an exception into an unknown result, and books the time of the whole pass.
template <class Judge>
void judge_each(std::span<const std::size_t> wanted, std::span<SignalResult> results, Judge judge) {
  const auto start = std::chrono::steady_clock::now();
  for (const std::size_t leaf : wanted) {
    try {
      results[leaf] = judge(leaf);
    } catch (const std::exception&) {
      results[leaf] = SignalResult::unknown(Reason::error, "internal error");
    }
  }
  const auto time = std::chrono::steady_clock::now() - start;
  for (const std::size_t leaf : wanted) results[leaf].time = time;
}

// Runs `judge`, which fills all results, turns an exception into unknown results, and books the time of the whole pass.
template <class Judge>
void judge_together(std::span<const std::size_t> wanted, std::span<SignalResult> results, Judge judge) {
  const auto start = std::chrono::steady_clock::now();
  try {
    judge();
  } catch (const std::exception&) {
    for (SignalResult& result : results) result = SignalResult::unknown(Reason::error, "internal error");
  }
  const auto time = std::chrono::steady_clock::now() - start;
  for (const std::size_t leaf : wanted) results[leaf].time = time;
}

// Leaves and, in the same order, what their rules were compiled to.
template <class Compiled>
class RuleFamily : public Family {
 public:
  void add(Leaf leaf, Compiled rule) {
    leaves_.push_back(std::move(leaf));
    rules_.push_back(std::move(rule));
  }
  bool empty() const { return leaves_.empty(); }

  const std::vector<Leaf>& leaves() const final { return leaves_; }
  Cost cost(std::size_t, const evidence::Evidence&) const override { return Cost::instant; }

 protected:
  const std::vector<Compiled>& rules() const { return rules_; }

 private:
  std::vector<Leaf> leaves_;
  std::vector<Compiled> rules_;
};

// A family whose leaves share no work.
template <class Compiled>
class IndependentFamily : public RuleFamily<Compiled> {
 public:
  void evaluate(std::span<const std::size_t> wanted, EvalContext& context,
                std::span<SignalResult> results) const final {
    judge_each(wanted, results, [&](std::size_t leaf) { return judge(this->rules()[leaf], context); });
  }

 protected:
  virtual SignalResult judge(const Compiled& rule, EvalContext& context) const = 0;
};

// A family, or null when no rule of it is usable.
template <class F>
std::unique_ptr<Family> unless_empty(std::unique_ptr<F> family) {
  if (family->empty()) return nullptr;
  return family;
}

// Says no (and not "unknown") only when all text was read: what stands in an unread picture might have matched.
SignalResult no_match_in(const ScopeText& text);

}  // namespace signalbox::signals
