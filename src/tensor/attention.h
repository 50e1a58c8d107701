// Self-attention of one sequence and one head, the kernel. Used through Kernels (kernels.h).
//
// A pure function on caller-owned memory; any thread; no allocation.
#pragma once

#include <cstdint>

namespace signalbox::tensor {

inline constexpr std::int64_t kEveryKey = std::int64_t{1} << 40;

// softmax(scale * Q K^T + bias) V, where query i sees the keys i - before .. i + after: all of them, or a band (a
// sliding window, what stands before). What is outside the band costs nothing.
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
  std::int64_t before = kEveryKey;
  std::int64_t after = kEveryKey;  // 0: causal
  const float* bias = nullptr;     // [length, length]: what a query's score of a key gains; null: nothing
};
inline constexpr std::int64_t kHeadStep = 16;
inline constexpr std::int64_t kMaxHead = 256;
// Floats that attention needs as scratch for sequences up to `length`.
std::int64_t attention_scratch(std::int64_t length, std::int64_t dimension);

using AttentionKernel = void (*)(const AttentionHead& head, float* scratch);
AttentionKernel attention_kernel();  // for the instruction set that Highway has chosen; kernels.h chooses

// How it is cut into pieces.
inline constexpr std::int64_t kQueries = 4;       // rows that one pass over a tile of keys serves
inline constexpr std::int64_t kQueryBlock = 64;   // queries that meet a tile while it is in the cache
inline constexpr std::int64_t kKeyTile = 128;     // with its values 32 KiB for heads of 32
inline constexpr std::int64_t kWidestLanes = 16;  // fp32 lanes of the widest vectors

}  // namespace signalbox::tensor
