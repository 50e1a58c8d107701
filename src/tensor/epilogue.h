// What happens to the result of a fully connected layer before it is stored.
#pragma once

#include <cstdint>

namespace signalbox::tensor {

enum class Epilogue : std::uint8_t {
  none,
  gelu_erf,    // x * Phi(x)
  gelu_tanh,   // its tanh approximation, as SigLIP's
  quick_gelu,  // x / (1 + exp(-1.702 x)), as the first CLIPs'
  relu,
  add,  // y += x W^T + b: the residual connection
};

inline constexpr float kQuickGelu = 1.702F;

}  // namespace signalbox::tensor
