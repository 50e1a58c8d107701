// Weights of a fully connected layer in 8 bits, with one scale for each output. Internal to the tensor library.
#pragma once

#include <cstdint>
#include <vector>

#include "tensor/weights.h"

namespace signalbox::tensor {

struct Int8Weights {
  std::vector<std::int8_t> values;  // [out, in], -127..127: round(weight / scale of its output)
  std::vector<float> scales;        // [out]: max|weight| / 127
  std::vector<std::int32_t> sums;   // [out]: of an output's values
};

Int8Weights quantize_weights(const Matrix& weight);

}  // namespace signalbox::tensor
