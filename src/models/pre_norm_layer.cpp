#include "models/pre_norm_layer.h"

#include <algorithm>
#include <vector>

namespace signalbox::models {
namespace {

using tensor::Arithmetic;
using tensor::Epilogue;
using tensor::Linear;
using tensor::Matrix;
using tensor::WeightScope;

// Queries, keys and values as one product, each head filled up.
Linear filled_qkv(const WeightScope& scope, const EncoderConfig& c, Arithmetic arithmetic) {
  const std::int64_t real = c.hidden / c.heads, filled = c.head_dimension;
  Matrix weight{3 * c.heads * filled, c.hidden, {}};
  weight.values.resize(static_cast<std::size_t>(weight.rows * weight.columns));
  std::vector<float> bias(static_cast<std::size_t>(weight.rows));
  std::int64_t to = 0;
  for (const char* const name : {"q_proj", "k_proj", "v_proj"}) {
    const Matrix part = scope.scope(name).matrix("weight", c.hidden, c.hidden);
    const std::vector<float> shift = scope.scope(name).vector("bias", c.hidden);
    for (std::int64_t head = 0; head < c.heads; ++head, to += filled) {
      std::copy_n(part.values.data() + head * real * c.hidden, real * c.hidden, weight.values.data() + to * c.hidden);
      std::copy_n(shift.data() + head * real, real, bias.data() + to);
    }
  }
  return {weight, bias, Epilogue::none, arithmetic};
}

// The product that takes the filled heads.
Linear filled_output(const WeightScope& scope, const EncoderConfig& c, Arithmetic arithmetic) {
  const std::int64_t real = c.hidden / c.heads, filled = c.head_dimension, heads = c.hidden * c.heads;
  const Matrix plain = scope.matrix("weight", c.hidden, c.hidden);
  Matrix weight{c.hidden, c.heads * filled, {}};
  weight.values.resize(static_cast<std::size_t>(heads * filled));
  for (std::int64_t head = 0; head < heads; ++head) {
    std::copy_n(plain.values.data() + head * real, real, weight.values.data() + head * filled);
  }
  return {weight, scope.vector("bias", c.hidden), Epilogue::add, arithmetic};
}

}  // namespace

std::int64_t filled_head(std::int64_t dimension) {
  return (dimension + tensor::kHeadStep - 1) / tensor::kHeadStep * tensor::kHeadStep;
}

PreNormLayer::PreNormLayer(const WeightScope& scope, const EncoderConfig& c, std::int64_t after, Arithmetic a)
    : attention{.heads = c.heads,
                .key_value_heads = c.heads,
                .dimension = c.head_dimension,
                .after = after,
                .padding = c.head_dimension - c.hidden / c.heads},
      attention_norm(scope.scope("layer_norm1"), c),
      qkv(filled_qkv(scope.scope("self_attn"), c, a)),
      output(filled_output(scope.scope("self_attn.out_proj"), c, a)),
      norm(scope.scope("layer_norm2"), c),
      up(linear(scope.scope("mlp.fc1"), c.hidden, c.intermediate, epilogue_of(c.activation), a)),
      down(linear(scope.scope("mlp.fc2"), c.intermediate, c.hidden, Epilogue::add, a)) {}

void PreNormLayer::project(const PackedBatch&, EncoderWorkspace& w, const Piece& piece, EncoderScratch& scratch) const {
  float* const normed = scratch.normed.data();
  std::copy_n(w.hidden.data() + piece.first * qkv.in(), piece.rows * qkv.in(), normed);
  attention_norm(normed, piece.rows);
  scratch.runner.run(qkv, normed, piece.rows, w.qkv.data() + piece.first * qkv.out());
}

void PreNormLayer::feed_forward(EncoderWorkspace& w, const Piece& piece, EncoderScratch& scratch) const {
  const std::int64_t width = output.out();
  float* const hidden = w.hidden.data() + piece.first * width;
  scratch.runner.run(output, w.context.data() + piece.first * output.in(), piece.rows, hidden);
  if (w.between.size() != 0) std::copy_n(hidden, piece.rows * width, w.between.data() + piece.first * width);
  std::copy_n(hidden, piece.rows * width, scratch.normed.data());
  norm(scratch.normed.data(), piece.rows);
  scratch.runner.run(up, scratch.normed.data(), piece.rows, scratch.inner.data());
  scratch.runner.run(down, scratch.inner.data(), piece.rows, hidden);
}

}  // namespace signalbox::models
