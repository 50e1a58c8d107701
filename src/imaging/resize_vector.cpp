// The passes on Google Highway: this file is compiled once for each instruction set (foreach_target includes it again).
//
// A weight has 23 bits and a sample 8: too much for the fast multiplication, which takes 16-bit pairs and adds the two
// products in 32 bits. So each weight is cut in two (resize_weights.h) and each half has its sum; put together modulo
// 2^32 they are the exact sum, which fits. All shuffles stay inside blocks of 16 bytes, so that every width of vector
// gives the same order.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "imaging/resize_vector.cpp"
#include <hwy/foreach_target.h>
// After it:
#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "imaging/resize_kernels.h"

HWY_BEFORE_NAMESPACE();
namespace signalbox::imaging::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

#if HWY_ARCH_X86
using D8 = hn::ScalableTag<std::uint8_t>;
#else
using D8 = hn::FixedTag<std::uint8_t, 16>;
#endif
using D16 = hn::Repartition<std::int16_t, D8>;
using D32 = hn::Repartition<std::int32_t, D8>;
using V8 = hn::Vec<D8>;
using V16 = hn::Vec<D16>;
using V32 = hn::Vec<D32>;

constexpr std::size_t kBytes = hn::MaxLanes(D8());
constexpr std::size_t kBlock = 16;
constexpr std::size_t kBlocks = kBytes / kBlock;

// sum + a[2i] * b[2i] + a[2i + 1] * b[2i + 1] in lane i.
HWY_INLINE V32 add_products(V32 sum, V16 a, V16 b) {
#if HWY_ARCH_X86 && HWY_TARGET != HWY_EMU128 && HWY_TARGET != HWY_SCALAR
  V32 unused = hn::Zero(D32());
  return hn::ReorderWidenMulAccumulate(D32(), a, b, sum, unused);  // pmaddwd
#else
  const V32 wide_a = hn::BitCast(D32(), a), wide_b = hn::BitCast(D32(), b);
  const V32 even =
      hn::Mul(hn::ShiftRight<16>(hn::ShiftLeft<16>(wide_a)), hn::ShiftRight<16>(hn::ShiftLeft<16>(wide_b)));
  return hn::Add(sum, hn::Add(even, hn::Mul(hn::ShiftRight<16>(wide_a), hn::ShiftRight<16>(wide_b))));
#endif
}

HWY_INLINE V16 broadcast(std::uint32_t pair) {
  return hn::BitCast(D16(), hn::Set(D32(), static_cast<std::int32_t>(pair)));
}

struct Sums {
  V32 high, low;
};

HWY_INLINE Sums none() {
  return {hn::Zero(D32()), hn::Set(D32(), 1 << (kWeightBits - 1))};
}

HWY_INLINE void add(Sums& sums, V16 samples, V16 high, V16 low) {
  sums.high = add_products(sums.high, samples, high);
  sums.low = add_products(sums.low, samples, low);
}

// 0..255 in 32-bit lanes.
HWY_INLINE V8 finish(const Sums& sums) {
  const V32 whole = hn::ShiftRight<kWeightBits>(hn::Add(hn::ShiftLeft<kLowBits>(sums.high), sums.low));
  return hn::BitCast(D8(), hn::Min(hn::Max(whole, hn::Zero(D32())), hn::Set(D32(), 255)));
}

constexpr std::uint8_t kNo = 0x80;  // TableLookupBytesOr0: a zero

using Shuffle = std::array<std::uint8_t, kBlock>;
// Two pixels of packed RGB to pairs of 16-bit numbers: red and red, green and green, blue and blue, nothing.
alignas(16) constexpr Shuffle kFirstPair = {0, kNo, 3, kNo, 1, kNo, 4, kNo, 2, kNo, 5, kNo, kNo, kNo, kNo, kNo};
alignas(16) constexpr Shuffle kSecondPair = {6, kNo, 9, kNo, 7, kNo, 10, kNo, 8, kNo, 11, kNo, kNo, kNo, kNo, kNo};

HWY_INLINE V8 table(const Shuffle& shuffle) {
  return hn::LoadDup128(D8(), shuffle.data());
}

