// The kernels on Google Highway: this file is compiled once for each instruction set (foreach_target includes it again), and the
// first call picks the best one that the processor has.
//
// Attention is tiled (Dao et al., FlashAttention, 2022): a tile of at most kKeyTile keys is transposed once, so that the scores of four
// queries against vectors of keys are a broadcast and multiply-adds; each query keeps a running maximum and sum, and what it summed
// before is rescaled when a later tile holds a higher score. No [length, length] matrix exists.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tensor/kernels_vector.cpp"
#include <hwy/foreach_target.h>
// After it:
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "tensor/kernels.h"

HWY_BEFORE_NAMESPACE();
namespace signalbox::tensor::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;
using Index = std::int64_t;

constexpr Index kQueries = 4;  // rows that one pass over the keys serves; kQueryBlock is a multiple of it

HWY_INLINE Index lanes() {
  return static_cast<Index>(hn::Lanes(D()));
}
HWY_INLINE V load(const float* from) {
  return hn::LoadU(D(), from);
}
HWY_INLINE float sum_of(V v) {
  return hn::GetLane(hn::SumOfLanes(D(), v));
}

// Sum of f(vector at i) over n floats; the tail is one vector with zeros behind, for which f must give zero.
template <class F>
HWY_INLINE float reduce(Index n, const F& f) {
  const D d;
  V a = hn::Zero(d), b = hn::Zero(d);
  Index i = 0;
  for (; i + 2 * lanes() <= n; i += 2 * lanes()) {
    a = hn::Add(a, f(i, lanes()));
    b = hn::Add(b, f(i + lanes(), lanes()));
  }
  for (; i < n; i += lanes()) a = hn::Add(a, f(i, std::min(lanes(), n - i)));
  return sum_of(hn::Add(a, b));
}

HWY_INLINE V load_part(const float* from, Index count) {
  if (count == lanes()) return load(from);
  return hn::MaskedLoad(hn::FirstN(D(), static_cast<std::size_t>(count)), D(), from);
}
HWY_INLINE void store_part(V v, Index count, float* to) {
  if (count == lanes()) {
    hn::StoreU(v, D(), to);
  } else {
    hn::BlendedStore(v, hn::FirstN(D(), static_cast<std::size_t>(count)), D(), to);
  }
}

void layer_norm(float* x, Index rows, Index n, const float* gain, const float* shift, float epsilon) {
  const D d;
  const float inverse = 1.0F / static_cast<float>(n);
  for (Index row = 0; row < rows; ++row, x += n) {
    const float mean = reduce(n, [&](Index i, Index count) { return load_part(x + i, count); }) * inverse;
    const V center = hn::Set(d, mean);
    const float variance = inverse * reduce(n, [&](Index i, Index count) {
                             const V inside = hn::IfThenElseZero(hn::FirstN(d, static_cast<std::size_t>(count)),
                                                                 hn::Sub(load_part(x + i, count), center));
                             return hn::Mul(inside, inside);
                           });
    const V scale = hn::Set(d, 1.0F / std::sqrt(variance + epsilon));
    for (Index i = 0; i < n; i += lanes()) {
      const Index count = std::min(lanes(), n - i);
      const V centered = hn::Mul(hn::Sub(load_part(x + i, count), center), scale);
      store_part(hn::MulAdd(centered, load_part(gain + i, count), load_part(shift + i, count)), count, x + i);
    }
  }
}

void mean_rows(const float* x, Index rows, Index n, Index stride, float* out) {
  const V inverse = hn::Set(D(), 1.0F / static_cast<float>(rows));
  for (Index i = 0; i < n; i += lanes()) {
    const Index count = std::min(lanes(), n - i);
    V sum = hn::Zero(D());
    for (Index row = 0; row < rows; ++row) sum = hn::Add(sum, load_part(x + row * stride + i, count));
    store_part(hn::Mul(sum, inverse), count, out + i);
  }
}

float dot(const float* a, const float* b, Index n) {
  return reduce(n, [&](Index i, Index count) { return hn::Mul(load_part(a + i, count), load_part(b + i, count)); });
}

void l2_normalize(float* x, Index n) {
  const float sum = dot(x, x, n);
  if (sum == 0) return;
  const V scale = hn::Set(D(), 1.0F / std::sqrt(sum));
  for (Index i = 0; i < n; i += lanes()) {
    const Index count = std::min(lanes(), n - i);
    store_part(hn::Mul(load_part(x + i, count), scale), count, x + i);
  }
}

void add3(const float* a, const float* b, const float* c, Index n, float* out) {
  for (Index i = 0; i < n; i += lanes()) {
    const Index count = std::min(lanes(), n - i);
    store_part(hn::Add(hn::Add(load_part(a + i, count), load_part(b + i, count)), load_part(c + i, count)), count, out + i);
  }
}

