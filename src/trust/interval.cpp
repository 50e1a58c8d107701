#include "trust/interval.h"

#include <algorithm>
#include <cmath>

namespace signalbox::trust {

Interval wilson(std::size_t successes, std::size_t observations) {
  if (observations == 0) return {};
  const auto n = static_cast<double>(observations);
  const double share = static_cast<double>(successes) / n;
  const double square = kZ95 * kZ95;
  const double centre = (share + square / (2 * n)) / (1 + square / n);
  const double half = kZ95 / (1 + square / n) * std::sqrt(share * (1 - share) / n + square / (4 * n * n));
  return {std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

}  // namespace signalbox::trust
