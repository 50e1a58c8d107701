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
  Cost cheapest = Cost::remote;
  Cost dearest = Cost::instant;
  costs_.resize(needed_.capacity());
  needed_.each([&](SignalId id) {
    costs_[id] = source.cost(id);
    cheapest = std::min(cheapest, costs_[id]);
    dearest = std::max(dearest, costs_[id]);
  });
  if (cheapest == dearest) return;
  needed_.each([&](SignalId id) {
    if (costs_[id] != cheapest) needed_.erase(id);
  });
}

}  // namespace signalbox::decision
