// Scoring by the nearest of all examples, for types that VSR does not have and that need not blend as it does.
//
// Internal to signals/. Plain values.
#pragma once

#include "signals/prototype_bank.h"

namespace signalbox::signals {

inline constexpr ClusterOptions kEveryExample{.enabled = false, .cluster_similarity = 1, .max_prototypes = 0};
inline constexpr Blend kNearest{.best_weight = 1, .top_m = 1};

}  // namespace signalbox::signals
