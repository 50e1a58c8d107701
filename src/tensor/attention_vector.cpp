// Attention on Google Highway; kernels_vector.cpp says how a file is compiled for every instruction set.
//
// Attention is tiled (Dao et al., FlashAttention, 2022). Per head, the keys are transposed and the values copied
// together once, so that the scores of four queries against vectors of keys are a broadcast and multiply-adds, and no
// row of the projection, a page apart from the next, is read twice. Then a block of queries meets tile after tile of
// keys that fit into the first-level cache: each query keeps a running maximum and sum, and what it summed before is
// rescaled when a later tile holds a higher score. No [length, length] matrix exists. Of a tile, four queries meet only
// what one of them may see.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tensor/attention_vector.cpp"
#include <hwy/foreach_target.h>
// After it:
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "tensor/attention.h"
#include "tensor/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace signalbox::tensor::HWY_NAMESPACE {

// What attention keeps in its scratch memory.
struct Packed {
  float* keys;    // [dimension, key_row]: transposed; columns beyond the length are zero
  float* values;  // [length, dimension]
  float* scores;  // [kQueries, kKeyTile]
  Index key_row;
};

// A range of keys.
struct Tile {
  Index begin, count, padded;  // padded to whole vectors
};
HWY_INLINE Tile tile_of(Index begin, Index end) {
  const Index count = std::max<Index>(0, end - begin);
  return {begin, count, (count + lanes() - 1) / lanes() * lanes()};
}

HWY_INLINE Index first_key(const AttentionHead& h, Index query) {
  return std::max<Index>(0, query - h.before);
}
HWY_INLINE Index end_of_keys(const AttentionHead& h, Index query) {
  return std::min(h.length, query + h.after + 1);
}

// Rows of transposed keys start in different sets of the cache: never a multiple of a large power of two apart.
HWY_INLINE Index key_row(Index length) {
  return (length + kWidestLanes - 1) / kWidestLanes * kWidestLanes + kWidestLanes;
}

HWY_INLINE void pack(const AttentionHead& h, const Packed& packed) {
  for (Index k = 0; k < h.length; ++k) {
    const float* const key = h.key + k * h.stride;
    for (Index d = 0; d < h.dimension; ++d) packed.keys[d * packed.key_row + k] = key[d];
    std::copy_n(h.value + k * h.stride, h.dimension, packed.values + k * h.dimension);
  }
  for (Index d = 0; d < h.dimension; ++d) {
    std::fill(packed.keys + d * packed.key_row + h.length, packed.keys + (d + 1) * packed.key_row, 0.0F);
  }
}

// Scores of kQueries queries (the last may repeat) against kVectors vectors of keys from column k on.
template <int kVectors>
HWY_INLINE void scores_at(const AttentionHead& h, const float* const (&query)[kQueries], const Packed& packed,
                          const Tile& tile, Index k) {
  const D d;
  V sum[kQueries][kVectors];
  for (Index q = 0; q < kQueries; ++q) {
    for (int v = 0; v < kVectors; ++v) sum[q][v] = hn::Zero(d);
  }
  const float* keys = packed.keys + tile.begin + k;
  for (Index i = 0; i < h.dimension; ++i, keys += packed.key_row) {
    V key[kVectors];
    for (int v = 0; v < kVectors; ++v) key[v] = load(keys + v * lanes());
    for (Index q = 0; q < kQueries; ++q) {
      const V x = hn::Set(d, query[q][i]);
      for (int v = 0; v < kVectors; ++v) sum[q][v] = hn::MulAdd(x, key[v], sum[q][v]);
    }
  }
  const V scale = hn::Set(d, h.scale);
  for (Index q = 0; q < kQueries; ++q) {
    for (int v = 0; v < kVectors; ++v)
      hn::StoreU(hn::Mul(sum[q][v], scale), d, packed.scores + q * kKeyTile + k + v * lanes());
  }
}

HWY_INLINE void scores_of(const AttentionHead& h, const float* const (&query)[kQueries], const Packed& packed,
                          const Tile& tile) {
  Index k = 0;
  for (; k + 2 * lanes() <= tile.padded; k += 2 * lanes()) scores_at<2>(h, query, packed, tile, k);
  for (; k < tile.padded; k += lanes()) scores_at<1>(h, query, packed, tile, k);
}

// scores[k] += bias of the tile's keys.
HWY_INLINE void add_bias(float* scores, const float* bias, const Tile& tile) {
  Index k = 0;
  for (; k + lanes() <= tile.count; k += lanes()) {
    hn::StoreU(hn::Add(load(scores + k), load(bias + tile.begin + k)), D(), scores + k);
  }
  for (; k < tile.count; ++k) scores[k] += bias[tile.begin + k];
}

// Which scores of a tile belong to keys that a query sees.
struct Seen {
  Index begin, end;
};

