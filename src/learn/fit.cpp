#include "learn/fit.h"

#include <limits>
#include <stdexcept>

#include "learn/head_loss.h"
#include "learn/minimise.h"

namespace signalbox::learn {
namespace {

// Keeps the parameters with the lowest loss on examples held out, and says when to end.
class EarlyStop {
 public:
  EarlyStop(const Examples& held_out, const NetworkShape& shape) : held_out_(held_out), shape_(shape) {}

  bool go_on(int iteration, std::span<const double> parameters) {
    constexpr int kEvery = 3, kPatience = 4;
    if (iteration % kEvery != 0) return true;
    const double loss = log_loss(Network(shape_, parameters).logits_of(held_out_.vectors), held_out_.labels);
    if (loss < lowest_) {
      lowest_ = loss;
      best_.assign(parameters.begin(), parameters.end());
      worse_ = 0;
      return true;
    }
    return ++worse_ < kPatience;
  }

  // Empty where it ended before it was asked.
  std::vector<double>& best() { return best_; }

 private:
  const Examples& held_out_;
  const NetworkShape& shape_;
  std::vector<double> best_;
  double lowest_ = std::numeric_limits<double>::infinity();
  int worse_ = 0;
};

}  // namespace

std::vector<double> fit(const Examples& examples, const NetworkShape& shape, std::vector<double> start,
                        const FitOptions& options) {
  const HeadLoss loss(examples, shape, options.class_weights, options.c, options.threads);
  MinimiseOptions how;
  std::optional<EarlyStop> stop;
  if (options.stop_by != nullptr && shape.hidden > 0) {
    stop.emplace(*options.stop_by, shape);
    how.go_on = [&](int iteration, std::span<const double> x) { return stop->go_on(iteration, x); };
  }
  const auto minimum =
      minimise(start, [&](std::span<const double> x, std::span<double> gradient) { return loss(x, gradient); }, how);
  if (!minimum) throw std::runtime_error(minimum.error());
  if (stop && !stop->best().empty()) return std::move(stop->best());
  return start;
}

}  // namespace signalbox::learn