// The bytes of four 32-bit lanes to the quarter `at` of a block.
HWY_INLINE V8 lanes_to_quarter(std::size_t at) {
  alignas(16) Shuffle shuffle;
  shuffle.fill(kNo);
  for (std::size_t i = 0; i < 4; ++i) shuffle[at * 4 + i] = static_cast<std::uint8_t>(4 * i);
  return hn::LoadDup128(D8(), shuffle.data());
}

// Block i holds 16 bytes of row i.
template <class D>
HWY_INLINE hn::Vec<D> load_rows(D d, const std::uint8_t* const* rows, std::size_t offset) {
  if constexpr (hn::MaxLanes(D()) == kBlock) {
    return hn::LoadU(d, rows[0] + offset);
  } else {
    const hn::Half<D> half;
    return hn::Combine(d, load_rows(half, rows + hn::MaxLanes(half) / kBlock, offset), load_rows(half, rows, offset));
  }
}

// Loads read whole blocks of 16 bytes: up to three pixels and four bytes behind a window.
constexpr std::size_t kOverread = 16;
constexpr std::size_t kRows = 2 * kBlocks;  // rows that share their weights

// Rows of `in`, read as they stand where enough memory follows them, else from a copy.
class RowSource {
 public:
  explicit RowSource(const RgbRows& in)
      : in_(in), last_(std::min(in.height, kOverread / std::max<std::size_t>(in.stride, 1) + 2)) {
    const std::size_t room = in.width * 3 + kOverread;
    copies_.resize(last_ * room);
    for (std::size_t i = 0; i < last_; ++i)
      std::memcpy(&copies_[i * room], in.samples + (in.height - last_ + i) * in.stride, in.width * 3);
  }
  const std::uint8_t* row(std::size_t y) const {
    if (y + last_ < in_.height) return in_.samples + y * in_.stride;
    return &copies_[(y + last_ - in_.height) * (in_.width * 3 + kOverread)];
  }

 private:
  const RgbRows& in_;
  std::size_t last_;  // so many rows at the end are copies
  std::vector<std::uint8_t> copies_;
};

// One output pixel of kRows rows.
HWY_INLINE void pixel(const std::uint8_t* const* rows, const AxisWeights& axis, std::size_t x,
                      std::uint8_t* const* out) {
  const V8 first_pair = table(kFirstPair), second_pair = table(kSecondPair);
  const std::uint32_t* high = &axis.high[x * axis.stride / 2];
  const std::uint32_t* low = &axis.low[x * axis.stride / 2];
  const std::size_t groups = (axis.windows[x].count + 3) / 4;
  Sums a = none(), b = none();
  std::size_t offset = std::size_t{axis.windows[x].first} * 3;
  for (std::size_t group = 0; group < groups; ++group, offset += 12, high += 2, low += 2) {
    const V16 high0 = broadcast(high[0]), low0 = broadcast(low[0]), high1 = broadcast(high[1]),
              low1 = broadcast(low[1]);
    const V8 bytes_a = load_rows(D8(), rows, offset), bytes_b = load_rows(D8(), rows + kBlocks, offset);
    add(a, hn::BitCast(D16(), hn::TableLookupBytesOr0(bytes_a, first_pair)), high0, low0);
    add(b, hn::BitCast(D16(), hn::TableLookupBytesOr0(bytes_b, first_pair)), high0, low0);
    add(a, hn::BitCast(D16(), hn::TableLookupBytesOr0(bytes_a, second_pair)), high1, low1);
    add(b, hn::BitCast(D16(), hn::TableLookupBytesOr0(bytes_b, second_pair)), high1, low1);
  }
  alignas(64) std::uint8_t done[2 * kBytes];
  const V8 gather = lanes_to_quarter(0);
  hn::Store(hn::TableLookupBytesOr0(finish(a), gather), D8(), done);
  hn::Store(hn::TableLookupBytesOr0(finish(b), gather), D8(), done + kBytes);
  for (std::size_t i = 0; i < kRows; ++i) std::memcpy(out[i] + x * 3, done + i * kBlock, 4);
}

