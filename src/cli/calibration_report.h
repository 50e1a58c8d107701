// What `signalbox calibrate` tells of each signal: for a terminal and as JSON. Pure.
#pragma once

#include <cstddef>
#include <expected>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "probes/measure_signal.h"
#include "trust/calibration.h"

namespace signalbox::cli {

struct MeasuredSignal {
  probes::ScoredSignal signal;
  trust::LabelledScores scores;
  std::map<std::string, std::size_t> without;  // examples that gave no score, by why
  std::optional<double> configured;            // the threshold in force
};

struct SignalVerdict {
  MeasuredSignal measured;
  std::expected<trust::Calibration, trust::CalibrationFault> calibration;
};

// `file`: where it was written; empty: it was not.
nlohmann::ordered_json calibration_json(const std::vector<SignalVerdict>& verdicts, const std::string& file);
std::string calibration_text(const std::vector<SignalVerdict>& verdicts);

}  // namespace signalbox::cli
