// 8-bit activations: rows of floats to bytes before an integer product, and its sums back to floats.
//
// Activations are quantised for each row when they are known (dynamic, per token), weights for each output at load
// (Dettmers et al., LLM.int8(), 2022, call it vector-wise). With lo = min(0, x), hi = max(0, x) of a row, its scale is
// (hi - lo) / steps and its zero point round(-lo / scale); x becomes round(x / scale) + zero point, 0 .. steps. What
// the zero point adds to a sum is taken out again with the sum of the weights. Pure functions on caller-owned memory;
// any thread; no allocation.
#pragma once

#include <cstdint>

#include "tensor/epilogue.h"

namespace signalbox::tensor {

// What quantising rows gives.
struct ByteRows {
  std::uint8_t* values;  // [rows, n]
  float* scales;         // [rows]; 0 for a row of zeros
  std::int32_t* zeros;   // [rows]: zero points
};
// `rows` rows of n. `steps` is 1..255.
using QuantizeRows = void (*)(const float* x, std::int64_t rows, std::int64_t n, int steps, const ByteRows& out);

// y = epilogue((sum - zero * weight_sum) * row_scale * column_scale + bias).
struct IntegerSums {
  const std::int32_t* sums;         // [rows, n]
  const float* row_scales;          // [rows]
  const std::int32_t* zeros;        // [rows]
  const float* column_scales;       // [n], of the weights
  const std::int32_t* weight_sums;  // [n]: of an output's quantised weights
  const float* bias;                // [n]
  Epilogue epilogue;
};
using DequantizeRows = void (*)(const IntegerSums& sums, std::int64_t rows, std::int64_t n, float* y);

struct QuantizeKernels {
  QuantizeRows quantize;
  DequantizeRows dequantize;
};
QuantizeKernels vector_quantize_kernels();  // of the target that hwy::GetChosenTarget() holds
QuantizeKernels scalar_quantize_kernels();

}  // namespace signalbox::tensor
