// Randomness as something that is handed in: balancing and jitter take it, tests hand in a fixed sequence.
//
// Thread-safe. Owned by whoever starts the process and outlives all users.
#pragma once

#include <atomic>
#include <cstdint>

namespace signalbox::upstream {

class Random {
 public:
  virtual ~Random() = default;
  virtual std::uint64_t next() = 0;
  // Below `bound`; 0 for 0. The bias of the remainder is below 2^-32 for the small bounds used here.
  std::uint64_t below(std::uint64_t bound) { return bound == 0 ? 0 : next() % bound; }
};

// SplitMix64 over a counter: one atomic addition a number, no lock. Not for secrets.
class SharedRandom final : public Random {
 public:
  explicit SharedRandom(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() override {
    std::uint64_t z = state_.fetch_add(0x9e3779b97f4a7c15u, std::memory_order_relaxed);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

 private:
  std::atomic<std::uint64_t> state_;
};

}  // namespace signalbox::upstream
