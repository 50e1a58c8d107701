// The calibrations of a configuration: a JSON file beside it, written by `signalbox calibrate --write`.
//
// A signal may have several, one for each representation it was calibrated on (the int8 of one machine, the fp32 of
// another). Immutable but for put(); any thread may read. docs/heads.md describes the file.
#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "trust/calibration.h"

namespace signalbox::trust {

inline constexpr std::string_view kCalibrationsFile = "calibrations.json";

class Calibrations {
 public:
  // What `file` holds, or one sentence: what is wrong with it, by file and key.
  static std::expected<Calibrations, std::string> load(const std::filesystem::path& file);

  // The calibration of this signal ("embedding:billing") for this representation; null: the signal has none at all. The
  // error is a sentence: it was calibrated, but on another representation, and that calibration is refused.
  std::expected<const Calibration*, std::string> find(std::string_view signal, std::string_view fingerprint) const;

  // Replaces the one for the same signal and fingerprint.
  void put(Calibration calibration);
  // Atomically: a reader sees the old file or the new one. The error is one sentence.
  std::expected<void, std::string> save(const std::filesystem::path& file) const;

  const std::vector<Calibration>& all() const { return calibrations_; }

 private:
  std::vector<Calibration> calibrations_;  // by signal, then fingerprint
};

}  // namespace signalbox::trust
