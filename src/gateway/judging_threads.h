// How many threads the compute pool needs under a configuration. Pure but for the number of processors; any thread.
#pragma once

#include <cstddef>

#include "router/snapshot.h"

namespace signalbox::gateway {

// Judgements that wait for a model hold a thread of the pool and hardly use it; a model that batches wants several.
inline constexpr std::size_t kModelWaiters = 14;

std::size_t judging_threads(const router::Snapshot& snapshot);

}  // namespace signalbox::gateway
