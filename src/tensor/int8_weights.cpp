#include "tensor/int8_weights.h"

#include <algorithm>
#include <cmath>

namespace signalbox::tensor {

Int8Weights quantize_weights(const Matrix& weight) {
  constexpr float kLevels = 127;
  Int8Weights result;
  result.values.reserve(weight.values.size());
  for (std::int64_t out = 0; out < weight.rows; ++out) {
    const float* const row = weight.values.data() + out * weight.columns;
    float largest = 0;
    for (std::int64_t i = 0; i < weight.columns; ++i) largest = std::max(largest, std::abs(row[i]));
    const float inverse = largest == 0 ? 0 : kLevels / largest;
    std::int32_t sum = 0;
    for (std::int64_t i = 0; i < weight.columns; ++i) {
      result.values.push_back(static_cast<std::int8_t>(std::nearbyint(row[i] * inverse)));
      sum += result.values.back();
    }
    result.scales.push_back(largest / kLevels);
    result.sums.push_back(sum);
  }
  return result;
}

}  // namespace signalbox::tensor
