// Quantisation on Google Highway; kernels_vector.cpp says how a file is compiled for every instruction set.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tensor/quantize_vector.cpp"
#include <hwy/foreach_target.h>
// After it:
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cmath>

#include "tensor/attention.h"
#include "tensor/quantize.h"
#include "tensor/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace signalbox::tensor::HWY_NAMESPACE {

using Ints = hn::Rebind<std::int32_t, D>;
using Bytes = hn::Rebind<std::uint8_t, D>;

HWY_INLINE float largest_of(const float* x, Index n) {
  V largest = hn::Zero(D());
  Index i = 0;
  for (; i + lanes() <= n; i += lanes()) largest = hn::Max(largest, hn::Abs(load(x + i)));
  float result = hn::GetLane(hn::MaxOfLanes(D(), largest));
  for (; i < n; ++i) result = std::max(result, std::abs(x[i]));
  return result;
}

HWY_INLINE void quantize_at(const float* x, V by, hn::Vec<Ints> zero, std::uint8_t* out) {
  const auto whole = hn::Add(hn::NearestInt(hn::Mul(load(x), by)), zero);
  hn::StoreU(hn::DemoteTo(Bytes(), whole), Bytes(), out);
}

void quantize(const float* x, Index rows, Index n, int levels, std::uint8_t* out, float* scales) {
  const auto zero = hn::Set(Ints(), zero_point(levels));
  const Index whole = n / lanes() * lanes(), left = n - whole;
  for (Index row = 0; row < rows; ++row, x += n, out += n) {
    const float largest = largest_of(x, n);
    scales[row] = largest / static_cast<float>(levels);
    const V by = hn::Set(D(), largest == 0 ? 0 : static_cast<float>(levels) / largest);
    for (Index i = 0; i < whole; i += lanes()) quantize_at(x + i, by, zero, out + i);
    if (left == 0) continue;
    alignas(64) float part[kWidestLanes] = {};
    alignas(64) std::uint8_t bytes[kWidestLanes];
    std::copy_n(x + whole, left, part);
    quantize_at(part, by, zero, bytes);
    std::copy_n(bytes, left, out + whole);
  }
}

// The error function to 1.5e-7 (Abramowitz and Stegun, 7.1.26), far below an 8-bit step.
HWY_INLINE V erf_of(V x) {
  const D d;
  const V z = hn::Abs(x);
  const V t = hn::Div(hn::Set(d, 1.0F), hn::MulAdd(hn::Set(d, 0.3275911F), z, hn::Set(d, 1.0F)));
  V sum = hn::Set(d, 1.061405429F);
  for (const float c : {-1.453152027F, 1.421413741F, -0.284496736F, 0.254829592F}) {
    sum = hn::MulAdd(sum, t, hn::Set(d, c));
  }
  const V tail = hn::Mul(hn::Mul(sum, t), hn::Exp(d, hn::Neg(hn::Mul(z, z))));
  return hn::CopySign(hn::Sub(hn::Set(d, 1.0F), tail), x);
}

template <Epilogue kEpilogue>
HWY_INLINE V after(V x, const float* y) {
  const D d;
  if constexpr (kEpilogue == Epilogue::gelu_erf) {
    const V half = hn::Mul(x, hn::Set(d, 0.5F));
    return hn::MulAdd(half, erf_of(hn::Mul(x, hn::Set(d, 0.70710678F))), half);
  } else if constexpr (kEpilogue == Epilogue::gelu_tanh) {
    // x (1 + tanh z) / 2 = x / (1 + exp(-2 z)), z = sqrt(2 / pi) (x + 0.044715 x^3)
    const V cubed = hn::MulAdd(hn::Mul(hn::Mul(x, x), x), hn::Set(d, 0.044715F), x);
    const V power = hn::Exp(d, hn::Min(hn::Mul(cubed, hn::Set(d, -1.5957691F)), hn::Set(d, 87.0F)));
    return hn::Div(x, hn::Add(hn::Set(d, 1.0F), power));
  } else if constexpr (kEpilogue == Epilogue::relu) {
    return hn::Max(x, hn::Zero(d));
  } else if constexpr (kEpilogue == Epilogue::add) {
    return hn::Add(x, load(y));
  } else {
    return x;
  }
}

// One vector of a row. The tail of a row goes through copies of everything (see load_part in kernels_vector.cpp).
template <Epilogue kEpilogue>
HWY_INLINE void dequantize_at(const std::int32_t* sums, V row_scale, const float* scales, const std::int32_t* offsets,
                              const float* bias, float* y) {
  const Ints di;
  const V value = hn::ConvertTo(D(), hn::Sub(hn::LoadU(di, sums), hn::LoadU(di, offsets)));
  const V x = hn::MulAdd(value, hn::Mul(row_scale, load(scales)), load(bias));
  hn::StoreU(after<kEpilogue>(x, y), D(), y);
}

template <Epilogue kEpilogue>
void dequantize_as(const IntegerSums& s, Index rows, Index n, float* y) {
  const Index whole = n / lanes() * lanes(), left = n - whole;
  for (Index row = 0; row < rows; ++row, y += n) {
    const std::int32_t* const sums = s.sums + row * n;
    const V scale = hn::Set(D(), s.row_scales[row]);
    for (Index i = 0; i < whole; i += lanes()) {
      dequantize_at<kEpilogue>(sums + i, scale, s.column_scales + i, s.offsets + i, s.bias + i, y + i);
    }
    if (left == 0) continue;
    alignas(64) std::int32_t part_sums[kWidestLanes] = {}, part_offsets[kWidestLanes] = {};
    alignas(64) float part_scales[kWidestLanes] = {}, part_bias[kWidestLanes] = {}, part_y[kWidestLanes] = {};
    std::copy_n(sums + whole, left, part_sums);
    std::copy_n(s.offsets + whole, left, part_offsets);
    std::copy_n(s.column_scales + whole, left, part_scales);
    std::copy_n(s.bias + whole, left, part_bias);
    std::copy_n(y + whole, left, part_y);
    dequantize_at<kEpilogue>(part_sums, scale, part_scales, part_offsets, part_bias, part_y);
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
