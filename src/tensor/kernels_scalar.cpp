// The kernels as their papers write them, in double where it costs nothing to be exact: the oracle of kernels_test.cpp.
#include <algorithm>
#include <cmath>
#include <limits>

#include "tensor/kernels.h"

namespace signalbox::tensor {
namespace {

void layer_norm(float* x, std::int64_t rows, std::int64_t n, const float* gain, const float* shift, float epsilon) {
  for (std::int64_t row = 0; row < rows; ++row, x += n) {
    double mean = 0;
    for (std::int64_t i = 0; i < n; ++i) mean += x[i];
    mean /= static_cast<double>(n);
    double variance = 0;
    for (std::int64_t i = 0; i < n; ++i) variance += (x[i] - mean) * (x[i] - mean);
    const double scale = 1 / std::sqrt(variance / static_cast<double>(n) + epsilon);
    for (std::int64_t i = 0; i < n; ++i) x[i] = static_cast<float>((x[i] - mean) * scale * gain[i] + shift[i]);
  }
}

void rms_norm(float* x, std::int64_t rows, std::int64_t n, const float* gain, float epsilon) {
  for (std::int64_t row = 0; row < rows; ++row, x += n) {
    double square = 0;
    for (std::int64_t i = 0; i < n; ++i) square += static_cast<double>(x[i]) * x[i];
    const double scale = 1 / std::sqrt(square / static_cast<double>(n) + epsilon);
    for (std::int64_t i = 0; i < n; ++i) x[i] = static_cast<float>(x[i] * scale * gain[i]);
  }
}

void rotate(float* x, std::int64_t heads, std::int64_t dimension, const float* cosines, const float* sines) {
  const std::int64_t half = dimension / 2;
  for (std::int64_t head = 0; head < heads; ++head, x += dimension) {
    for (std::int64_t i = 0; i < half; ++i) {
      const double a = x[i], b = x[half + i];
      x[i] = static_cast<float>(a * cosines[i] - b * sines[i]);
      x[half + i] = static_cast<float>(b * cosines[i] + a * sines[i]);
    }
  }
}

// Three passes over the keys and no memory for their scores: the scores are computed again each time.
void attention(const AttentionHead& h, float*) {
  const auto score = [&](std::int64_t q, std::int64_t k) {
    double sum = 0;
    for (std::int64_t d = 0; d < h.dimension; ++d) {
      sum += static_cast<double>(h.query[q * h.stride + d]) * h.key[k * h.stride + d];
    }
    return sum * h.scale + (h.bias != nullptr ? h.bias[q * h.length + k] : 0.0);
  };
  for (std::int64_t q = 0; q < h.length; ++q) {
    const std::int64_t first = std::max<std::int64_t>(0, q - h.before), end = std::min(h.length, q + h.after + 1);
    double highest = -std::numeric_limits<double>::infinity();
    for (std::int64_t k = first; k < end; ++k) highest = std::max(highest, score(q, k));
    double total = 0;
    for (std::int64_t k = first; k < end; ++k) total += std::exp(score(q, k) - highest);
    for (std::int64_t d = 0; d < h.dimension; ++d) {
      double sum = 0;
      for (std::int64_t k = first; k < end; ++k) {
        sum += std::exp(score(q, k) - highest) * h.value[k * h.stride + d];
      }
      h.out[q * h.out_stride + d] = static_cast<float>(sum / total);
    }
  }
}

void mean_rows(const float* x, std::int64_t rows, std::int64_t n, std::int64_t stride, float* out) {
  for (std::int64_t i = 0; i < n; ++i) {
    double sum = 0;
    for (std::int64_t row = 0; row < rows; ++row) sum += x[row * stride + i];
    out[i] = static_cast<float>(sum / static_cast<double>(rows));
  }
}

float dot(const float* a, const float* b, std::int64_t n) {
  double sum = 0;
  for (std::int64_t i = 0; i < n; ++i) sum += static_cast<double>(a[i]) * b[i];
  return static_cast<float>(sum);
}

void l2_normalize(float* x, std::int64_t n) {
  double sum = 0;
  for (std::int64_t i = 0; i < n; ++i) sum += static_cast<double>(x[i]) * x[i];
  if (sum == 0) return;
  for (std::int64_t i = 0; i < n; ++i) x[i] = static_cast<float>(x[i] / std::sqrt(sum));
}

void add3(const float* a, const float* b, const float* c, std::int64_t n, float* out) {
  for (std::int64_t i = 0; i < n; ++i) out[i] = a[i] + b[i] + c[i];
}

}  // namespace

const Kernels& scalar_kernels() {
  static const Kernels kKernels{
      "scalar", layer_norm, attention,           mean_rows, l2_normalize, dot, add3, scalar_quantize_kernels(),
      rms_norm, rotate,     scalar_gate_kernel()};
  return kKernels;
}

}  // namespace signalbox::tensor
