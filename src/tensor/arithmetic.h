// The number formats an encoder's matrix products can be computed in. Everything between them stays fp32.
#pragma once

#include <cstdint>
#include <string_view>

namespace signalbox::tensor {

enum class Arithmetic : std::uint8_t {
  fp32,
  bf16,  // both factors rounded to bfloat16, sums in fp32
  int8,  // weights with one scale for each output, activations with one for each row; sums in int32 (quantize.h)
};

std::string_view to_string(Arithmetic arithmetic);
// Whether this processor computes it at a gain. bf16 needs AVX512_BF16; int8 always runs.
bool is_supported(Arithmetic arithmetic);
// The largest byte an int8 activation may become: 255 where the processor sums products of bytes in 32 bits (AVX-512
// VNNI), else 127, because pmaddubsw adds two of them in 16 bits and would saturate.
int activation_steps();

}  // namespace signalbox::tensor
