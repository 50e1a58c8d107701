#include "upstream/endpoint.h"

#include <algorithm>

namespace signalbox::upstream {

namespace {
constexpr Nanoseconds kLongestEjection = std::chrono::minutes(5);
constexpr Nanoseconds kForgiveness = std::chrono::seconds(10);
}  // namespace

bool Endpoint::report(bool failure) {
  if (!failure) {
    if (failures_.load(std::memory_order_relaxed) != 0) failures_.store(0, std::memory_order_relaxed);
    return false;
  }
  const int in_a_row = failures_.fetch_add(1, std::memory_order_relaxed) + 1;
  return policy_.consecutive_5xx > 0 && in_a_row >= policy_.consecutive_5xx;
}

Nanoseconds Endpoint::eject(TimePoint now) {
  const std::int64_t at = nanoseconds(now);
  std::int64_t free_since = ejected_until_.load(std::memory_order_relaxed);
  int count = ejections_.load(std::memory_order_relaxed);
  if (count > 0 && at > free_since) {
    const std::int64_t forgiven = (at - free_since) / kForgiveness.count();
    count -= static_cast<int>(std::min<std::int64_t>(count, forgiven));
  }
  ++count;
  const Nanoseconds longest = std::max(policy_.base_time, kLongestEjection);
  // Compared by division: a base time of hours times many ejections does not fit.
  const Nanoseconds time =
      count > longest / std::max(policy_.base_time, Nanoseconds(1)) ? longest : policy_.base_time * count;
  // Of several that come to this conclusion at once, one ejects.
  if (!ejected_until_.compare_exchange_strong(free_since, at + time.count())) return Nanoseconds(0);
  ejections_.store(count, std::memory_order_relaxed);
  failures_.store(0, std::memory_order_relaxed);
  return time;
}

}  // namespace signalbox::upstream
