// How a model's backends share its requests, and what is done about failures: VSR's `reliability` block, resolved.
//
// Plain values; any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "upstream/retry_on.h"

namespace signalbox::upstream {

using TimePoint = std::chrono::steady_clock::time_point;
using Nanoseconds = std::chrono::nanoseconds;

enum class LbPolicy : std::uint8_t { round_robin, least_request };

struct RetryPolicy {
  int count = 1;  // attempts beyond the first
  RetryConditions on = RetryConditions(RetryOn::connect_failure);
  bool elsewhere_only = true;  // the default without `retry_on`: never the same backend twice
};

struct EjectionPolicy {
  int consecutive_5xx = 0;  // 0: never
  Nanoseconds base_time = std::chrono::seconds(30);
  int max_percent = 50;  // of a model's backends, at the same time
};

struct HealthCheckPolicy {
  std::string path;
  Nanoseconds interval = std::chrono::seconds(10);
  Nanoseconds timeout = std::chrono::seconds(2);
};

struct ReliabilityPolicy {
  LbPolicy lb = LbPolicy::round_robin;
  RetryPolicy retry;
  EjectionPolicy ejection;
  std::optional<HealthCheckPolicy> health_check;
};

}  // namespace signalbox::upstream
