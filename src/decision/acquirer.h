// Makes signals known: runs their families, then what belongs to a result before anything reads it (finite numbers, the
// identity policy, partitions).
//
// Internal to decision/. Belongs to one decide(); not thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

#include "decision/engine.h"
#include "decision/planner.h"
#include "decision/signal_set.h"

namespace signalbox::decision {

class Acquirer final : public SignalSource {
 public:
  // All arguments must outlive it; `results` and `knowledge` are written.
  Acquirer(const EngineTables& tables, signals::EvalContext& context, const DecideOptions& options,
           std::span<signals::SignalResult> results, std::span<Knowledge> knowledge);

  signals::Cost cost(SignalId id) const override;
  // Evaluates the wanted signals (all of their family where it is coupled) that are not known yet.
  void acquire(const SignalSet& wanted) override;

  bool acquired() const { return acquired_; }
  std::chrono::nanoseconds time() const { return time_; }

 private:
  void acquire_family(std::uint32_t family, const SignalSet& wanted);
  void choose_leaves(std::uint32_t family, const SignalSet& wanted);
  // A calibrated signal's value as a probability.
  void calibrate(SignalId id, signals::SignalResult& result) const;
  void accept(signals::SignalResult& result) const;
  void apply_partitions(std::uint32_t family);

  const EngineTables& tables_;
  const Program& program_;
  signals::EvalContext& context_;
  const DecideOptions& options_;
  std::span<signals::SignalResult> results_;
  std::span<Knowledge> knowledge_;
  std::vector<std::size_t> leaves_;
  bool acquired_ = false;
  std::chrono::nanoseconds time_{0};
};

}  // namespace signalbox::decision
