#include "models/bert.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>

#include "models/encoder_config.h"
#include "models/encoder_parts.h"
#include "tensor/kernels.h"

namespace signalbox::models {
namespace {

using tensor::Arithmetic;
using tensor::Epilogue;
using tensor::Linear;
using tensor::Matrix;
using tensor::WeightScope;

struct Embeddings {
  Embeddings(const WeightScope& scope, const EncoderConfig& c)
      : words(scope.matrix("word_embeddings.weight", c.vocabulary, c.hidden)),
        positions(scope.matrix("position_embeddings.weight", c.positions, c.hidden)),
        types(scope.matrix("token_type_embeddings.weight", c.types, c.hidden)),
        norm(scope.scope("LayerNorm"), c) {}

  void operator()(const PackedBatch& batch, std::int64_t first, std::int64_t rows, float* hidden) const {
    const std::int64_t width = words.columns;
    for (std::int64_t t = first; t < first + rows; ++t) {
      const auto token = static_cast<std::size_t>(t);
      tensor::vector_kernels().add3(row(words, batch.ids[token]), row(positions, batch.position_of(token)),
                                    row(types, batch.types[token]), width, hidden + t * width);
    }
    norm(hidden + first * width, rows);
  }

  static const float* row(const Matrix& table, std::uint32_t index) {
    return table.values.data() + static_cast<std::int64_t>(index) * table.columns;
  }

  Matrix words, positions, types;
  LayerNorm norm;
};

struct Layer {
  Layer(const WeightScope& scope, const EncoderConfig& c, Arithmetic a)
      : heads(c.heads),
        qkv(stacked_linear(scope.scope("attention.self"), {"query", "key", "value"}, c.hidden, c.hidden, a)),
        output(linear(scope.scope("attention.output.dense"), c.hidden, c.hidden, Epilogue::add, a)),
        attention_norm(scope.scope("attention.output.LayerNorm"), c),
        up(linear(scope.scope("intermediate.dense"), c.hidden, c.intermediate, epilogue_of(c.activation), a)),
        down(linear(scope.scope("output.dense"), c.intermediate, c.hidden, Epilogue::add, a)),
        norm(scope.scope("output.LayerNorm"), c) {}

  // Queries, keys and values of some rows.
  void project(EncoderWorkspace& w, std::int64_t first, std::int64_t rows, EncoderScratch& scratch) const {
    scratch.runner.run(qkv, w.hidden.data() + first * qkv.in(), rows, w.qkv.data() + first * qkv.out());
  }

  // Every head of every sequence by itself.
  void attend(const PackedBatch& batch, EncoderWorkspace& w) const {
    w.each(batch.sequences() * heads, [&](std::int64_t item, EncoderScratch& scratch) {
      attend_head(batch, static_cast<std::size_t>(item / heads), item % heads, w, scratch);
    });
  }

  void attend_head(const PackedBatch& batch, std::size_t sequence, std::int64_t number, EncoderWorkspace& w,
                   EncoderScratch& scratch) const {
    const std::int64_t width = output.in(), first = batch.starts[sequence];
    tensor::AttentionHead head;
    head.dimension = width / heads;
    head.length = batch.starts[sequence + 1] - first;
    head.stride = 3 * width;
    head.out_stride = width;
    head.scale = 1.0F / std::sqrt(static_cast<float>(head.dimension));
    head.query = w.qkv.data() + first * head.stride + number * head.dimension;
    head.key = head.query + width;
    head.value = head.key + width;
    head.out = w.context.data() + first * width + number * head.dimension;
    tensor::vector_kernels().attention(head, scratch.attention.data());
  }

  // What follows attention goes row by row.
  void feed_forward(EncoderWorkspace& w, std::int64_t first, std::int64_t rows, EncoderScratch& scratch) const {
    float* const hidden = w.hidden.data() + first * output.out();
    scratch.runner.run(output, w.context.data() + first * output.in(), rows, hidden);
    attention_norm(hidden, rows);
    scratch.runner.run(up, hidden, rows, scratch.inner.data());
    scratch.runner.run(down, scratch.inner.data(), rows, hidden);
    norm(hidden, rows);
  }

