// What happens to the result of a fully connected layer before it is stored.
#pragma once

#include <cstdint>

namespace signalbox::tensor {

enum class Epilogue : std::uint8_t {
  none,
  gelu_erf,   // x * Phi(x)
  gelu_tanh,  // its tanh approximation, as SigLIP's
  relu,
  add,  // y += x W^T + b: the residual connection
};

}  // namespace signalbox::tensor
