#include "trust/calibrations.h"

#include <fmt/format.h>

#include <algorithm>

namespace signalbox::trust {
namespace {

bool same(const Calibration& calibration, std::string_view signal, std::string_view fingerprint) {
  return calibration.signal == signal && calibration.fingerprint == fingerprint;
}

}  // namespace

std::expected<const Calibration*, std::string> Calibrations::find(std::string_view signal,
                                                                  std::string_view fingerprint) const {
  const Calibration* other = nullptr;
  for (const Calibration& calibration : calibrations_) {
    if (same(calibration, signal, fingerprint)) return &calibration;
    if (calibration.signal == signal) other = &calibration;
  }
  if (other == nullptr) return nullptr;
  return std::unexpected(fmt::format(
      "the calibration of {} was made for another representation ({}; fingerprint {}…, served is {}…): a threshold "
      "belongs to its model, preprocessing, precision and dimension; run signalbox calibrate --write again",
      signal, other->model, std::string_view(other->fingerprint).substr(0, 12), fingerprint.substr(0, 12)));
}

void Calibrations::put(Calibration calibration) {
  std::erase_if(calibrations_,
                [&](const Calibration& old) { return same(old, calibration.signal, calibration.fingerprint); });
  calibrations_.push_back(std::move(calibration));
  std::ranges::sort(calibrations_, {}, [](const Calibration& one) { return std::pair(one.signal, one.fingerprint); });
}

}  // namespace signalbox::trust
