// Convolutions of planes against the sums they stand for.
#include "tensor/convolution.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "tensor/buffer.h"
#include "tensor/load_error.h"

namespace signalbox::tensor {
namespace {

struct Planes {
  std::int64_t channels, height, width;
  std::vector<float> values;
  double at(std::int64_t c, std::int64_t y, std::int64_t x) const {
    if (y < 0 || x < 0 || y >= height || x >= width) return 0;
    return values[static_cast<std::size_t>((c * height + y) * width + x)];
  }
};

std::vector<float> numbers(std::int64_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& x : values) x = static_cast<float>(random() % 2001) / 1000.0F - 1.0F;
  return values;
}

// Before the epilogue.
Planes expected(const ConvolutionSizes& s, const Planes& in, const std::vector<float>& weights,
                const std::vector<float>& bias) {
  const auto side = [&](std::int64_t n) { return (n + s.before + s.after - s.kernel) / s.stride + 1; };
  const std::int64_t each = s.depthwise ? 1 : in.channels;
  Planes out{s.out, side(in.height), side(in.width), {}};
  for (std::int64_t o = 0; o < s.out; ++o) {
    for (std::int64_t y = 0; y < out.height; ++y) {
      for (std::int64_t x = 0; x < out.width; ++x) {
        double sum = bias[static_cast<std::size_t>(o)];
        for (std::int64_t i = 0; i < each; ++i) {
          for (std::int64_t k = 0; k < s.kernel * s.kernel; ++k) {
            const std::int64_t row = y * s.stride - s.before + k / s.kernel,
                               column = x * s.stride - s.before + k % s.kernel;
            sum += in.at(s.depthwise ? o : i, row, column) *
                   weights[static_cast<std::size_t>((o * each + i) * s.kernel * s.kernel + k)];
          }
        }
        out.values.push_back(static_cast<float>(sum));
      }
    }
  }
  return out;
}

// Into what stands in `already`, as PyTorch arranges it, where it is not empty.
std::vector<float> computed(const ConvolutionSizes& sizes, const Planes& in, const std::vector<float>& weights,
                            const std::vector<float>& bias) {
  const Convolution convolution(sizes, PlaneLayout::plain(in.channels, in.height, in.width), weights, bias);
  EXPECT_FALSE(convolution.implementation().empty());
  Buffer out(static_cast<std::size_t>(convolution.to().floats()));
  std::vector<float> plain(static_cast<std::size_t>(convolution.to().size()));
  PlaneRunner runner;
  for (int turn = 0; turn < 2; ++turn) {
    runner.run(convolution, in.values.data(), out.data());
    runner.unpack(convolution.to(), out.data(), plain.data());
  }
  return plain;
}

void expect_near(const std::vector<float>& ours, const std::vector<float>& wanted) {
  ASSERT_EQ(ours.size(), wanted.size());
  for (std::size_t i = 0; i < ours.size(); ++i) ASSERT_NEAR(ours[i], wanted[i], 2e-5) << i;
}

struct ConvolutionCase {
  const char* name;
  std::int64_t in, side;
  ConvolutionSizes sizes;
};

struct ConvolutionTest : testing::TestWithParam<ConvolutionCase> {};

TEST_P(ConvolutionTest, IsTheSumOfItsProducts) {
  const auto& [name, in, side, sizes] = GetParam();
  const Planes planes{in, side, side + 3, numbers(in * side * (side + 3), 1)};
  const std::vector<float> weights = numbers(sizes.out * (sizes.depthwise ? 1 : in) * sizes.kernel * sizes.kernel, 2),
                           bias = numbers(sizes.out, 3);
  Planes wanted = expected(sizes, planes, weights, bias);
  if (sizes.epilogue.kind == PlaneEpilogue::Kind::clip) {
    for (float& x : wanted.values) x = std::clamp(x, 0.0F, sizes.epilogue.ceiling);
  }
  expect_near(computed(sizes, planes, weights, bias), wanted.values);
}

constexpr PlaneEpilogue kRelu6{.kind = PlaneEpilogue::Kind::clip, .ceiling = 6};
INSTANTIATE_TEST_SUITE_P(
    Shapes, ConvolutionTest,
    testing::Values(
        ConvolutionCase{"Pointwise", 24, 7, {.out = 40}},
        ConvolutionCase{"OddChannels", 13, 7, {.out = 21, .epilogue = kRelu6}},
        ConvolutionCase{"Stem", 3, 12, {.out = 32, .kernel = 3, .stride = 2, .after = 1, .epilogue = kRelu6}},
        ConvolutionCase{"Depthwise", 16, 9, {.out = 16, .kernel = 3, .before = 1, .after = 1, .depthwise = true}},
        ConvolutionCase{"DepthwiseOfFiveMoreZerosAfter",
                        44,
                        10,
                        {.out = 44, .kernel = 5, .stride = 2, .before = 1, .after = 2, .depthwise = true}},
        ConvolutionCase{"SmallerThanItsKernel",
                        5,
                        2,
                        {.out = 5, .kernel = 5, .before = 2, .after = 2, .depthwise = true, .epilogue = kRelu6}}),
    [](const auto& info) { return info.param.name; });

TEST(Convolution, AddsToWhatIsThere) {
  const Planes planes{12, 6, 6, numbers(12 * 36, 1)};
  const std::vector<float> weights = numbers(12 * 12, 2), bias = numbers(12, 3);
  const Convolution first({.out = 12}, PlaneLayout::plain(12, 6, 6), weights, bias);
  const Convolution second({.out = 12, .epilogue = {.kind = PlaneEpilogue::Kind::add}}, first.to(), weights, bias,
                           &first.to());
  ASSERT_TRUE(second.to() == first.to());
  Buffer state(static_cast<std::size_t>(first.to().floats()));
  Buffer between(static_cast<std::size_t>(first.to().floats()));
  PlaneRunner runner;
  runner.run(first, planes.values.data(), state.data());
  std::copy_n(state.data(), state.size(), between.data());
  runner.run(second, between.data(), state.data());
  std::vector<float> plain(12 * 36);
  runner.unpack(second.to(), state.data(), plain.data());
  const Planes once = expected({.out = 12}, planes, weights, bias), twice = expected({.out = 12}, once, weights, bias);
  std::vector<float> wanted = once.values;
  for (std::size_t i = 0; i < wanted.size(); ++i) wanted[i] += twice.values[i];
  expect_near(plain, wanted);
}

TEST(Convolution, WhatDoesNotFitIsRefused) {
  const PlaneLayout planes = PlaneLayout::plain(8, 4, 4);
  const auto made = [&](const ConvolutionSizes& sizes, std::int64_t weights) {
    return Convolution(sizes, planes, numbers(weights, 1), numbers(sizes.out, 2));
  };
  EXPECT_NO_THROW(made({.out = 4}, 32));
  EXPECT_THROW(made({.out = 4}, 31), LoadError);
  EXPECT_THROW(made({.out = 9, .kernel = 3, .depthwise = true}, 81), LoadError);
  EXPECT_THROW(made({.out = 8, .kernel = 5, .depthwise = true}, 200), LoadError);
}

}  // namespace
}  // namespace signalbox::tensor
