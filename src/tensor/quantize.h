// 8-bit activations: rows of floats to bytes before an integer product, and its sums back to floats.
//
// Activations are quantised for each row when they are known (dynamic, per token), weights for each output at load
// (Dettmers et al., LLM.int8(), 2022, call it vector-wise). A row x becomes u = round(x / scale) + zero point with
// scale = max|x| / levels and zero point = levels + 1, so that bytes are 1 .. 2 levels + 1; the zero point is taken out
// of the sums again with the sums of the weights. Pure functions on caller-owned memory; any thread; no allocation.
#pragma once

#include <cstdint>

#include "tensor/epilogue.h"

namespace signalbox::tensor {

constexpr std::int32_t zero_point(int levels) {
  return levels + 1;
}

// `rows` rows of n; scales [rows]. A row of zeros has scale 0. `levels` is 1..127.
using QuantizeRows = void (*)(const float* x, std::int64_t rows, std::int64_t n, int levels, std::uint8_t* out,
                              float* scales);

// y = epilogue((sums - offset) * row_scale * column_scale + bias).
struct IntegerSums {
  const std::int32_t* sums;     // [rows, n]
  const float* row_scales;      // [rows]
  const float* column_scales;   // [n], of the weights
  const std::int32_t* offsets;  // [n]: zero point times the sum of an output's weights
  const float* bias;            // [n]
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
