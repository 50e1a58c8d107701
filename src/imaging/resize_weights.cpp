#include "imaging/resize_weights.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "imaging/resize.h"

// The compiler may not contract a * b + c: Pillow's wheels are built for processors without fused multiplication.
#pragma STDC FP_CONTRACT OFF

namespace signalbox::imaging {
namespace {

double box(double x) {
  return x > -0.5 && x <= 0.5 ? 1.0 : 0.0;
}

double triangle(double x) {
  x = std::abs(x);
  return x < 1.0 ? 1.0 - x : 0.0;
}

double bicubic(double x) {  // Keys (1981)
  constexpr double a = -0.5;
  x = std::abs(x);
  if (x < 1.0) return ((a + 2.0) * x - (a + 3.0)) * x * x + 1;
  return x < 2.0 ? (((x - 5) * x + 8) * x - 4) * a : 0.0;
}

double sinc(double x) {
  if (x == 0.0) return 1.0;
  x *= std::numbers::pi;
  return std::sin(x) / x;
}

double lanczos(double x) {
  return -3.0 <= x && x < 3.0 ? sinc(x) * sinc(x / 3) : 0.0;
}

struct Kernel {
  double (*at)(double);
  double support;
};

Kernel kernel_of(Filter filter) {
  switch (filter) {
    case Filter::lanczos:
      return {lanczos, 3.0};
    case Filter::bilinear:
      return {triangle, 1.0};
    case Filter::box:
      return {box, 0.5};
    case Filter::bicubic:
      break;
  }
  return {bicubic, 2.0};
}

std::int32_t fixed_point(double weight) {
  constexpr double kOne = 1 << kWeightBits;
  return static_cast<std::int32_t>(weight < 0 ? -0.5 + weight * kOne : 0.5 + weight * kOne);
}

std::uint32_t pair_of(std::int32_t a, std::int32_t b) {
  return (static_cast<std::uint32_t>(a) & 0xffffU) | static_cast<std::uint32_t>(b) << 16;
}

void cut_in_two(AxisWeights& axis) {
  constexpr std::int32_t kLowMask = (1 << kLowBits) - 1;
  axis.high.reserve(axis.weights.size() / 2);
  axis.low.reserve(axis.weights.size() / 2);
  for (std::size_t i = 0; i < axis.weights.size(); i += 2) {
    const std::int32_t a = axis.weights[i], b = axis.weights[i + 1];
    axis.high.push_back(pair_of(a >> kLowBits, b >> kLowBits));
    axis.low.push_back(pair_of(a & kLowMask, b & kLowMask));
  }
}

}  // namespace

AxisWeights axis_weights(std::uint32_t source, std::uint32_t wanted, Filter filter, std::uint32_t first,
                         std::uint32_t count) {
  const Kernel kernel = kernel_of(filter);
  const double scale = static_cast<double>(source) / wanted;
  const double stretch = std::max(scale, 1.0);
  const double support = kernel.support * stretch;
  const double inverse = 1.0 / stretch;
  AxisWeights axis;
  axis.windows.reserve(count);
  std::vector<std::vector<double>> rows(count);
  std::uint32_t most = 0;
  for (std::uint32_t out = 0; out < count; ++out) {
    const double center = (first + out + 0.5) * scale;
    const int begin = std::max(0, static_cast<int>(center - support + 0.5));
    const int end = std::min(static_cast<int>(source), static_cast<int>(center + support + 0.5));
    std::vector<double>& row = rows[out];
    double sum = 0;
    for (int at = begin; at < end; ++at) {
      row.push_back(kernel.at((at - center + 0.5) * inverse));
      sum += row.back();
    }
    if (sum != 0.0) std::ranges::for_each(row, [sum](double& weight) { weight /= sum; });
    axis.windows.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(row.size())});
    most = std::max(most, axis.windows.back().count);
  }
  axis.stride = (most + 3) / 4 * 4;
  axis.weights.resize(std::size_t{axis.stride} * count);
  for (std::size_t out = 0; out < count; ++out)
    std::ranges::transform(rows[out], &axis.weights[out * axis.stride], fixed_point);
  cut_in_two(axis);
  return axis;
}

}  // namespace signalbox::imaging
