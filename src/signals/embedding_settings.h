// How similarities become matches, as plain numbers: what version v0.3 and v1 mean by an absent key, resolved once.
//
// v0.3 has VSR's defaults: examples are clustered, `max` is a blend of the best and the mean of the best two, a rule
// may match below its threshold (soft), and one rule of all survives (top_k 1). Under v1 nothing of that happens unless
// it is asked for: every example counts, max is the maximum, thresholds are lower bounds, all matches stay.
// Pure; internal to signals/.
#pragma once

#include <cstddef>
#include <cstdint>

#include "signals/embedding_model.h"
#include "signals/prototype_bank.h"

namespace signalbox::signals {

enum class Aggregation : std::uint8_t { mean, max, any };

// How a text is scored against a rule's examples.
struct ScoreSettings {
  ClusterOptions clusters;
  Blend blend;
};

struct MatchSettings : ScoreSettings {  // blend: of max and any
  bool soft_matching = true;
  double min_score = 0.5;  // of a soft match
  std::size_t top_k = 1;   // 0: all matches stay

  // Results of one rule depend on those of the others.
  bool coupled() const { return soft_matching || top_k > 0; }
  Blend blend_of(Aggregation aggregation) const { return aggregation == Aggregation::mean ? Blend{0.0, 0} : blend; }
};

ScoreSettings resolve(const PrototypeSettings& written, bool v1);
MatchSettings resolve(const EmbeddingSettings& written, bool v1);

}  // namespace signalbox::signals
