// The vector kernels between an encoder's matrix products: LayerNorm, attention, pooling.
//
// Two implementations of one table: `vector_kernels()` (Google Highway, for the best instruction set this processor
// has, chosen at first use) and `scalar_kernels()` (plain C++, the twin that the tests hold it to and that runs
// anywhere). Pure functions on caller-owned memory; any thread; no allocation. Matrices are row-major fp32.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "tensor/attention.h"
#include "tensor/gate.h"
#include "tensor/quantize.h"

namespace signalbox::tensor {

struct Kernels {
  std::string_view name;  // "AVX2", "scalar"
  // In place on each of `rows` rows of n: (x - mean) / sqrt(variance + epsilon) * gain + shift (Ba et al., 2016).
  void (*layer_norm)(float* x, std::int64_t rows, std::int64_t n, const float* gain, const float* shift, float epsilon);
  // `scratch` has attention_scratch(length, dimension) floats, 64-byte aligned.
  AttentionKernel attention;
  // out[n] = the mean of the first n columns of `rows` rows, which are `stride` floats apart.
  void (*mean_rows)(const float* x, std::int64_t rows, std::int64_t n, std::int64_t stride, float* out);
  // In place; a zero vector stays zero.
  void (*l2_normalize)(float* x, std::int64_t n);
  float (*dot)(const float* a, const float* b, std::int64_t n);
  // out = a + b + c, each [n]: the sum of word, position and type embeddings.
  void (*add3)(const float* a, const float* b, const float* c, std::int64_t n, float* out);
  QuantizeKernels quantize;
  // In place on each of `rows` rows of n: x / sqrt(mean(x^2) + epsilon) * gain (Zhang and Sennrich, 2019).
  void (*rms_norm)(float* x, std::int64_t rows, std::int64_t n, const float* gain, float epsilon);
  // Rotary position embedding (Su et al., 2021) in place on `heads` heads of `dimension` that follow one another:
  // number i of the first half and of the second half are turned by the angle with cosines[i], sines[i]; [dimension /
  // 2] each.
  void (*rotate)(float* x, std::int64_t heads, std::int64_t dimension, const float* cosines, const float* sines);
  GateKernel gate;
};

const Kernels& vector_kernels();
// For every instruction set that this build and this processor share, the best first.
const std::vector<Kernels>& all_vector_kernels();
const Kernels& scalar_kernels();

}  // namespace signalbox::tensor
