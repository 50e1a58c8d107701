// The planner's loop: judge what is known; if something open matters, make the cheapest cost class of it known; again.
//
// The order of evaluation can never change the result: the loop ends only when no completion of the open signals could
// (winner.h), and every result, once known, stays.
//
// Internal to decision/. Belongs to one decide(); not thread-safe.
#pragma once

#include <span>
#include <vector>

#include "decision/evaluator.h"
#include "decision/program.h"
#include "decision/semantics.h"
#include "decision/signal_set.h"
#include "decision/winner.h"
#include "signals/signal.h"

namespace signalbox::decision {

// Makes signals known.
class SignalSource {
 public:
  virtual ~SignalSource() = default;
  virtual signals::Cost cost(SignalId id) const = 0;
  virtual void acquire(const SignalSet& wanted) = 0;
};

// When to stop: the winner, its confidence and its matched rules are certain; or which decision wins.
enum class Goal : std::uint8_t { settled, decided };

class Planner {
 public:
  // `used`: the signals that may be acquired. All arguments must outlive it.
  Planner(const Program& program, const Semantics& semantics, const std::vector<bool>& eligible, const SignalSet& used)
      : program_(program), semantics_(semantics), eligible_(eligible), used_(used), needed_(used.capacity()) {}

  // Runs until the goal is reached, or until every used signal is known and it cannot be (on_unknown: block).
  // `knowledge` is what `evaluator` looks at and `source` changes.
  Verdict run(Goal goal, Evaluator& evaluator, std::span<const Knowledge> knowledge, SignalSource& source);
  // The verdict on what is known now.
  Verdict judge_now(const Evaluator& evaluator);

 private:
  void collect(const Verdict& verdict, Evaluator& evaluator, std::span<const Knowledge> knowledge);
  void keep_cheapest(const SignalSource& source);

  const Program& program_;
  const Semantics& semantics_;
  const std::vector<bool>& eligible_;
  const SignalSet& used_;
  SignalSet needed_;
  std::vector<Belief> beliefs_;
  std::vector<signals::Cost> costs_;  // by SignalId; of the needed signals
};

}  // namespace signalbox::decision
