// Many callers of one encoder through its batcher, as requests come in a server.
#pragma once

#include <cstdint>
#include <string>

#include "models/text_encoder.h"

namespace signalbox::bench {

struct Load {
  std::int64_t tokens = 0;    // of each text
  std::uint32_t callers = 1;  // each sends its next text when it has the vector of its last one
  std::uint32_t threads = 1;  // workers of the batcher
  double seconds = 1;
};

// {"texts_per_second", "p50_ms", "p99_ms", "batches_per_text"} as JSON.
std::string run_concurrently(const models::TextEncoder& encoder, const Load& load);

}  // namespace signalbox::bench
