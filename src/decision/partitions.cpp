#include "decision/partitions.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace signalbox::decision {

using signals::SignalResult;
using signals::Truth;

namespace {

double score_of(const SignalResult& result) {
  return result.value.value_or(result.confidence);
}

// softmax(score / temperature) of `winner` over the contenders, shifted by the maximum so that exp cannot overflow.
double softmax_confidence(const std::vector<SignalId>& contenders, SignalId winner, double temperature,
                          std::span<const SignalResult> results) {
  const double top = score_of(results[winner]);
  double sum = 0;
  for (const SignalId id : contenders) sum += std::exp((score_of(results[id]) - top) / temperature);
  return 1.0 / sum;
}

void drop(SignalResult& result) {
  result.truth = Truth::no_match;
  result.confidence = 0;
}

}  // namespace

void apply_partition(const Partition& partition, const Semantics& semantics, std::span<SignalResult> results) {
  const auto unknown = std::find_if(partition.members.begin(), partition.members.end(),
                                    [&](SignalId id) { return results[id].truth == Truth::unknown; });
  if (unknown != partition.members.end()) {
    const signals::Reason reason = results[*unknown].reason;
    for (const SignalId id : partition.members) {
      results[id].truth = Truth::unknown;
      results[id].reason = reason;
    }
    return;
  }
  std::vector<SignalId> contenders;
  for (const SignalId id : partition.members) {
    if (results[id].truth == Truth::match) contenders.push_back(id);
  }
  if (contenders.empty()) {
    SignalResult& fallback = results[partition.fallback];
    fallback.truth = Truth::match;
    fallback.confidence = semantics.partition_default_confidence();
    fallback.calibrated.reset();
    fallback.detail = "default of partition " + partition.name;
    return;
  }
  const SignalId winner = *std::max_element(contenders.begin(), contenders.end(), [&](SignalId a, SignalId b) {
    return score_of(results[a]) < score_of(results[b]);
  });
  if (contenders.size() > 1 && partition.semantics == PartitionSemantics::softmax_exclusive) {
    results[winner].confidence = softmax_confidence(contenders, winner, partition.temperature, results);
    results[winner].calibrated.reset();  // of the member alone, not of the contest
  }
  for (const SignalId id : contenders) {
    if (id != winner) drop(results[id]);
  }
}

}  // namespace signalbox::decision
