// Gates on Google Highway; kernels_vector.cpp says how a file is compiled for every instruction set.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tensor/gate_vector.cpp"
#include <hwy/foreach_target.h>
// After it:
#include <hwy/highway.h>

#include <algorithm>

#include "tensor/activation-inl.h"
#include "tensor/attention.h"
#include "tensor/gate.h"
#include "tensor/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace signalbox::tensor::HWY_NAMESPACE {

template <Gate kGate>
HWY_INLINE V activation(V x) {
  if constexpr (kGate == Gate::gelu_erf) {
    return gelu_erf(x);
  } else if constexpr (kGate == Gate::gelu_tanh) {
    return gelu_tanh(x);
  } else {
    return silu(x);
  }
}

// Row by row and from left to right: what is written has been read.
template <Gate kGate>
void gate_as(float* x, Index rows, Index n) {
  const Index whole = n / lanes() * lanes(), left = n - whole;
  for (Index row = 0; row < rows; ++row) {
    const float* const from = x + row * 2 * n;
    float* const to = x + row * n;
    for (Index i = 0; i < whole; i += lanes()) {
      hn::StoreU(hn::Mul(activation<kGate>(load(from + i)), load(from + n + i)), D(), to + i);
    }
    if (left == 0) continue;
    alignas(64) float part[kWidestLanes] = {}, by[kWidestLanes] = {};
    std::copy_n(from + whole, left, part);
    std::copy_n(from + n + whole, left, by);
    hn::Store(hn::Mul(activation<kGate>(hn::Load(D(), part)), hn::Load(D(), by)), D(), part);
    std::copy_n(part, left, to + whole);
  }
}

void gate_rows(Gate gate, float* x, Index rows, Index n) {
  switch (gate) {
    case Gate::gelu_erf:
      return gate_as<Gate::gelu_erf>(x, rows, n);
    case Gate::gelu_tanh:
      return gate_as<Gate::gelu_tanh>(x, rows, n);
    case Gate::silu:
      return gate_as<Gate::silu>(x, rows, n);
  }
}

}  // namespace signalbox::tensor::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace signalbox::tensor {
namespace {
HWY_EXPORT(gate_rows);
}

GateKernel gate_kernel() {
  return HWY_DYNAMIC_DISPATCH(gate_rows);
}

}  // namespace signalbox::tensor
#endif
