// From a signal's raw score to a probability, fitted to labelled scores.
//
//   platt     1 / (1 + exp(-(slope * score + offset))), after Platt (1999) with the targets and the Newton method of
//             Lin, Lin and Weng (2007); two numbers, good from a few dozen examples on
//   isotonic  the closest non-decreasing steps (pool adjacent violators), straight lines between them; hundreds of
//             examples on
//
// Immutable; any thread.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "trust/roc.h"

namespace signalbox::trust {

struct ProbabilityMap {
  enum class Kind : std::uint8_t { platt, isotonic };
  Kind kind = Kind::platt;
  double slope = 0, offset = 0;               // platt
  std::vector<double> scores, probabilities;  // isotonic: ascending both, equally long, at least one

  // Within [0, 1]; never falls as the score rises.
  double operator()(double score) const;
};
std::string_view to_string(ProbabilityMap::Kind kind);

// Both classes must have scores.
ProbabilityMap fit_platt(const LabelledScores& scores);
ProbabilityMap fit_isotonic(const LabelledScores& scores);

}  // namespace signalbox::trust
