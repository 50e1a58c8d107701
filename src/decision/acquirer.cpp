#include "decision/acquirer.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "decision/partitions.h"

namespace signalbox::decision {

using signals::Cost;
using signals::Reason;
using signals::SignalResult;
using signals::Truth;

namespace {
bool is_finite(const std::optional<double>& number) {
  return !number || std::isfinite(*number);
}
}  // namespace

Acquirer::Acquirer(const EngineTables& tables, signals::EvalContext& context, const DecideOptions& options,
                   std::span<SignalResult> results, std::span<Knowledge> knowledge)
    : tables_(tables),
      program_(*tables.program),
      context_(context),
      options_(options),
      results_(results),
      knowledge_(knowledge) {}

Cost Acquirer::cost(SignalId id) const {
  return tables_.cost(id, context_.evidence);
}

void Acquirer::acquire(const SignalSet& wanted) {
  for (std::uint32_t f = 0; f < program_.signals.families(); ++f) acquire_family(f, wanted);
}

void Acquirer::choose_leaves(std::uint32_t family, const SignalSet& wanted) {
  const SignalId first = program_.signals.first_of(family);
  const std::size_t count = program_.signals.family(family).leaves().size();
  leaves_.clear();
  leaves_.reserve(count);
  for (std::size_t leaf = 0; leaf < count; ++leaf) {
    const SignalId id = first + static_cast<SignalId>(leaf);
    if (wanted.contains(id) && knowledge_[id] == Knowledge::open) leaves_.push_back(leaf);
  }
  if (leaves_.empty() || !tables_.whole[family]) return;
  leaves_.resize(count);
  std::iota(leaves_.begin(), leaves_.end(), std::size_t{0});
}

void Acquirer::acquire_family(std::uint32_t f, const SignalSet& wanted) {
  choose_leaves(f, wanted);
  if (leaves_.empty()) return;
  const signals::Family& family = program_.signals.family(f);
  const SignalId first = program_.signals.first_of(f);
  const std::span<SignalResult> results = results_.subspan(first, family.leaves().size());
  const std::chrono::steady_clock::time_point start = options_.now();
  family.evaluate(leaves_, context_, results);
  const std::chrono::nanoseconds took = options_.now() - start;
  time_ += took;
  acquired_ = true;
  for (const std::size_t leaf : leaves_) {
    accept(results[leaf]);
    calibrate(first + static_cast<SignalId>(leaf), results[leaf]);
    results[leaf].time = took;
    knowledge_[first + leaf] = Knowledge::known;
  }
  apply_partitions(f);
  family.after_partitions(results);
}

void Acquirer::accept(SignalResult& result) const {
  if (!std::isfinite(result.confidence) || !is_finite(result.calibrated) || !is_finite(result.value)) {
    result = SignalResult::unknown(Reason::error, "the result is not a finite number");
  }
  if (result.reason == Reason::identity_missing && options_.identity == IdentityPolicy::fail_open) {
    result = SignalResult{};
    result.detail = "no verified identity; authz.fail_open: no roles";
  }
}

void Acquirer::calibrate(SignalId id, SignalResult& result) const {
  const auto& probability = program_.signals[id].probability;
  if (probability && result.value && result.truth != signals::Truth::unknown)
    result.calibrated = (*probability)(*result.value);
}

void Acquirer::apply_partitions(std::uint32_t family) {
  for (const Partition& partition : program_.projections.partitions) {
    if (!partition.members.empty() && program_.signals[partition.members.front()].family == family) {
      apply_partition(partition, tables_.semantics, results_);
    }
  }
}

}  // namespace signalbox::decision
