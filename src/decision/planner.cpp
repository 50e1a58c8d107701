#include "decision/planner.h"

#include <algorithm>

namespace signalbox::decision {

using signals::Cost;

Verdict Planner::run(Goal goal, Evaluator& evaluator, std::span<const Knowledge> knowledge, SignalSource& source) {
  while (true) {
    Verdict verdict = judge_now(evaluator);
    if (goal == Goal::settled ? verdict.settled : verdict.decided) return verdict;
    collect(verdict, evaluator, knowledge);
    if (needed_.empty()) return verdict;
    keep_cheapest(source);
    source.acquire(needed_);
    evaluator.refresh();
  }
}

Verdict Planner::judge_now(const Evaluator& evaluator) {
  beliefs_.clear();
  beliefs_.reserve(program_.decisions.size());
  for (const CompiledDecision& decision : program_.decisions) beliefs_.push_back(evaluator.node(decision.root));
  return judge(program_, semantics_, beliefs_, eligible_);
}

void Planner::collect(const Verdict& verdict, Evaluator& evaluator, std::span<const Knowledge> knowledge) {
  needed_.clear();
  for (const std::size_t i : verdict.relevant) evaluator.collect_open(program_.decisions[i].root, needed_);
  if (!needed_.empty()) return;
  // A leaf that blocks keeps its decision open: all the rest is looked at before the request is refused for it, so that
  // the refusal names the same signals whether the run is lazy or eager.
  used_.each([&](SignalId id) {
    if (knowledge[id] == Knowledge::open) needed_.insert(id);
  });
}

void Planner::keep_cheapest(const SignalSource& source) {
  costs_.clear();
  needed_.each([&](SignalId id) { costs_.push_back(source.cost(id)); });
  const auto [cheapest, dearest] = std::minmax_element(costs_.begin(), costs_.end());
  if (*cheapest == *dearest) return;
  auto cost = costs_.cbegin();
  needed_.each([&](SignalId id) {
    if (*cost++ != *cheapest) needed_.erase(id);
  });
}

}  // namespace signalbox::decision
