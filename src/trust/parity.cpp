#include "trust/parity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace signalbox::trust {

double relative_error(std::span<const float> ours, std::span<const float> reference) {
  if (ours.size() != reference.size()) return std::numeric_limits<double>::infinity();
  double difference = 0, norm = 0;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    const double d = static_cast<double>(ours[i]) - reference[i];
    difference += d * d;
    norm += static_cast<double>(reference[i]) * reference[i];
  }
  const double error = std::sqrt(difference / norm);
  return std::isfinite(error) ? error : std::numeric_limits<double>::infinity();
}

double cosine(std::span<const float> a, std::span<const float> b) {
  if (a.size() != b.size()) return std::numeric_limits<double>::quiet_NaN();
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += static_cast<double>(a[i]) * b[i];
    aa += static_cast<double>(a[i]) * a[i];
    bb += static_cast<double>(b[i]) * b[i];
  }
  return ab / std::sqrt(aa * bb);
}

void LayerParity::note(double error, std::size_t sample) {
  ++texts;
  if (error < relative_error) return;
  relative_error = error;
  worst_text = sample;
}

bool Parity::passes(double bound) const {
  return first_divergence(bound) == nullptr;
}

const LayerParity* Parity::first_divergence(double bound) const {
  const auto found =
      std::ranges::find_if(layers, [&](const LayerParity& layer) { return !(layer.relative_error <= bound); });
  return found == layers.end() ? nullptr : &*found;
}

std::string Parity::summary(double bound) const {
  if (const LayerParity* const layer = first_divergence(bound)) {
    return fmt::format("{} differs from the reference by {:.1e} (bound {:.0e}), {} {}", layer->name,
                       layer->relative_error, bound, sample, layer->worst_text);
  }
  return fmt::format("largest error of the {} {:.1e} (bound {:.0e}) over {} {}s", layers.back().name,
                     layers.back().relative_error, bound, layers.back().texts, sample);
}

}  // namespace signalbox::trust
