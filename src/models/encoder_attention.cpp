#include "models/encoder_attention.h"

#include <cmath>

#include "tensor/kernels.h"

namespace signalbox::models {
namespace {

void attend_head(const AttentionShape& shape, const PackedBatch& batch, std::int64_t sequence, std::int64_t number,
                 EncoderWorkspace& w, EncoderScratch& scratch) {
  const auto s = static_cast<std::size_t>(sequence);
  const std::int64_t first = batch.starts[s];
  const std::int64_t shared = number / (shape.heads / shape.key_value_heads);
  const float* const row = w.qkv.data() + first * shape.qkv_width();
  tensor::AttentionHead head;
  head.dimension = shape.dimension;
  head.length = batch.starts[s + 1] - first;
  head.stride = shape.qkv_width();
  head.out_stride = shape.heads * shape.dimension;
  head.scale = 1.0F / std::sqrt(static_cast<float>(shape.dimension - shape.padding));
  head.before = shape.before;
  head.after = shape.after;
  head.query = row + number * shape.dimension;
  head.key = row + (shape.heads + shared) * shape.dimension;
  head.value = head.key + shape.key_value_heads * shape.dimension;
  head.out = w.context.data() + first * head.out_stride + number * shape.dimension;
  tensor::vector_kernels().attention(head, scratch.attention.data());
}

}  // namespace

void attend(const AttentionShape& shape, const PackedBatch& batch, EncoderWorkspace& workspace) {
  workspace.each(batch.sequences() * shape.heads, [&](std::int64_t item, EncoderScratch& scratch) {
    attend_head(shape, batch, item / shape.heads, item % shape.heads, workspace, scratch);
  });
}

}  // namespace signalbox::models
