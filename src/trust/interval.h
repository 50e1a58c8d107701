// Confidence intervals of 95 %. Pure; any thread.
#pragma once

#include <cstddef>

namespace signalbox::trust {

inline constexpr double kZ95 = 1.959963984540054;  // the normal distribution's 97.5 % quantile

struct Interval {
  double low = 0, high = 1;
  bool contains(double value) const { return low <= value && value <= high; }
};

// Of a share, after Wilson (1927); [0, 1] without observations.
Interval wilson(std::size_t successes, std::size_t observations);

}  // namespace signalbox::trust
