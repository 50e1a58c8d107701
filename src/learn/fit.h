// Fitting one head to examples: L-BFGS on HeadLoss; an mlp stops early, by examples that it is not fitted to.
//
// Deterministic; blocks for as long as it takes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "learn/examples.h"
#include "learn/network.h"

namespace signalbox::learn {

struct FitOptions {
  double c = 1;  // the inverse strength of L2, as scikit-learn counts it
  std::vector<double> class_weights;
  unsigned threads = 1;
  // An mlp ends where its loss on these has not fallen for a while, and is what it was at the lowest; null: it runs to
  // its end.
  const Examples* stop_by = nullptr;
};

// The parameters, from `start`. Throws std::runtime_error where the optimiser gives up.
std::vector<double> fit(const Examples& examples, const NetworkShape& shape, std::vector<double> start,
                        const FitOptions& options);

}  // namespace signalbox::learn
