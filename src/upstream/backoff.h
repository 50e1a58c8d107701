// How long to wait before a backend is asked again: full jitter (Envoy's, and the one that spreads a herd best).
//
// Pure; any thread.
#pragma once

#include "upstream/policy.h"
#include "upstream/random.h"

namespace signalbox::upstream {

// Uniform in [0, min(25 ms * 2^retry, 250 ms)]; `retry` counts from 0.
Nanoseconds backoff(int retry, Random& random);

}  // namespace signalbox::upstream
