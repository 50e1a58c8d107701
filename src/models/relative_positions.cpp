#include "models/relative_positions.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace signalbox::models {

std::int64_t RelativePositions::bucket_of(std::int64_t distance) const {
  const std::int64_t middle = buckets / 2;
  if (buckets == 0 || std::abs(distance) <= middle) return distance;
  const float nearness = std::log(static_cast<float>(std::abs(distance)) / static_cast<float>(middle));
  const float whole = std::log(static_cast<float>(static_cast<double>(furthest - 1) / static_cast<double>(middle)));
  const float steps = std::ceil(nearness / whole * static_cast<float>(middle - 1));
  const std::int64_t bucket = static_cast<std::int64_t>(steps) + middle;
  return distance < 0 ? -bucket : bucket;
}

std::vector<std::int32_t> RelativePositions::rows(std::int64_t length) const {
  std::vector<std::int32_t> rows;
  for (std::int64_t distance = 1 - length; distance < length; ++distance) {
    rows.push_back(
        static_cast<std::int32_t>(std::clamp<std::int64_t>(bucket_of(distance) + span(), 0, 2 * span() - 1)));
  }
  return rows;
}

}  // namespace signalbox::models
