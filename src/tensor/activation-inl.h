// Activation functions on vectors, compiled into each kernel that uses them for every instruction set (Highway's
// pattern for such headers).
#if defined(SIGNALBOX_TENSOR_ACTIVATION_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SIGNALBOX_TENSOR_ACTIVATION_INL_H_
#undef SIGNALBOX_TENSOR_ACTIVATION_INL_H_
#else
#define SIGNALBOX_TENSOR_ACTIVATION_INL_H_
#endif

#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include "tensor/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace signalbox::tensor::HWY_NAMESPACE {

// The error function to 1.5e-7 (Abramowitz and Stegun, 7.1.26), as oneDNN has it.
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

HWY_INLINE V gelu_erf(V x) {
  const D d;
  const V half = hn::Mul(x, hn::Set(d, 0.5F));
  return hn::MulAdd(half, erf_of(hn::Mul(x, hn::Set(d, 0.70710678F))), half);
}

// x / (1 + exp(-by)); the power is bounded, where the quotient is zero for all purposes.
HWY_INLINE V sigmoid_of(V x, V by) {
  const D d;
  const V power = hn::Exp(d, hn::Min(hn::Neg(by), hn::Set(d, 87.0F)));
  return hn::Div(x, hn::Add(hn::Set(d, 1.0F), power));
}

// x (1 + tanh z) / 2 = x / (1 + exp(-2 z)), z = sqrt(2 / pi) (x + 0.044715 x^3)
HWY_INLINE V gelu_tanh(V x) {
  const D d;
  const V cubed = hn::MulAdd(hn::Mul(hn::Mul(x, x), x), hn::Set(d, 0.044715F), x);
  return sigmoid_of(x, hn::Mul(cubed, hn::Set(d, 1.5957691F)));
}

HWY_INLINE V silu(V x) {
  return sigmoid_of(x, x);
}

}  // namespace signalbox::tensor::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // SIGNALBOX_TENSOR_ACTIVATION_INL_H_
