#include "models/modernbert.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "models/encoder_attention.h"
#include "models/encoder_config.h"
#include "models/encoder_parts.h"
#include "models/encoder_pass.h"
#include "models/rotary.h"
#include "tensor/kernels.h"

namespace signalbox::models {
namespace {

using tensor::Arithmetic;
using tensor::Epilogue;
using tensor::Gate;
using tensor::Linear;
using tensor::WeightScope;

const ModernBertConfig& own(const EncoderConfig& c) {
  return static_cast<const ModernBertConfig&>(*c.own);
}

struct Layer {
  // The first layer gets what the embeddings have normalised already.
  Layer(const WeightScope& scope, const EncoderConfig& c, std::size_t number, const Rotary& angles, Arithmetic a)
      : attention{.heads = c.heads, .key_value_heads = c.heads, .dimension = c.head_dimension},
        rotary(angles),
        gate(c.activation == Activation::gelu_tanh ? Gate::gelu_tanh : Gate::gelu_erf),
        qkv(linear(scope.scope("attn.Wqkv"), c.hidden, 3 * c.hidden, Epilogue::none, a, Bias::none)),
        output(linear(scope.scope("attn.Wo"), c.hidden, c.hidden, Epilogue::add, a, Bias::none)),
        norm(scope.scope("mlp_norm"), c, Bias::none),
        up(linear(scope.scope("mlp.Wi"), c.hidden, c.up_width, Epilogue::none, a, Bias::none)),
        down(linear(scope.scope("mlp.Wo"), c.intermediate, c.hidden, Epilogue::add, a, Bias::none)) {
    if (number > 0) attention_norm.emplace(scope.scope("attn_norm"), c, Bias::none);
    if (!own(c).is_global[number]) attention.before = attention.after = own(c).window;
  }

  void project(const PackedBatch& batch, EncoderWorkspace& w, const Piece& piece, EncoderScratch& scratch) const {
    const float* from = w.hidden.data() + piece.first * qkv.in();
    if (attention_norm) {
      std::copy_n(from, piece.rows * qkv.in(), scratch.normed.data());
      (*attention_norm)(scratch.normed.data(), piece.rows);
      from = scratch.normed.data();
    }
    float* row = w.qkv.data() + piece.first * qkv.out();
    scratch.runner.run(qkv, from, piece.rows, row);
    for (std::int64_t t = piece.first; t < piece.first + piece.rows; ++t, row += qkv.out()) {
      rotary(row, 2 * attention.heads, batch.position_of(static_cast<std::size_t>(t)));  // queries, then keys
    }
  }

  void attend(const PackedBatch& batch, EncoderWorkspace& w) const { models::attend(attention, batch, w); }

  void feed_forward(EncoderWorkspace& w, const Piece& piece, EncoderScratch& scratch) const {
    float* const hidden = w.hidden.data() + piece.first * output.out();
    scratch.runner.run(output, w.context.data() + piece.first * output.in(), piece.rows, hidden);
    std::copy_n(hidden, piece.rows * output.out(), scratch.normed.data());
    norm(scratch.normed.data(), piece.rows);
    scratch.runner.run(up, scratch.normed.data(), piece.rows, scratch.inner.data());
    tensor::vector_kernels().gate(gate, scratch.inner.data(), piece.rows, down.in());
    scratch.runner.run(down, scratch.inner.data(), piece.rows, hidden);
  }

  AttentionShape attention;
  const Rotary& rotary;
  Gate gate;
  std::optional<LayerNorm> attention_norm;
  Linear qkv, output;
  LayerNorm norm;
  Linear up, down;
};

class ModernBert final : public TextEncoder {
 public:
  ModernBert(const EncoderConfig& config, const WeightScope& scope, Arithmetic arithmetic)
      : config_(config),
        global_(own(config).global_theta, config.head_dimension, config.positions),
        local_(own(config).local_theta, config.head_dimension, config.positions),
        words_(scope.matrix("embeddings.tok_embeddings.weight", config.vocabulary, config.hidden)),
        first_norm_(scope.scope("embeddings.norm"), config, Bias::none),
        final_norm_(scope.scope("final_norm"), config, Bias::none) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(config.layers); ++i) {
      layers_.emplace_back(scope.scope("layers").scope(std::to_string(i)), config, i,
                           own(config).is_global[i] ? global_ : local_, arithmetic);
    }
  }

  const EncoderConfig& config() const override { return config_; }

  bool encode(const PackedBatch& batch, EncoderWorkspace& w, const PassOptions& options) const override {
    const auto rows_of = [&](const Piece& piece) { return w.hidden.data() + piece.first * config_.hidden; };
    return run_pass(
        config_.hidden, layers_, batch, w, options,
        [&](const Piece& piece) {
          gather(words_, batch, piece.first, piece.rows, rows_of(piece));
          first_norm_(rows_of(piece), piece.rows);
        },
        [&](const Piece& piece) { final_norm_(rows_of(piece), piece.rows); });
  }

