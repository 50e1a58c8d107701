// Calibrating a scored signal from labelled examples: is the score the right way up, which threshold serves the wish,
// and what probability does a score stand for.
//
// A calibration belongs to the representation it was made on (its fingerprint: model, preprocessing, precision and
// dimension); calibrations.h keeps them and refuses any other. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>

#include "trust/operating_point.h"
#include "trust/probability_map.h"
#include "trust/roc.h"

namespace signalbox::trust {

struct CalibrationOptions {
  Objective objective;
  ProbabilityMap::Kind map = ProbabilityMap::Kind::platt;
  std::uint64_t seed = 1;
};

struct Calibration {
  std::string signal;       // "embedding:billing"
  std::string fingerprint;  // of the representation its score rests on
  std::string model;        // for people: the model's name, precision and dimension
  Objective objective;
  OperatingPoint point;
  Interval threshold_interval;
  Auc auc;
  ProbabilityMap map;
};

struct CalibrationFault {
  enum class Kind : std::uint8_t {
    too_few,   // positives or negatives, or for the objective
    reversed,  // AUC below 0.5
  };
  Kind kind = Kind::too_few;
  std::string sentence;
  Auc auc;  // of `reversed`
};

inline constexpr std::size_t kFewestOfAClass = 10;

// Without signal, fingerprint and model, which the caller knows.
std::expected<Calibration, CalibrationFault> calibrate(const LabelledScores& scores, const CalibrationOptions& options);

}  // namespace signalbox::trust
