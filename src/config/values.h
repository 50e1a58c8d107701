// Scalars with a text form of their own.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "config/describe.h"

namespace signalbox::config {

// A count of tokens: "999", 32K, "1M" (K = 1,000, M = 1,000,000, as VSR; either case).
struct TokenCount {
  std::int64_t tokens = 0;
  static const CustomScalar custom_scalar;
};

// A length of time as Go writes it: "300s", "1m30s", "500ms", "2h". A bare number is refused: say the unit.
struct Duration {
  std::chrono::nanoseconds value{0};
  static const CustomScalar custom_scalar;
  bool operator==(const Duration&) const = default;
};

}  // namespace signalbox::config
