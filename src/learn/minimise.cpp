#include "learn/minimise.h"

#include <fmt/format.h>
#include <lbfgs.h>

#include <algorithm>
#include <array>
#include <exception>
#include <memory>

namespace signalbox::learn {
namespace {

// Debian builds it with SSE2, which takes its variables in groups.
constexpr std::size_t kGroup = 16;

struct Run {
  const SmoothFunction& function;
  const MinimiseOptions& options;
  std::size_t size;
  std::size_t padded;
  Minimum minimum;
  std::exception_ptr failure;  // no exception may pass through C
};

lbfgsfloatval_t evaluate(void* instance, const lbfgsfloatval_t* x, lbfgsfloatval_t* gradient, int, lbfgsfloatval_t) {
  Run& run = *static_cast<Run*>(instance);
  std::fill(gradient + run.size, gradient + run.padded, 0.0);
  if (run.failure) return 0;
  try {
    return run.function({x, run.size}, {gradient, run.size});
  } catch (...) {
    run.failure = std::current_exception();
    std::fill(gradient, gradient + run.padded, 0.0);
    return 0;
  }
}

int progress(void* instance, const lbfgsfloatval_t* x, const lbfgsfloatval_t*, lbfgsfloatval_t value, lbfgsfloatval_t,
             lbfgsfloatval_t, lbfgsfloatval_t, int, int iteration, int) {
  Run& run = *static_cast<Run*>(instance);
  run.minimum = {value, iteration};
  if (run.failure) return 1;
  return run.options.go_on && !run.options.go_on(iteration, {x, run.size}) ? 1 : 0;
}

bool is_an_end(int status) {
  constexpr std::array kEnds{static_cast<int>(LBFGS_SUCCESS),
                             static_cast<int>(LBFGS_STOP),
                             static_cast<int>(LBFGS_ALREADY_MINIMIZED),
                             static_cast<int>(LBFGSERR_CANCELED),
                             static_cast<int>(LBFGSERR_ROUNDING_ERROR),
                             static_cast<int>(LBFGSERR_MINIMUMSTEP),
                             static_cast<int>(LBFGSERR_MAXIMUMSTEP),
                             static_cast<int>(LBFGSERR_MAXIMUMLINESEARCH),
                             static_cast<int>(LBFGSERR_MAXIMUMITERATION),
                             static_cast<int>(LBFGSERR_WIDTHTOOSMALL)};
  // What progress() returned to end it comes back as it is.
  return status > 0 || std::ranges::find(kEnds, status) != kEnds.end();
}

}  // namespace

std::expected<Minimum, std::string> minimise(std::vector<double>& x, const SmoothFunction& function,
                                             const MinimiseOptions& options) {
  constexpr int kPast = 5, kCorrections = 10;
  constexpr double kSmallGradient = 1e-6;
  const std::size_t padded = (x.size() + kGroup - 1) / kGroup * kGroup;
  const std::unique_ptr<lbfgsfloatval_t, void (*)(lbfgsfloatval_t*)> variables(lbfgs_malloc(static_cast<int>(padded)),
                                                                               lbfgs_free);
  if (!variables) return std::unexpected(fmt::format("no memory for {} parameters", x.size()));
  std::fill_n(variables.get(), padded, 0.0);
  std::ranges::copy(x, variables.get());
  lbfgs_parameter_t parameters;
  lbfgs_parameter_init(&parameters);
  parameters.m = kCorrections;
  parameters.epsilon = kSmallGradient;
  parameters.past = kPast;
  parameters.delta = options.smallest_fall;
  parameters.max_iterations = options.max_iterations;
  Run run{function, options, x.size(), padded, {}, nullptr};
  const int status =
      lbfgs(static_cast<int>(padded), variables.get(), &run.minimum.value, evaluate, progress, &run, &parameters);
  if (run.failure) std::rethrow_exception(run.failure);
  if (!is_an_end(status)) return std::unexpected(fmt::format("the optimiser gave up (liblbfgs {})", status));
  std::copy_n(variables.get(), x.size(), x.begin());
  return run.minimum;
}

}  // namespace signalbox::learn
