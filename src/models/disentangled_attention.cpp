#include "models/disentangled_attention.h"

#include <algorithm>
#include <cmath>

#include "tensor/attention.h"
#include "tensor/kernels.h"

namespace signalbox::models {
namespace {

using tensor::Linear;
using tensor::Matrix;
using tensor::WeightScope;

std::int64_t up_to(std::int64_t n, std::int64_t step) {
  return (n + step - 1) / step * step;
}

std::int64_t padded(std::int64_t rows) {
  return up_to(rows, Linear::kRowStep);
}

constexpr std::int64_t kAlignment = 16;  // floats of a cache line

std::int64_t floats_of(std::int64_t length, std::int64_t dimension, std::int64_t span) {
  return kAlignment + up_to(length * length, kAlignment) + padded(length) * (dimension + 4 * span);
}

// The table through a layer's projection, cut into heads: for each, a product whose outputs are the positions.
std::vector<Linear> projected(const WeightScope& projection, const Matrix& table, std::int64_t heads) {
  const std::int64_t width = table.columns, dimension = width / heads;
  const Linear project(projection.matrix("weight", width, width), projection.vector("bias", width),
                       tensor::Epilogue::none);
  std::vector<float> all(static_cast<std::size_t>(padded(table.rows) * width));
  std::vector<float> from(all.size());
  std::ranges::copy(table.values, from.begin());
  tensor::LinearRunner().run(project, from.data(), table.rows, all.data());
  std::vector<Linear> products;
  const std::vector<float> none(static_cast<std::size_t>(table.rows), 0.0F);
  for (std::int64_t head = 0; head < heads; ++head) {
    Matrix of_head{table.rows, dimension, {}};
    for (std::int64_t position = 0; position < table.rows; ++position) {
      const auto first = all.begin() + position * width + head * dimension;
      of_head.values.insert(of_head.values.end(), first, first + dimension);
    }
    products.emplace_back(of_head, none, tensor::Epilogue::none);
  }
  return products;
}

}  // namespace

// What a head needs besides what the kernel does, behind the kernel's own.
struct DisentangledAttention::Memory {
  Memory(float* at, std::int64_t length, std::int64_t dimension, std::int64_t span)
      : bias(at),
        dense(bias + up_to(length * length, kAlignment)),
        of_query(dense + padded(length) * dimension),
        of_key(of_query + padded(length) * 2 * span) {}

  float* bias;      // [length, length]
  float* dense;     // [length, dimension]: a head's queries or keys
  float* of_query;  // [length, 2 span]: queries with the positions' keys
  float* of_key;    // [length, 2 span]: keys with the positions' queries
};

std::int64_t DebertaConfig::scratch(std::int64_t tokens) const {
  return floats_of(tokens, head_dimension, relative.span());
}

DisentangledAttention::DisentangledAttention(const WeightScope& scope, const EncoderConfig& config,
                                             const DebertaConfig& own, const Matrix& table)
    : heads_(config.heads),
      dimension_(config.head_dimension),
      span_(own.relative.span()),
      longest_(config.positions),
      rows_(own.relative.rows(config.positions)) {
  const int parts = 1 + (own.content_to_position ? 1 : 0) + (own.position_to_content ? 1 : 0);
  scale_ = 1.0F / std::sqrt(static_cast<float>(dimension_ * parts));
  if (own.content_to_position) {
    const WeightScope keys = scope.scope(own.share_projections ? "key_proj" : "pos_key_proj");
    position_keys_ = projected(keys, table, heads_);
  }
  if (own.position_to_content) {
    const WeightScope queries = scope.scope(own.share_projections ? "query_proj" : "pos_query_proj");
    position_queries_ = projected(queries, table, heads_);
  }
}

void DisentangledAttention::operator()(const PackedBatch& batch, EncoderWorkspace& workspace) const {
  workspace.each(batch.sequences() * heads_, [&](std::int64_t item, EncoderScratch& scratch) {
    attend_head(batch, static_cast<std::size_t>(item / heads_), item % heads_, workspace, scratch);
  });
}

void DisentangledAttention::attend_head(const PackedBatch& batch, std::size_t sequence, std::int64_t number,
                                        EncoderWorkspace& w, EncoderScratch& scratch) const {
  const std::int64_t width = heads_ * dimension_, first = batch.starts[sequence];
  tensor::AttentionHead head;
  head.dimension = dimension_;
  head.length = batch.starts[sequence + 1] - first;
  head.stride = 3 * width;
  head.out_stride = width;
  head.scale = scale_;
  head.query = w.qkv.data() + first * head.stride + number * dimension_;
  head.key = head.query + width;
  head.value = head.key + width;
  head.out = w.context.data() + first * width + number * dimension_;
  const Memory memory(scratch.attention.data() + up_to(tensor::attention_scratch(head.length, dimension_), kAlignment),
                      head.length, dimension_, span_);
  fill_bias(number, head, memory, scratch.runner);
  head.bias = memory.bias;
  tensor::vector_kernels().attention(head, scratch.attention.data());
}

// The kernel scales the content's scores; the positions' are scaled here.
void DisentangledAttention::fill_bias(std::int64_t number, const tensor::AttentionHead& head, const Memory& memory,
                                      tensor::LinearRunner& runner) const {
  const auto product = [&](const std::vector<Linear>& positions, const float* rows, float* to) {
    if (positions.empty()) return;
    for (std::int64_t t = 0; t < head.length; ++t) {
      std::copy_n(rows + t * head.stride, dimension_, memory.dense + t * dimension_);
    }
    runner.run(positions[static_cast<std::size_t>(number)], memory.dense, head.length, to);
  };
  product(position_keys_, head.query, memory.of_query);
  product(position_queries_, head.key, memory.of_key);
  const std::int64_t columns = 2 * span_;
  for (std::int64_t query = 0; query < head.length; ++query) {
    const std::int32_t* const row = rows_.data() + longest_ - 1 + query;  // row[-key]: of query minus key
    float* const bias = memory.bias + query * head.length;
    const float* const of_query = memory.of_query + query * columns;
    for (std::int64_t key = 0; key < head.length; ++key) {
      float sum = 0;
      if (!position_keys_.empty()) sum += of_query[row[-key]];
      if (!position_queries_.empty()) sum += memory.of_key[key * columns + row[-key]];
      bias[key] = sum * scale_;
    }
  }
}

}  // namespace signalbox::models
