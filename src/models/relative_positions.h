// The log buckets of DeBERTa's relative positions: near distances each have one of their own, far ones share.
//
// Source: transformers' make_log_bucket_position(), in its arithmetic (fp32), so that a distance at the edge of two
// buckets falls into the same one. Pure; used at load.
#pragma once

#include <cstdint>
#include <vector>

namespace signalbox::models {

struct RelativePositions {
  std::int64_t buckets = 0;  // 0: each distance has its own
  std::int64_t furthest = 0;
  // Half of the rows of the table of relative positions.
  std::int64_t span() const { return buckets > 0 ? buckets : furthest; }
  // The bucket of query minus key, -span .. span.
  std::int64_t bucket_of(std::int64_t distance) const;
  // [2 length - 1]: the row of the table for the distances -(length - 1) .. length - 1.
  std::vector<std::int32_t> rows(std::int64_t length) const;
};

}  // namespace signalbox::models
