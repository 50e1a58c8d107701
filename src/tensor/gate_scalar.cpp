// The scalar twin of gate_vector.cpp.
#include <cmath>

#include "tensor/gate.h"

namespace signalbox::tensor {
namespace {

double activation(Gate gate, double x) {
  switch (gate) {
    case Gate::gelu_erf:
      return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0)));
    case Gate::gelu_tanh:
      return 0.5 * x * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
    case Gate::silu:
      return x / (1 + std::exp(-x));
  }
  return x;
}

// Row by row and from left to right: what is written has been read.
void gate_rows(Gate gate, float* x, std::int64_t rows, std::int64_t n) {
  for (std::int64_t row = 0; row < rows; ++row) {
    const float* const from = x + row * 2 * n;
    for (std::int64_t i = 0; i < n; ++i) x[row * n + i] = static_cast<float>(activation(gate, from[i]) * from[n + i]);
  }
}

}  // namespace

GateKernel scalar_gate_kernel() {
  return gate_rows;
}

}  // namespace signalbox::tensor