void across(const RgbRows& in, const AxisWeights& axis, std::uint8_t* out, std::size_t stride) {
  const RowSource source(in);
  for (std::size_t y = 0; y < in.height; y += kRows) {
    const std::uint8_t* rows[kRows];
    std::uint8_t* outs[kRows];
    for (std::size_t i = 0; i < kRows; ++i) {
      const std::size_t row = std::min(y + i, in.height - 1);  // the last one again and again
      rows[i] = source.row(row);
      outs[i] = out + row * stride;
    }
    for (std::size_t x = 0; x < axis.size(); ++x) pixel(rows, axis, x, outs);
  }
}

// kBytes samples of one output row, from `x` on.
HWY_INLINE V8 samples_at(const RgbRows& in, const AxisWeights& axis, std::size_t y, std::size_t x) {
  const Window& window = axis.windows[y];
  const std::uint32_t* high = &axis.high[y * axis.stride / 2];
  const std::uint32_t* low = &axis.low[y * axis.stride / 2];
  const std::uint8_t* row = in.samples + window.first * in.stride + x;
  const V8 zero = hn::Zero(D8());
  Sums q0 = none(), q1 = none(), q2 = none(), q3 = none();
  for (std::size_t i = 0; i < window.count; i += 2, row += 2 * in.stride, ++high, ++low) {
    const V8 a = hn::LoadU(D8(), row);
    const V8 b = i + 1 < window.count ? hn::LoadU(D8(), row + in.stride) : zero;
    const V8 lower = hn::InterleaveLower(D8(), a, b), upper = hn::InterleaveUpper(D8(), a, b);
    const V16 high_pair = broadcast(*high), low_pair = broadcast(*low);
    add(q0, hn::BitCast(D16(), hn::InterleaveLower(D8(), lower, zero)), high_pair, low_pair);
    add(q1, hn::BitCast(D16(), hn::InterleaveUpper(D8(), lower, zero)), high_pair, low_pair);
    add(q2, hn::BitCast(D16(), hn::InterleaveLower(D8(), upper, zero)), high_pair, low_pair);
    add(q3, hn::BitCast(D16(), hn::InterleaveUpper(D8(), upper, zero)), high_pair, low_pair);
  }
  return hn::Or(hn::Or(hn::TableLookupBytesOr0(finish(q0), lanes_to_quarter(0)),
                       hn::TableLookupBytesOr0(finish(q1), lanes_to_quarter(1))),
                hn::Or(hn::TableLookupBytesOr0(finish(q2), lanes_to_quarter(2)),
                       hn::TableLookupBytesOr0(finish(q3), lanes_to_quarter(3))));
}

void down(const RgbRows& in, const AxisWeights& axis, std::uint8_t* out) {
  const std::size_t bytes = in.width * 3;
  if (bytes < kBytes) return scalar_resize_kernels().down(in, axis, out);
  for (std::size_t y = 0; y < axis.size(); ++y, out += bytes) {
    std::size_t x = 0;
    for (; x + kBytes <= bytes; x += kBytes) hn::StoreU(samples_at(in, axis, y, x), D8(), out + x);
    if (x < bytes) hn::StoreU(samples_at(in, axis, y, bytes - kBytes), D8(), out + bytes - kBytes);
  }
}

}  // namespace signalbox::imaging::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace signalbox::imaging {
namespace {

HWY_EXPORT(across);
HWY_EXPORT(down);

ResizeKernels kernels_of(std::int64_t target) {
  hwy::GetChosenTarget().Update(target);
  return {hwy::TargetName(target), HWY_DYNAMIC_DISPATCH(across), HWY_DYNAMIC_DISPATCH(down)};
}

}  // namespace

const std::vector<ResizeKernels>& all_vector_resize_kernels() {
  static const std::vector<ResizeKernels> kAll = [] {
    std::vector<ResizeKernels> all;
    for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) all.push_back(kernels_of(target));
    return all;
  }();
  return kAll;
}

const ResizeKernels& vector_resize_kernels() {
  static const ResizeKernels& kBest = all_vector_resize_kernels().front();
  return kBest;
}

}  // namespace signalbox::imaging
#endif
