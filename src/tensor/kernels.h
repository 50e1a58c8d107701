// The vector kernels between an encoder's matrix products: LayerNorm, attention, pooling.
//
// Two implementations of one table: `vector_kernels()` (Google Highway, for the best instruction set this processor has, chosen
// at first use) and `scalar_kernels()` (plain C++, the twin that the tests hold it to and that runs anywhere). Pure functions on
// caller-owned memory; any thread; no allocation. Matrices are row-major fp32.
#pragma once

#include <cstdint>
#include <string_view>

namespace signalbox::tensor {

// Self-attention of one sequence and one head: softmax(scale * Q K^T) V.
struct AttentionHead {
  const float* query = nullptr;  // [length, dimension], rows `stride` floats apart; key and value alike
  const float* key = nullptr;
  const float* value = nullptr;
  float* out = nullptr;  // [length, dimension], rows `out_stride` floats apart
  std::int64_t length = 0;
  std::int64_t dimension = 0;  // of the head; a multiple of kHeadStep
  std::int64_t stride = 0;
  std::int64_t out_stride = 0;
  float scale = 1;
};
inline constexpr std::int64_t kHeadStep = 16;
inline constexpr std::int64_t kMaxHead = 256;
// Keys of one tile of the tiled softmax (Dao et al., FlashAttention, 2022: the running maximum and sum).
inline constexpr std::int64_t kKeyTile = 256;
inline constexpr std::int64_t kQueryBlock = 64;  // queries that one transposed tile serves
// Floats that attention needs as scratch: a transposed tile of keys, the scores of four queries, the sums of a block of queries.
inline constexpr std::int64_t kAttentionScratch = kKeyTile * kMaxHead + 4 * kKeyTile + kQueryBlock * (kMaxHead + 2);

struct Kernels {
  std::string_view name;  // "AVX2", "scalar"
  // In place on each of `rows` rows of n: (x - mean) / sqrt(variance + epsilon) * gain + shift (Ba et al., 2016).
  void (*layer_norm)(float* x, std::int64_t rows, std::int64_t n, const float* gain, const float* shift, float epsilon);
  // `scratch` has kAttentionScratch floats, 64-byte aligned.
  void (*attention)(const AttentionHead& head, float* scratch);
  // out[n] = the mean of the first n columns of `rows` rows, which are `stride` floats apart.
  void (*mean_rows)(const float* x, std::int64_t rows, std::int64_t n, std::int64_t stride, float* out);
  // In place; a zero vector stays zero.
  void (*l2_normalize)(float* x, std::int64_t n);
  float (*dot)(const float* a, const float* b, std::int64_t n);
  // out = a + b + c, each [n]: the sum of word, position and type embeddings.
  void (*add3)(const float* a, const float* b, const float* c, std::int64_t n, float* out);
};

const Kernels& vector_kernels();
const Kernels& scalar_kernels();

}  // namespace signalbox::tensor
