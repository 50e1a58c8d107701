#include "models/bert.h"

#include <string>
#include <utility>

#include "models/encoder_attention.h"
#include "models/encoder_config.h"
#include "models/encoder_parts.h"
#include "models/encoder_pass.h"
#include "tensor/kernels.h"

namespace signalbox::models {
namespace {

using tensor::Arithmetic;
using tensor::Epilogue;
using tensor::Linear;
using tensor::Matrix;
using tensor::WeightScope;

struct Embeddings {
  Embeddings(const WeightScope& scope, const EncoderConfig& c, const BertPositions& p)
      : padding(p.padding),
        words(scope.matrix("word_embeddings.weight", c.vocabulary, c.hidden)),
        positions(scope.matrix("position_embeddings.weight", p.rows, c.hidden)),
        types(scope.matrix("token_type_embeddings.weight", c.types, c.hidden)),
        norm(scope.scope("LayerNorm"), c) {}

  void operator()(const PackedBatch& batch, std::int64_t first, std::int64_t rows, float* hidden) const {
    const std::int64_t width = words.columns;
    for (std::int64_t t = first; t < first + rows; ++t) {
      const auto token = static_cast<std::size_t>(t);
      tensor::vector_kernels().add3(row(words, batch.ids[token]), row(positions, position_of(batch, token)),
                                    row(types, batch.types[token]), width, hidden + t * width);
    }
    norm(hidden + first * width, rows);
  }

  std::uint32_t position_of(const PackedBatch& batch, std::size_t token) const {
    const std::uint32_t before = batch.position_of(token);
    if (!padding) return before;
    if (batch.ids[token] == *padding) return *padding;
    const auto counted = batch.ids.subspan(token - before, before);
    return *padding + 1 + before - static_cast<std::uint32_t>(std::ranges::count(counted, *padding));
  }

  static const float* row(const Matrix& table, std::uint32_t index) {
    return table.values.data() + static_cast<std::int64_t>(index) * table.columns;
  }

  std::optional<std::uint32_t> padding;
  Matrix words, positions, types;
  LayerNorm norm;
};

struct Layer {
  Layer(const WeightScope& scope, const EncoderConfig& c, Arithmetic a)
      : attention{.heads = c.heads, .key_value_heads = c.heads, .dimension = c.head_dimension},
        qkv(stacked_linear(scope.scope("attention.self"), {"query", "key", "value"}, c.hidden, c.hidden, a)),
        output(linear(scope.scope("attention.output.dense"), c.hidden, c.hidden, Epilogue::add, a)),
        attention_norm(scope.scope("attention.output.LayerNorm"), c),
        up(linear(scope.scope("intermediate.dense"), c.hidden, c.intermediate, epilogue_of(c.activation), a)),
        down(linear(scope.scope("output.dense"), c.intermediate, c.hidden, Epilogue::add, a)),
        norm(scope.scope("output.LayerNorm"), c) {}

  void project(const PackedBatch&, EncoderWorkspace& w, const Piece& piece, EncoderScratch& scratch) const {
    scratch.runner.run(qkv, w.hidden.data() + piece.first * qkv.in(), piece.rows,
                       w.qkv.data() + piece.first * qkv.out());
  }

  void attend(const PackedBatch& batch, EncoderWorkspace& w) const { models::attend(attention, batch, w); }

  void feed_forward(EncoderWorkspace& w, const Piece& piece, EncoderScratch& scratch) const {
    float* const hidden = w.hidden.data() + piece.first * output.out();
    scratch.runner.run(output, w.context.data() + piece.first * output.in(), piece.rows, hidden);
    attention_norm(hidden, piece.rows);
    scratch.runner.run(up, hidden, piece.rows, scratch.inner.data());
    scratch.runner.run(down, scratch.inner.data(), piece.rows, hidden);
    norm(hidden, piece.rows);
  }

  AttentionShape attention;
  Linear qkv, output;
  LayerNorm attention_norm;
  Linear up, down;
  LayerNorm norm;
};

class Bert final : public TextEncoder {
 public:
  Bert(const BertPositions& positions, const EncoderConfig& config, const WeightScope& scope, Arithmetic arithmetic)
      : config_(config), embeddings_(scope.scope("embeddings"), config, positions) {
    const WeightScope layers = scope.scope("encoder.layer");
    for (std::int64_t i = 0; i < config.layers; ++i) {
      layers_.emplace_back(layers.scope(std::to_string(i)), config, arithmetic);
    }
  }

  const EncoderConfig& config() const override { return config_; }

  bool encode(const PackedBatch& batch, EncoderWorkspace& workspace, const PassOptions& options) const override {
    return run_pass(
        config_.hidden, layers_, batch, workspace, options,
        [&](const Piece& piece) { embeddings_(batch, piece.first, piece.rows, workspace.hidden.data()); },
        [](const Piece&) {});
  }

 private:
  EncoderConfig config_;
  Embeddings embeddings_;
  std::vector<Layer> layers_;
};

// A bare model is saved without the prefix that one with a head has.
std::string prefix_of(const tensor::Weights& weights) {
  return weights.scope("bert").has("embeddings.word_embeddings.weight") ? "bert" : "";
}

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
  return make_bert_with({.rows = config.positions}, config, weights.scope(prefix_of(weights)), arithmetic);
}

std::unique_ptr<TextEncoder> make_bert_with(const BertPositions& positions, const EncoderConfig& config,
                                            const WeightScope& scope, Arithmetic arithmetic) {
  return std::make_unique<Bert>(positions, config, scope, arithmetic);
}

std::unique_ptr<ClassificationHead> make_bert_head(ClassifierTask task, const EncoderConfig& config,
                                                   const tensor::Weights& weights, std::size_t labels) {
  Dense last = label_layer(weights.scope("classifier"), config.hidden, labels);
  if (task == ClassifierTask::token) return each_token_head(std::nullopt, std::move(last));
  return pooled_head(
      HeadPooling::first,
      HeadTransform{Dense(weights.scope(prefix_of(weights)).scope("pooler.dense"), config.hidden, config.hidden),
                    HeadActivation::tanh},
      std::move(last));
}

}  // namespace signalbox::models
