#include "learn/fit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "learn/head_loss.h"
#include "learn/minimise.h"
#include "learn/planted_examples.h"

namespace signalbox::learn {
namespace {

TEST(Minimise, FindsTheMinimumOfARosenbrockValley) {
  std::vector<double> x{-1.2, 1};
  MinimiseOptions options;
  options.smallest_fall = 0;
  const auto minimum = minimise(
      x,
      [](std::span<const double> at, std::span<double> gradient) {
        const double a = 1 - at[0], b = at[1] - at[0] * at[0];
        gradient[0] = -2 * a - 400 * at[0] * b;
        gradient[1] = 200 * b;
        return a * a + 100 * b * b;
      },
      options);
  ASSERT_TRUE(minimum) << minimum.error();
  EXPECT_NEAR(x[0], 1, 1e-4);
  EXPECT_NEAR(x[1], 1, 1e-4);
}

TEST(Minimise, EndsWhereItIsToldAndPassesExceptionsOn) {
  const SmoothFunction square = [](std::span<const double> at, std::span<double> gradient) {
    double sum = 0;
    for (std::size_t i = 0; i < at.size(); ++i) {
      const auto weight = static_cast<double>(i + 1);
      gradient[i] = 4 * weight * std::pow(at[i], 3);
      sum += weight * std::pow(at[i], 4);
    }
    return sum;
  };
  std::vector<double> x(20, 1.0);
  MinimiseOptions options;
  options.go_on = [](int iteration, std::span<const double>) { return iteration < 2; };
  const auto minimum = minimise(x, square, options);
  ASSERT_TRUE(minimum);
  EXPECT_EQ(minimum->iterations, 2);
  const SmoothFunction broken = [](std::span<const double>, std::span<double>) -> double {
    throw std::runtime_error("broken");
  };
  EXPECT_THROW(std::ignore = minimise(x, broken, {}), std::runtime_error);
}

// The derivative of the loss in each parameter, by differences.
void expect_gradient(const NetworkShape& shape) {
  const Examples examples = planted_examples(40, 3, static_cast<std::uint32_t>(shape.classes), shape.dimension, 1);
  std::vector<double> weights(static_cast<std::size_t>(shape.classes), 1.0);
  weights[0] = 3;
  const HeadLoss loss(examples, shape, weights, 2, 1);
  std::vector<double> x(shape.parameters()), gradient(x.size()), unused(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = 0.05 * std::sin(static_cast<double>(3 * i + 1));
  // Hidden units that are clearly on or clearly off: a difference across the bend of relu is no derivative.
  const std::vector<bool> weights_only = penalised(shape);
  for (std::size_t i = 0; shape.hidden > 0 && i < x.size(); ++i) {
    if (!weights_only[i]) x[i] = i % 2 == 0 ? 1 : -1;
  }
  loss(x, gradient);
  for (std::size_t i = 0; i < x.size(); ++i) {
    constexpr double kStep = 1e-2;
    std::vector<double> left = x, right = x;
    left[i] -= kStep;
    right[i] += kStep;
    EXPECT_NEAR(gradient[i], (loss(right, unused) - loss(left, unused)) / (2 * kStep), 2e-4) << i;
  }
}

TEST(HeadLoss, ItsGradientIsItsDerivative) {
  expect_gradient({6, 0, 3});
  expect_gradient({6, 5, 3});
}

// Two examples, one at 1 of label 1 and one at -1 of label 0. By symmetry W = (-v, v) and b = 0, the mean cross-entropy
// is ln(1 + exp(-2 v)) and L2 is v^2 / (2 C), as there are two examples. At the minimum v / C = 2 / (1 + exp(2 v)): for
// C = 1, v = 0.4513.
TEST(Fit, HandWorkedMinimum) {
  Examples examples;
  examples.vectors = {2, 1, {1, -1}};
  examples.labels = {1, 0};
  examples.classes = 2;
  const NetworkShape shape{1, 0, 2};
  FitOptions how;
  how.class_weights = {1, 1};
  const std::vector<double> x = fit(examples, shape, first_parameters(shape, 1), how);
  const double v = x[1];
  EXPECT_NEAR(v, 2 / (1 + std::exp(2 * v)), 2e-3);
  EXPECT_NEAR(x[0], -v, 1e-4);
  EXPECT_NEAR(x[2], 0, 1e-4);
}

TEST(Fit, TheNumberOfThreadsChangesNoBit) {
  const Examples examples = planted_examples(3000, 2, 4, 16, 1);
  for (const std::int64_t hidden : {0, 8}) {
    const NetworkShape shape{16, hidden, 4};
    FitOptions how;
    how.class_weights = class_weights(examples, false);
    const auto one = fit(examples, shape, first_parameters(shape, 1), how);
    how.threads = 4;
    EXPECT_EQ(one, fit(examples, shape, first_parameters(shape, 1), how));
  }
}

// Labels of noise: whatever an mlp learns, it learns by heart.
TEST(Fit, AnMlpStopsWhereItGetsNoBetter) {
  const Examples noise = planted_examples(200, 0, 2, 16, 1), held_out = planted_examples(200, 0, 2, 16, 2);
  const NetworkShape shape{16, 32, 2};
  FitOptions how;
  how.c = 1000;
  how.class_weights = class_weights(noise, false);
  const auto loss_of = [&](const std::vector<double>& x) {
    return log_loss(Network(shape, x).logits_of(held_out.vectors), held_out.labels);
  };
  const double by_heart = loss_of(fit(noise, shape, first_parameters(shape, 1), how));
  how.stop_by = &held_out;
  EXPECT_LT(loss_of(fit(noise, shape, first_parameters(shape, 1), how)), by_heart);
}

TEST(ClassWeights, BalancedLabelsCountAlike) {
  Examples examples;
  examples.classes = 2;
  examples.labels = {0, 0, 0, 1};
  examples.vectors = {4, 1, {0, 0, 0, 0}};
  EXPECT_THAT(class_weights(examples, true), testing::ElementsAre(4.0 / 6, 2));
  EXPECT_THAT(class_weights(examples, false), testing::ElementsAre(1, 1));
}

}  // namespace
}  // namespace signalbox::learn