// What attention keeps in its scratch memory.
struct Tile {
  float* keys;    // [dimension, padded]: transposed
  float* scores;  // [kQueries, kKeyTile]
  Index begin, count, padded;
};

HWY_INLINE void transpose_keys(const AttentionHead& h, Tile& tile) {
  tile.padded = (tile.count + lanes() - 1) / lanes() * lanes();
  for (Index k = 0; k < tile.count; ++k) {
    const float* const from = h.key + (tile.begin + k) * h.stride;
    for (Index d = 0; d < h.dimension; ++d) tile.keys[d * kKeyTile + k] = from[d];
  }
  for (Index d = 0; d < h.dimension; ++d) {
    for (Index k = tile.count; k < tile.padded; ++k) tile.keys[d * kKeyTile + k] = 0;
  }
}

// Scores of kQueries queries (the last may repeat) against kVectors vectors of keys from column k on.
template <int kVectors>
HWY_INLINE void scores_at(const AttentionHead& h, const float* const (&query)[kQueries], const Tile& tile, Index k) {
  const D d;
  V sum[kQueries][kVectors];
  for (Index q = 0; q < kQueries; ++q) {
    for (int v = 0; v < kVectors; ++v) sum[q][v] = hn::Zero(d);
  }
  for (Index i = 0; i < h.dimension; ++i) {
    V key[kVectors];
    for (int v = 0; v < kVectors; ++v) key[v] = load(tile.keys + i * kKeyTile + k + v * lanes());
    for (Index q = 0; q < kQueries; ++q) {
      const V x = hn::Set(d, query[q][i]);
      for (int v = 0; v < kVectors; ++v) sum[q][v] = hn::MulAdd(x, key[v], sum[q][v]);
    }
  }
  const V scale = hn::Set(d, h.scale);
  for (Index q = 0; q < kQueries; ++q) {
    for (int v = 0; v < kVectors; ++v) hn::StoreU(hn::Mul(sum[q][v], scale), d, tile.scores + q * kKeyTile + k + v * lanes());
  }
}

HWY_INLINE void scores_of(const AttentionHead& h, const float* const (&query)[kQueries], const Tile& tile) {
  Index k = 0;
  for (; k + 3 * lanes() <= tile.padded; k += 3 * lanes()) scores_at<3>(h, query, tile, k);
  for (; k < tile.padded; k += lanes()) scores_at<1>(h, query, tile, k);
}

// Softmax numerators of one query's scores in place; returns their sum, `highest` becomes the maximum so far.
HWY_INLINE float exponentials(float* scores, const Tile& tile, float& highest) {
  const D d;
  for (Index k = tile.count; k < tile.padded; ++k) scores[k] = -std::numeric_limits<float>::infinity();
  V top = hn::Set(d, highest);
  for (Index k = 0; k < tile.padded; k += lanes()) top = hn::Max(top, load(scores + k));
  highest = hn::GetLane(hn::MaxOfLanes(d, top));
  top = hn::Set(d, highest);
  V sum = hn::Zero(d);
  // exp(-infinity): the argument is bounded below, where exp is zero for all purposes of a sum that holds a one.
  const V lowest = hn::Set(d, -87.0F);
  for (Index k = 0; k < tile.padded; k += lanes()) {
    const V argument = hn::Sub(load(scores + k), top);
    const V e = hn::IfThenElseZero(hn::Gt(argument, lowest), hn::Exp(d, hn::Max(argument, lowest)));
    hn::StoreU(e, d, scores + k);
    sum = hn::Add(sum, e);
  }
  return sum_of(sum);
}

// sums[q] += scores[q] V for kQueries queries, kVectors vectors of the head's dimension at once.
template <int kVectors>
HWY_INLINE void weigh_at(const AttentionHead& h, const Tile& tile, float* sums, Index column) {
  const D d;
  V sum[kQueries][kVectors];
  for (Index q = 0; q < kQueries; ++q) {
    for (int v = 0; v < kVectors; ++v) sum[q][v] = load(sums + q * kMaxHead + column + v * lanes());
  }
  const float* value = h.value + tile.begin * h.stride + column;
  for (Index k = 0; k < tile.count; ++k, value += h.stride) {
    V x[kVectors];
    for (int v = 0; v < kVectors; ++v) x[v] = load(value + v * lanes());
    for (Index q = 0; q < kQueries; ++q) {
      const V weight = hn::Set(d, tile.scores[q * kKeyTile + k]);
      for (int v = 0; v < kVectors; ++v) sum[q][v] = hn::MulAdd(weight, x[v], sum[q][v]);
    }
  }
  for (Index q = 0; q < kQueries; ++q) {
    for (int v = 0; v < kVectors; ++v) hn::StoreU(sum[q][v], d, sums + q * kMaxHead + column + v * lanes());
  }
}

