// Minimising a smooth function by L-BFGS (liblbfgs).
//
// The one file that knows liblbfgs. Deterministic; any thread.
#pragma once

#include <expected>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace signalbox::learn {

// The value at x; fills the gradient, which is as long as x.
using SmoothFunction = std::function<double(std::span<const double> x, std::span<double> gradient)>;

struct MinimiseOptions {
  int max_iterations = 300;
  // Ends when the value fell by less than this share over five iterations.
  double smallest_fall = 1e-5;
  // Asked after each iteration; false ends it there.
  std::function<bool(int iteration, std::span<const double> x)> go_on;
};

struct Minimum {
  double value = 0;
  int iterations = 0;
};

// `x` is where it begins, and afterwards where it ended. Ending at the last iteration, or where rounding lets no step
// fall further, is no error: the caller judges the result by examples that it held out.
std::expected<Minimum, std::string> minimise(std::vector<double>& x, const SmoothFunction& function,
                                             const MinimiseOptions& options);

}  // namespace signalbox::learn
