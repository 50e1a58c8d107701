// Attention over the queries, keys and values that an encoder keeps side by side in its workspace. Internal to models/.
//
// Any architecture whose scores are products of queries and keys. Shared by the threads of a pass.
#pragma once

#include <cstdint>

#include "models/encoder.h"
#include "tensor/attention.h"

namespace signalbox::models {

// A row of `qkv` holds the heads of the query, then those of the key, then those of the value.
struct AttentionShape {
  std::int64_t heads = 0;
  std::int64_t key_value_heads = 0;  // divides heads: so many queries in a row share one (Ainslie et al., GQA, 2023)
  std::int64_t dimension = 0;
  std::int64_t before = tensor::kEveryKey;  // keys that a query sees, besides its own
  std::int64_t after = tensor::kEveryKey;
  std::int64_t padding = 0;  // numbers of `dimension` that are zeros and do not count for the scale

  std::int64_t qkv_width() const { return (heads + 2 * key_value_heads) * dimension; }
};

// From workspace.qkv to workspace.context, every head of every sequence by itself.
void attend(const AttentionShape& shape, const PackedBatch& batch, EncoderWorkspace& workspace);

}  // namespace signalbox::models
