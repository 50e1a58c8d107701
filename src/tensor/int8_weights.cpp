#include "tensor/int8_weights.h"

#include <algorithm>
#include <cmath>

namespace signalbox::tensor {

Int8Weights quantize_weights(const Matrix& weight, std::int32_t zero_point) {
  constexpr float kLevels = 127;
  Int8Weights result;
  result.values.reserve(weight.values.size());
  for (std::int64_t row = 0; row < weight.rows; ++row) {
    const float* const from = weight.values.data() + row * weight.columns;
    float largest = 0;
    for (std::int64_t i = 0; i < weight.columns; ++i) largest = std::max(largest, std::abs(from[i]));
    const float inverse = largest == 0 ? 0 : kLevels / largest;
    std::int32_t sum = 0;
    for (std::int64_t i = 0; i < weight.columns; ++i) {
      const auto value = static_cast<std::int8_t>(std::nearbyint(from[i] * inverse));
      result.values.push_back(value);
      sum += value;
    }
    result.scales.push_back(largest / kLevels);
    result.offsets.push_back(zero_point * sum);
  }
  return result;
}

}  // namespace signalbox::tensor