  std::int64_t heads;
  Linear qkv, output;
  LayerNorm attention_norm;
  Linear up, down;
  LayerNorm norm;
};

class Bert final : public TextEncoder {
 public:
  Bert(const EncoderConfig& config, const WeightScope& scope, Arithmetic arithmetic)
      : config_(config), embeddings_(scope.scope("embeddings"), config) {
    const WeightScope layers = scope.scope("encoder.layer");
    for (std::int64_t i = 0; i < config.layers; ++i) {
      layers_.emplace_back(layers.scope(std::to_string(i)), config, arithmetic);
    }
  }

  const EncoderConfig& config() const override { return config_; }

  bool encode(const PackedBatch& batch, EncoderWorkspace& workspace, const PassOptions& options) const override {
    if (batch.tokens() > workspace.max_tokens) throw std::length_error("more tokens than the workspace has room for");
    const std::span<const float> hidden(workspace.hidden.data(),
                                        static_cast<std::size_t>(batch.tokens() * config_.hidden));
    // A step is what goes row by row, from one attention to the next: a piece of rows passes through all of it while it
    // is in the cache.
    workspace.each_piece(batch.tokens(), [&](std::int64_t first, std::int64_t rows, EncoderScratch& scratch) {
      embeddings_(batch, first, rows, workspace.hidden.data());
      layers_.front().project(workspace, first, rows, scratch);
    });
    if (options.observe) options.observe(0, hidden);
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      if (options.go_on && !options.go_on()) return false;
      layers_[i].attend(batch, workspace);
      workspace.each_piece(batch.tokens(), [&](std::int64_t first, std::int64_t rows, EncoderScratch& scratch) {
        layers_[i].feed_forward(workspace, first, rows, scratch);
        if (i + 1 < layers_.size()) layers_[i + 1].project(workspace, first, rows, scratch);
      });
      if (options.observe) options.observe(static_cast<std::int64_t>(i) + 1, hidden);
    }
    return true;
  }

 private:
  EncoderConfig config_;
  Embeddings embeddings_;
  std::vector<Layer> layers_;
};

}  // namespace

EncoderConfig read_bert_config(const JsonObject& config) {
  EncoderConfig encoder = read_sizes(config);
  encoder.types = config.integer("type_vocab_size", 0, 64);
  encoder.activation = read_activation(config, "hidden_act", "gelu");
  encoder.epsilon = static_cast<float>(config.number_or("layer_norm_eps", 1e-12, 0, 1));
  if (config.text_or("position_embedding_type", "absolute") != "absolute") {
    config.refuse("position_embedding_type", "is not absolute, the only kind that is supported");
  }
  if (config.flag_or("is_decoder", false)) config.refuse("is_decoder", "is true: this is no encoder");
  check_heads(config, encoder);
  return encoder;
}

bool is_harmless_in_bert(std::string_view tensor) {
  return tensor.find("pooler.") != std::string_view::npos || tensor.starts_with("cls.") ||
         tensor.ends_with("embeddings.position_ids");
}

std::unique_ptr<TextEncoder> make_bert(const EncoderConfig& config, const tensor::Weights& weights,
                                       Arithmetic arithmetic) {
  const bool nested = weights.scope("bert").has("embeddings.word_embeddings.weight");
  return std::make_unique<Bert>(config, weights.scope(nested ? "bert" : ""), arithmetic);
}

std::unique_ptr<ClassificationHead> make_bert_head(ClassifierTask task, const EncoderConfig& config,
                                                   const tensor::Weights& weights, std::size_t labels) {
  Dense last = label_layer(weights.scope("classifier"), config.hidden, labels);
  if (task == ClassifierTask::token) return each_token_head(std::move(last));
  return first_token_head({weights.scope("bert.pooler.dense"), config.hidden, config.hidden}, HeadActivation::tanh,
                          std::move(last));
}

}  // namespace signalbox::models
