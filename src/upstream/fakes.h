// For tests: time and chance that do as they are told.
#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "upstream/attempts.h"

namespace signalbox::upstream::testing {

inline TimePoint at(std::chrono::milliseconds since_start) {
  return TimePoint(std::chrono::hours(1)) + since_start;
}

// The numbers given, over and over.
class FixedRandom final : public Random {
 public:
  explicit FixedRandom(std::vector<std::uint64_t> numbers = {0}) : numbers_(std::move(numbers)) {}
  std::uint64_t next() override { return numbers_[next_++ % numbers_.size()]; }

 private:
  std::vector<std::uint64_t> numbers_;
  std::size_t next_ = 0;
};

inline std::vector<Cluster::Member> members(std::size_t count, const EjectionPolicy& ejection = {}) {
  std::vector<Cluster::Member> result;
  for (std::size_t i = 0; i < count; ++i) result.push_back({std::make_shared<Endpoint>(ejection), 1});
  return result;
}

}  // namespace signalbox::upstream::testing