// Softmax numerators of one query's scores in place, zero for what it does not see; returns their sum, `highest`
// becomes the maximum so far.
HWY_INLINE float exponentials(float* scores, const Tile& tile, const Seen& seen, float& highest) {
  const D d;
  std::fill_n(scores, seen.begin, -std::numeric_limits<float>::infinity());
  std::fill(scores + seen.end, scores + tile.padded, -std::numeric_limits<float>::infinity());
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
HWY_INLINE void weigh_at(const AttentionHead& h, const Packed& packed, const Tile& tile, float* sums, Index column) {
  const D d;
  V sum[kQueries][kVectors];
  for (Index q = 0; q < kQueries; ++q) {
    for (int v = 0; v < kVectors; ++v) sum[q][v] = load(sums + q * kMaxHead + column + v * lanes());
  }
  const float* value = packed.values + tile.begin * h.dimension + column;
  for (Index k = 0; k < tile.count; ++k, value += h.dimension) {
    V x[kVectors];
    for (int v = 0; v < kVectors; ++v) x[v] = load(value + v * lanes());
    for (Index q = 0; q < kQueries; ++q) {
      const V weight = hn::Set(d, packed.scores[q * kKeyTile + k]);
      for (int v = 0; v < kVectors; ++v) sum[q][v] = hn::MulAdd(weight, x[v], sum[q][v]);
    }
  }
  for (Index q = 0; q < kQueries; ++q) {
    for (int v = 0; v < kVectors; ++v) hn::StoreU(sum[q][v], d, sums + q * kMaxHead + column + v * lanes());
  }
}

HWY_INLINE void weigh(const AttentionHead& h, const Packed& packed, const Tile& tile, float* sums) {
  Index column = 0;
  for (; column + 2 * lanes() <= h.dimension; column += 2 * lanes()) weigh_at<2>(h, packed, tile, sums, column);
  for (; column < h.dimension; column += lanes()) weigh_at<1>(h, packed, tile, sums, column);
}

HWY_INLINE void multiply(float* x, Index n, float factor) {
  const V by = hn::Set(D(), factor);
  for (Index i = 0; i < n; i += lanes()) hn::StoreU(hn::Mul(load(x + i), by), D(), x + i);
}

// What is known of a block of queries after some tiles: the highest score, the sum of exponentials and the weighted sum
// of values, both relative to it.
struct Running {
  float* highest;  // [kQueryBlock]
  float* total;    // [kQueryBlock]
  float* sums;     // [kQueryBlock, kMaxHead]
};

// The next four queries of a block against one tile.
HWY_INLINE void attend(const AttentionHead& h, Index first, Index last, const Packed& packed, const Tile& tile,
                       const Running& at) {
  const float* query[kQueries];
  for (Index q = 0; q < kQueries; ++q) query[q] = h.query + std::min(first + q, last) * h.stride;
  scores_of(h, query, packed, tile);
  for (Index q = 0; q < kQueries; ++q) {
    const Index row = std::min(first + q, last);
    const Seen seen{std::max<Index>(0, first_key(h, row) - tile.begin),
                    std::min(tile.count, end_of_keys(h, row) - tile.begin)};
    float* const scores = packed.scores + q * kKeyTile;
    if (seen.begin >= seen.end) {  // another of the four sees the tile
      std::fill_n(scores, tile.padded, 0.0F);
      continue;
    }
    if (h.bias != nullptr) add_bias(scores, h.bias + row * h.length, tile);
    const float before = at.highest[q];
    const float sum = exponentials(scores, tile, seen, at.highest[q]);
    const float shrink = std::exp(before - at.highest[q]);  // 0 for the first tile, whose `before` is -infinity
    if (shrink != 1.0F) multiply(at.sums + q * kMaxHead, h.dimension, shrink);
    at.total[q] = at.total[q] * shrink + sum;
  }
  weigh(h, packed, tile, at.sums);
}

HWY_INLINE void finish(const AttentionHead& h, Index query, float total, float* sums) {
  multiply(sums, h.dimension, 1.0F / total);
  std::copy_n(sums, h.dimension, h.out + query * h.out_stride);
}

void attention(const AttentionHead& h, float* scratch) {
  Packed packed{scratch, nullptr, nullptr, key_row(h.length)};
  packed.values = packed.keys + h.dimension * packed.key_row;
  packed.scores = packed.values + h.length * h.dimension;
  float* const highest = packed.scores + kQueries * kKeyTile;
  const Running block{highest, highest + kQueryBlock, highest + 2 * kQueryBlock};
  pack(h, packed);
  for (Index first = 0; first < h.length; first += kQueryBlock) {
    const Index last = std::min(first + kQueryBlock, h.length) - 1;
    std::fill_n(block.highest, kQueryBlock, -std::numeric_limits<float>::infinity());
    std::fill_n(block.total, kQueryBlock, 0.0F);
    for (Index q = 0; q < kQueryBlock; ++q) std::fill_n(block.sums + q * kMaxHead, h.dimension, 0.0F);
    const Index end = end_of_keys(h, last);
    for (Index begin = first_key(h, first); begin < end; begin += kKeyTile) {
      for (Index q = 0; first + q <= last; q += kQueries) {
        const Index group_last = std::min(first + q + kQueries - 1, last);
        const Tile tile = tile_of(std::max(begin, first_key(h, first + q)),
                                  std::min({begin + kKeyTile, end, end_of_keys(h, group_last)}));
        if (tile.count == 0) continue;
        attend(h, first + q, last, packed, tile, {block.highest + q, block.total + q, block.sums + q * kMaxHead});
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
HWY_EXPORT(attention);
}

std::int64_t attention_scratch(std::int64_t length, std::int64_t dimension) {
  const std::int64_t key_row = (length + kWidestLanes - 1) / kWidestLanes * kWidestLanes + kWidestLanes;
  return dimension * key_row + length * dimension + kQueries * kKeyTile + kQueryBlock * (kMaxHead + 2);
}

AttentionKernel attention_kernel() {
  return HWY_DYNAMIC_DISPATCH(attention);
}

}  // namespace signalbox::tensor
#endif