HWY_INLINE void weigh(const AttentionHead& h, const Tile& tile, float* sums) {
  Index column = 0;
  for (; column + 2 * lanes() <= h.dimension; column += 2 * lanes()) weigh_at<2>(h, tile, sums, column);
  for (; column < h.dimension; column += lanes()) weigh_at<1>(h, tile, sums, column);
}

HWY_INLINE void multiply(float* x, Index n, float factor) {
  const V by = hn::Set(D(), factor);
  for (Index i = 0; i < n; i += lanes()) hn::StoreU(hn::Mul(load(x + i), by), D(), x + i);
}

// What is known of a block of queries after some tiles: the highest score, the sum of exponentials and the weighted sum of values,
// both relative to it.
struct Running {
  float* highest;  // [kQueryBlock]
  float* total;    // [kQueryBlock]
  float* sums;     // [kQueryBlock, kMaxHead]
};

// The next four queries of a block against one tile.
HWY_INLINE void attend(const AttentionHead& h, Index first, Index last, const Tile& tile, const Running& at) {
  const float* query[kQueries];
  for (Index q = 0; q < kQueries; ++q) query[q] = h.query + std::min(first + q, last) * h.stride;
  scores_of(h, query, tile);
  for (Index q = 0; q < kQueries; ++q) {
    const float before = at.highest[q];
    const float sum = exponentials(tile.scores + q * kKeyTile, tile, at.highest[q]);
    const float shrink = std::exp(before - at.highest[q]);  // 0 for the first tile, whose `before` is -infinity
    if (shrink != 1.0F) multiply(at.sums + q * kMaxHead, h.dimension, shrink);
    at.total[q] = at.total[q] * shrink + sum;
  }
  weigh(h, tile, at.sums);
}

HWY_INLINE void finish(const AttentionHead& h, Index query, float total, float* sums) {
  multiply(sums, h.dimension, 1.0F / total);
  std::copy_n(sums, h.dimension, h.out + query * h.out_stride);
}

void attention(const AttentionHead& h, float* scratch) {
  Tile tile{};
  tile.keys = scratch;
  tile.scores = tile.keys + kKeyTile * kMaxHead;
  float* const highest = tile.scores + kQueries * kKeyTile;
  const Running block{highest, highest + kQueryBlock, highest + 2 * kQueryBlock};
  const bool single = h.length <= kKeyTile;  // its one tile is transposed once for all queries
  for (Index first = 0; first < h.length; first += kQueryBlock) {
    const Index last = std::min(first + kQueryBlock, h.length) - 1;
    std::fill_n(block.highest, kQueryBlock, -std::numeric_limits<float>::infinity());
    std::fill_n(block.total, kQueryBlock, 0.0F);
    for (Index q = 0; q < kQueryBlock; ++q) std::fill_n(block.sums + q * kMaxHead, h.dimension, 0.0F);
    for (tile.begin = 0; tile.begin < h.length; tile.begin += kKeyTile) {
      tile.count = std::min(kKeyTile, h.length - tile.begin);
      if (!single || first == 0) transpose_keys(h, tile);
      for (Index q = 0; first + q <= last; q += kQueries) {
        attend(h, first + q, last, tile, {block.highest + q, block.total + q, block.sums + q * kMaxHead});
      }
    }
    for (Index q = first; q <= last; ++q) finish(h, q, block.total[q - first], block.sums + (q - first) * kMaxHead);
  }
}

}  // namespace signalbox::tensor::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace signalbox::tensor {
namespace {

HWY_EXPORT(layer_norm);
HWY_EXPORT(attention);
HWY_EXPORT(mean_rows);
HWY_EXPORT(l2_normalize);
HWY_EXPORT(dot);
HWY_EXPORT(add3);

}  // namespace

const Kernels& vector_kernels() {
  static const Kernels kKernels = [] {
    const std::int64_t supported = hwy::SupportedTargets();
    hwy::GetChosenTarget().Update(supported);
    return Kernels{hwy::TargetName(supported & -supported), HWY_DYNAMIC_DISPATCH(layer_norm), HWY_DYNAMIC_DISPATCH(attention),
                   HWY_DYNAMIC_DISPATCH(mean_rows),           HWY_DYNAMIC_DISPATCH(l2_normalize), HWY_DYNAMIC_DISPATCH(dot),
                   HWY_DYNAMIC_DISPATCH(add3)};
  }();
  return kKernels;
}

}  // namespace signalbox::tensor
#endif
