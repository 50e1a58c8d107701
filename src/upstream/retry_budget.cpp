#include "upstream/retry_budget.h"

#include <algorithm>

namespace signalbox::upstream {

namespace {
constexpr double kThousand = 1000;
constexpr std::int64_t kToken = 1000;
constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
}  // namespace

RetryBudget::RetryBudget(Limits limits)
    : per_request_(static_cast<std::int64_t>(limits.share * kThousand)),
      per_second_(static_cast<std::int64_t>(limits.per_second * kThousand)),
      burst_(static_cast<std::int64_t>(limits.burst * kThousand)),
      tokens_(burst_) {}

void RetryBudget::on_request() {
  if (tokens_.load(std::memory_order_relaxed) < burst_) {
    tokens_.fetch_add(per_request_, std::memory_order_relaxed);  // a little over the rim is cut off by take()
  }
}

bool RetryBudget::take(TimePoint now) {
  refill(now);
  std::int64_t tokens = tokens_.load(std::memory_order_relaxed);
  do {
    if (tokens < kToken) return false;
  } while (!tokens_.compare_exchange_weak(tokens, std::min(tokens, burst_) - kToken, std::memory_order_relaxed));
  return true;
}

void RetryBudget::refill(TimePoint now) {
  const std::int64_t at = now.time_since_epoch().count();
  const std::int64_t before = refilled_at_.exchange(at, std::memory_order_relaxed);
  if (before < 0 || at <= before) return;
  const std::int64_t passed = std::min(at - before, 3600 * kNanosPerSecond);
  const std::int64_t gain = passed / 1000 * per_second_ / (kNanosPerSecond / 1000);
  if (gain == 0) {  // too short a time to count: leave it to the next look
    refilled_at_.store(before, std::memory_order_relaxed);
    return;
  }
  tokens_.fetch_add(std::min(gain, burst_), std::memory_order_relaxed);
}

double RetryBudget::balance() const {
  return static_cast<double>(std::min(tokens_.load(std::memory_order_relaxed), burst_)) / kThousand;
}

}  // namespace signalbox::upstream
