// Quantisation on Google Highway; kernels_vector.cpp says how a file is compiled for every instruction set.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tensor/quantize_vector.cpp"
#include <hwy/foreach_target.h>
// After it:
#include <hwy/highway.h>

#include <algorithm>
#include <cmath>

#include "tensor/activation-inl.h"
#include "tensor/attention.h"
#include "tensor/quantize.h"
#include "tensor/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace signalbox::tensor::HWY_NAMESPACE {

using Ints = hn::Rebind<std::int32_t, D>;
using Bytes = hn::Rebind<std::uint8_t, D>;

struct Range {
  float lowest, highest;
};

// Of a row and zero. Tails go through copies (see load_part in kernels_vector.cpp).
HWY_INLINE Range range_of(const float* x, Index n) {
  V lowest = hn::Zero(D()), highest = lowest;
  Index i = 0;
  for (; i + lanes() <= n; i += lanes()) {
    lowest = hn::Min(lowest, load(x + i));
    highest = hn::Max(highest, load(x + i));
  }
  Range range{hn::GetLane(hn::MinOfLanes(D(), lowest)), hn::GetLane(hn::MaxOfLanes(D(), highest))};
  for (; i < n; ++i) {
    range.lowest = std::min(range.lowest, x[i]);
    range.highest = std::max(range.highest, x[i]);
  }
  return range;
}

// How the values of a row become bytes.
struct Steps {
  V inverse;
  hn::Vec<Ints> zero, last;
};

HWY_INLINE void quantize_at(const float* x, const Steps& steps, std::uint8_t* out) {
  const auto whole = hn::Min(hn::Add(hn::NearestInt(hn::Mul(load(x), steps.inverse)), steps.zero), steps.last);
  hn::StoreU(hn::DemoteTo(Bytes(), whole), Bytes(), out);  // saturates at 0
}

void quantize(const float* x, Index rows, Index n, int last, const ByteRows& out) {
  const Index whole = n / lanes() * lanes(), left = n - whole;
  std::uint8_t* values = out.values;
  for (Index row = 0; row < rows; ++row, x += n, values += n) {
    const Range range = range_of(x, n);
    const float width = range.highest - range.lowest;
    const float inverse = width == 0 ? 0 : static_cast<float>(last) / width;
    out.scales[row] = width / static_cast<float>(last);
    out.zeros[row] = static_cast<int>(std::nearbyint(-range.lowest * inverse));
    const Steps steps{hn::Set(D(), inverse), hn::Set(Ints(), out.zeros[row]), hn::Set(Ints(), last)};
    for (Index i = 0; i < whole; i += lanes()) quantize_at(x + i, steps, values + i);
    if (left == 0) continue;
    alignas(64) float part[kWidestLanes] = {};
    alignas(64) std::uint8_t bytes[kWidestLanes];
    std::copy_n(x + whole, left, part);
    quantize_at(part, steps, bytes);
    std::copy_n(bytes, left, values + whole);
  }
}

template <Epilogue kEpilogue>
HWY_INLINE V after(V x, const float* y) {
  if constexpr (kEpilogue == Epilogue::gelu_erf) {
    return gelu_erf(x);
  } else if constexpr (kEpilogue == Epilogue::gelu_tanh) {
    return gelu_tanh(x);
  } else if constexpr (kEpilogue == Epilogue::quick_gelu) {
    return sigmoid_of(x, hn::Mul(x, hn::Set(D(), kQuickGelu)));
  } else if constexpr (kEpilogue == Epilogue::relu) {
    return hn::Max(x, hn::Zero(D()));
  } else if constexpr (kEpilogue == Epilogue::add) {
    return hn::Add(x, load(y));
  } else {
    return x;
  }
}

struct RowOfSums {
  V scale;
  hn::Vec<Ints> zero;
};

template <Epilogue kEpilogue>
HWY_INLINE void dequantize_at(const std::int32_t* sums, const RowOfSums& row, const float* scales,
                              const std::int32_t* weight_sums, const float* bias, float* y) {
  const Ints di;
  const V value = hn::ConvertTo(D(), hn::Sub(hn::LoadU(di, sums), hn::Mul(row.zero, hn::LoadU(di, weight_sums))));
  const V x = hn::MulAdd(value, hn::Mul(row.scale, load(scales)), load(bias));
  hn::StoreU(after<kEpilogue>(x, y), D(), y);
}

template <Epilogue kEpilogue>
void dequantize_as(const IntegerSums& s, Index rows, Index n, float* y) {
  const Index whole = n / lanes() * lanes(), left = n - whole;
  for (Index row = 0; row < rows; ++row, y += n) {
    const std::int32_t* const sums = s.sums + row * n;
    const RowOfSums from{hn::Set(D(), s.row_scales[row]), hn::Set(Ints(), s.zeros[row])};
    for (Index i = 0; i < whole; i += lanes()) {
      dequantize_at<kEpilogue>(sums + i, from, s.column_scales + i, s.weight_sums + i, s.bias + i, y + i);
    }
    if (left == 0) continue;
    alignas(64) std::int32_t part_sums[kWidestLanes] = {}, part_weights[kWidestLanes] = {};
    alignas(64) float part_scales[kWidestLanes] = {}, part_bias[kWidestLanes] = {}, part_y[kWidestLanes] = {};
    std::copy_n(sums + whole, left, part_sums);
    std::copy_n(s.weight_sums + whole, left, part_weights);
    std::copy_n(s.column_scales + whole, left, part_scales);
    std::copy_n(s.bias + whole, left, part_bias);
    std::copy_n(y + whole, left, part_y);
    dequantize_at<kEpilogue>(part_sums, from, part_scales, part_weights, part_bias, part_y);
    std::copy_n(part_y, left, y + whole);
  }
}

void dequantize(const IntegerSums& s, Index rows, Index n, float* y) {
  switch (s.epilogue) {
    case Epilogue::none:
      return dequantize_as<Epilogue::none>(s, rows, n, y);
    case Epilogue::gelu_erf:
      return dequantize_as<Epilogue::gelu_erf>(s, rows, n, y);
    case Epilogue::gelu_tanh:
      return dequantize_as<Epilogue::gelu_tanh>(s, rows, n, y);
    case Epilogue::quick_gelu:
      return dequantize_as<Epilogue::quick_gelu>(s, rows, n, y);
    case Epilogue::relu:
      return dequantize_as<Epilogue::relu>(s, rows, n, y);
    case Epilogue::add:
      return dequantize_as<Epilogue::add>(s, rows, n, y);
  }
}

}  // namespace signalbox::tensor::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace signalbox::tensor {
namespace {

HWY_EXPORT(quantize);
HWY_EXPORT(dequantize);

}  // namespace

QuantizeKernels vector_quantize_kernels() {
  return {HWY_DYNAMIC_DISPATCH(quantize), HWY_DYNAMIC_DISPATCH(dequantize)};
}

}  // namespace signalbox::tensor
#endif
