// The gate of a gated feed-forward layer (Shazeer, GLU Variants Improve Transformer, 2020), the kernel. Used through
// Kernels (kernels.h).
//
// A pure function on caller-owned memory; any thread; no allocation.
#pragma once

#include <cstdint>

namespace signalbox::tensor {

enum class Gate : std::uint8_t {
  gelu_erf,   // GeGLU
  gelu_tanh,  // its tanh approximation
  silu,       // SwiGLU: x / (1 + exp(-x))
};

// x: [rows, 2 n] becomes [rows, n], dense and at the same place: activation(first half of a row) * second half.
using GateKernel = void (*)(Gate gate, float* x, std::int64_t rows, std::int64_t n);
GateKernel gate_kernel();  // of the target that hwy::GetChosenTarget() holds
GateKernel scalar_gate_kernel();

}  // namespace signalbox::tensor