 private:
  EncoderConfig config_;
  Rotary global_, local_;
  tensor::Matrix words_;
  LayerNorm first_norm_, final_norm_;
  std::vector<Layer> layers_;
};

// Old files say in which layers attention is global by a step, new ones layer by layer.
std::vector<bool> read_global_layers(const JsonObject& config, std::int64_t layers) {
  std::vector<bool> global;
  if (!config.has("layer_types")) {
    const std::int64_t step =
        config.has("global_attn_every_n_layers") ? config.integer("global_attn_every_n_layers", 1, 512) : 3;
    for (std::int64_t i = 0; i < layers; ++i) global.push_back(i % step == 0);
    return global;
  }
  for (const std::string& type : config.texts("layer_types")) {
    if (type != "full_attention" && type != "sliding_attention") {
      config.refuse("layer_types",
                    fmt::format("holds \"{}\"; known are full_attention and sliding_attention", type.substr(0, 32)));
    }
    global.push_back(type == "full_attention");
  }
  if (static_cast<std::int64_t>(global.size()) != layers) {
    config.refuse("layer_types", fmt::format("has {} entries for {} layers", global.size(), layers));
  }
  return global;
}

void read_classifier(const JsonObject& config, ModernBertConfig& own) {
  const std::string pooling = config.text_or("classifier_pooling", "cls");
  if (pooling != "cls" && pooling != "mean") {
    config.refuse("classifier_pooling", fmt::format("is \"{}\"; known are cls and mean", pooling.substr(0, 32)));
  }
  own.mean_classifier = pooling == "mean";
  own.classifier_bias = config.flag_or("classifier_bias", false);
  own.classifier_activation = read_activation(config, "classifier_activation", "gelu");
}

}  // namespace

EncoderConfig read_modernbert_config(const JsonObject& config) {
  EncoderConfig encoder = read_sizes(config);
  encoder.up_width = 2 * encoder.intermediate;
  encoder.activation = read_activation(config, "hidden_activation", "gelu");
  if (encoder.activation == Activation::relu) config.refuse("hidden_activation", "is relu, which is no gate we know");
  encoder.epsilon = static_cast<float>(config.number_or("norm_eps", 1e-5, 0, 1));
  for (const char* const bias : {"attention_bias", "mlp_bias", "norm_bias"}) {
    if (config.flag_or(bias, false)) config.refuse(bias, "is true, which is not supported");
  }
  auto own = std::make_shared<ModernBertConfig>();
  own->window = (config.has("local_attention") ? config.integer("local_attention", 2, 1 << 20) : 128) / 2;
  own->is_global = read_global_layers(config, encoder.layers);
  own->global_theta = read_theta(config, "full_attention", "global_rope_theta", own->global_theta);
  own->local_theta = read_theta(config, "sliding_attention", "local_rope_theta", own->local_theta);
  read_classifier(config, *own);
  encoder.own = std::move(own);
  check_heads(config, encoder);
  return encoder;
}

bool is_harmless_in_modernbert(std::string_view tensor) {
  return tensor.starts_with("head.") || tensor.starts_with("decoder.");
}

std::unique_ptr<TextEncoder> make_modernbert(const EncoderConfig& config, const tensor::Weights& weights,
                                             Arithmetic arithmetic) {
  const bool nested = weights.scope("model").has("embeddings.tok_embeddings.weight");
  return make_modernbert_in(config, weights.scope(nested ? "model" : ""), arithmetic);
}

std::unique_ptr<TextEncoder> make_modernbert_in(const EncoderConfig& config, const WeightScope& scope,
                                                Arithmetic arithmetic) {
  return std::make_unique<ModernBert>(config, scope, arithmetic);
}

std::unique_ptr<ClassificationHead> make_modernbert_head(ClassifierTask task, const EncoderConfig& config,
                                                         const tensor::Weights& weights, std::size_t labels) {
  const WeightScope head = weights.scope("head");
  HeadTransform transform{Dense(head.scope("dense"), config.hidden, config.hidden, own(config).classifier_bias),
                          head_activation(own(config).classifier_activation),
                          LayerNorm(head.scope("norm"), config, Bias::none)};
  Dense last = label_layer(weights.scope("classifier"), config.hidden, labels);
  if (task == ClassifierTask::token) return each_token_head(std::move(transform), std::move(last));
  const HeadPooling pooling = own(config).mean_classifier ? HeadPooling::mean : HeadPooling::first;
  return pooled_head(pooling, std::move(transform), std::move(last));
}

}  // namespace signalbox::models
