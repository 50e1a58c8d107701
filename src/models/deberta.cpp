#include "models/deberta.h"

#include <string>
#include <utility>

#include "models/disentangled_attention.h"
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

const DebertaConfig& own_of(const EncoderConfig& config) {
  return static_cast<const DebertaConfig&>(*config.own);
}

// Of a table that the model does not have: one row of zeros.
Matrix table_or_zeros(const WeightScope& scope, const char* name, std::int64_t rows, std::int64_t width, bool there) {
  if (there) return scope.matrix(name, rows, width);
  return {1, width, std::vector<float>(static_cast<std::size_t>(width), 0.0F)};
}

struct Embeddings {
  Embeddings(const WeightScope& scope, const EncoderConfig& c)
      : words(scope.matrix("word_embeddings.weight", c.vocabulary, c.hidden)),
        positions(
            table_or_zeros(scope, "position_embeddings.weight", c.positions, c.hidden, own_of(c).absolute_positions)),
        types(table_or_zeros(scope, "token_type_embeddings.weight", c.types, c.hidden, c.types > 0)),
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
    return table.values.data() + (table.rows == 1 ? 0 : static_cast<std::int64_t>(index)) * table.columns;
  }

  Matrix words, positions, types;
  LayerNorm norm;
};

struct Layer {
  Layer(const WeightScope& scope, const EncoderConfig& c, const Matrix& positions, Arithmetic a)
      : qkv(stacked_linear(scope.scope("attention.self"), {"query_proj", "key_proj", "value_proj"}, c.hidden, c.hidden,
                           a)),
        attend(scope.scope("attention.self"), c, own_of(c), positions),
        output(linear(scope.scope("attention.output.dense"), c.hidden, c.hidden, Epilogue::add, a)),
        attention_norm(scope.scope("attention.output.LayerNorm"), c),
        up(linear(scope.scope("intermediate.dense"), c.hidden, c.intermediate, epilogue_of(c.activation), a)),
        down(linear(scope.scope("output.dense"), c.intermediate, c.hidden, Epilogue::add, a)),
        norm(scope.scope("output.LayerNorm"), c) {}

  void project(const PackedBatch&, EncoderWorkspace& w, const Piece& piece, EncoderScratch& scratch) const {
    scratch.runner.run(qkv, w.hidden.data() + piece.first * qkv.in(), piece.rows,
                       w.qkv.data() + piece.first * qkv.out());
  }

  void feed_forward(EncoderWorkspace& w, const Piece& piece, EncoderScratch& scratch) const {
    float* const hidden = w.hidden.data() + piece.first * output.out();
    scratch.runner.run(output, w.context.data() + piece.first * output.in(), piece.rows, hidden);
    attention_norm(hidden, piece.rows);
    scratch.runner.run(up, hidden, piece.rows, scratch.inner.data());
    scratch.runner.run(down, scratch.inner.data(), piece.rows, hidden);
    norm(hidden, piece.rows);
  }

  Linear qkv;
  DisentangledAttention attend;
  Linear output;
  LayerNorm attention_norm;
  Linear up, down;
  LayerNorm norm;
};

// The table of relative positions as the layers use it.
Matrix relative_table(const WeightScope& encoder, const EncoderConfig& config) {
  const DebertaConfig& own = own_of(config);
  Matrix table = encoder.matrix("rel_embeddings.weight", 2 * own.relative.span(), config.hidden);
  if (own.normalised_positions) LayerNorm(encoder.scope("LayerNorm"), config)(table.values.data(), table.rows);
  return table;
}

class Deberta final : public TextEncoder {
 public:
  Deberta(const EncoderConfig& config, const WeightScope& scope, Arithmetic arithmetic)
      : config_(config), embeddings_(scope.scope("embeddings"), config) {
    const WeightScope encoder = scope.scope("encoder");
    const Matrix positions = relative_table(encoder, config);
    for (std::int64_t i = 0; i < config.layers; ++i) {
      layers_.emplace_back(encoder.scope("layer").scope(std::to_string(i)), config, positions, arithmetic);
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

}  // namespace

// transformers leaves out position_embeddings, too, where they are not used.
bool is_harmless_in_deberta(std::string_view tensor) {
  return tensor.find("pooler.") != std::string_view::npos || tensor.starts_with("cls.") ||
         tensor.starts_with("lm_predictions.") || tensor.starts_with("mask_predictions.") ||
         tensor.ends_with("embeddings.position_ids") || tensor.ends_with("embeddings.position_embeddings.weight");
}

std::unique_ptr<TextEncoder> make_deberta(const EncoderConfig& config, const tensor::Weights& weights,
                                          Arithmetic arithmetic) {
  const bool nested = weights.scope("deberta").has("embeddings.word_embeddings.weight");
  return std::make_unique<Deberta>(config, weights.scope(nested ? "deberta" : ""), arithmetic);
}

std::unique_ptr<ClassificationHead> make_deberta_head(ClassifierTask task, const EncoderConfig& config,
                                                      const tensor::Weights& weights, std::size_t labels) {
  Dense last = label_layer(weights.scope("classifier"), config.hidden, labels);
  if (task == ClassifierTask::token) return each_token_head(std::nullopt, std::move(last));
  return pooled_head(HeadPooling::first,
                     HeadTransform{Dense(weights.scope("pooler.dense"), config.hidden, config.hidden),
                                   head_activation(own_of(config).pooler_activation)},
                     std::move(last));
}

}  // namespace signalbox::models
