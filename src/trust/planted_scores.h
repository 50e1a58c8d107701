// For tests: scores of two classes whose distributions are known, and so what their calibration must find.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <random>

#include "trust/roc.h"

namespace signalbox::trust {

// The same numbers everywhere, unlike std::normal_distribution's (Box and Muller, 1958).
class NormalNumbers {
 public:
  explicit NormalNumbers(std::uint64_t seed) : random_(seed) {}
  double operator()(double mean) {
    const double u = uniform(), v = uniform();
    return mean + std::sqrt(-2 * std::log(u)) * std::cos(2 * std::numbers::pi * v);
  }

 private:
  double uniform() { return (static_cast<double>(random_() >> 11) + 0.5) * 0x1.0p-53; }
  std::mt19937_64 random_;
};

// Negatives are normal around 0, positives around `distance`, both with deviation 1.
inline LabelledScores planted(double distance, std::size_t each, std::uint64_t seed) {
  NormalNumbers normal(seed);
  LabelledScores scores;
  for (std::size_t i = 0; i < each; ++i) scores.positives.push_back(normal(distance));
  for (std::size_t i = 0; i < each; ++i) scores.negatives.push_back(normal(0));
  return scores;
}

}  // namespace signalbox::trust
