#include "upstream/backoff.h"

#include <algorithm>

namespace signalbox::upstream {

Nanoseconds backoff(int retry, Random& random) {
  constexpr Nanoseconds kBase = std::chrono::milliseconds(25);
  constexpr Nanoseconds kMost = std::chrono::milliseconds(250);
  const Nanoseconds limit = std::min(kBase * (1 << std::clamp(retry, 0, 10)), kMost);
  return Nanoseconds(static_cast<Nanoseconds::rep>(random.below(static_cast<std::uint64_t>(limit.count()) + 1)));
}

}  // namespace signalbox::upstream
