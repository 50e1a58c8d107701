#include "models/qwen3.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

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
using tensor::Linear;
using tensor::WeightScope;

struct Layer {
  Layer(const WeightScope& scope, const EncoderConfig& c, const Rotary& angles, Arithmetic a)
      : attention{.heads = c.heads, .key_value_heads = c.key_value_heads, .dimension = c.head_dimension, .after = 0},
        rotary(angles),
        attention_norm(scope.scope("input_layernorm"), c.hidden, c.epsilon),
        query_norm(scope.scope("self_attn.q_norm"), c.head_dimension, c.epsilon),
        key_norm(scope.scope("self_attn.k_norm"), c.head_dimension, c.epsilon),
        qkv(stacked_linear(scope.scope("self_attn"),
                           {{"q_proj", c.heads * c.head_dimension},
                            {"k_proj", c.key_value_heads * c.head_dimension},
                            {"v_proj", c.key_value_heads * c.head_dimension}},
                           c.hidden, a, Bias::none)),
        output(linear(scope.scope("self_attn.o_proj"), c.heads * c.head_dimension, c.hidden, Epilogue::add, a,
                      Bias::none)),
        norm(scope.scope("post_attention_layernorm"), c.hidden, c.epsilon),
        up(stacked_linear(scope.scope("mlp"), {{"gate_proj", c.intermediate}, {"up_proj", c.intermediate}}, c.hidden, a,
                          Bias::none)),
        down(linear(scope.scope("mlp.down_proj"), c.intermediate, c.hidden, Epilogue::add, a, Bias::none)) {}

  void project(const PackedBatch& batch, EncoderWorkspace& w, const Piece& piece, EncoderScratch& scratch) const {
    float* const normed = scratch.normed.data();
    std::copy_n(w.hidden.data() + piece.first * qkv.in(), piece.rows * qkv.in(), normed);
    attention_norm(normed, piece.rows);
    float* row = w.qkv.data() + piece.first * qkv.out();
    scratch.runner.run(qkv, normed, piece.rows, row);
    for (std::int64_t t = piece.first; t < piece.first + piece.rows; ++t, row += qkv.out()) {
      query_norm(row, attention.heads);
      key_norm(row + attention.heads * attention.dimension, attention.key_value_heads);
      rotary(row, attention.heads + attention.key_value_heads, batch.position_of(static_cast<std::size_t>(t)));
    }
  }

  void attend(const PackedBatch& batch, EncoderWorkspace& w) const { models::attend(attention, batch, w); }

  void feed_forward(EncoderWorkspace& w, const Piece& piece, EncoderScratch& scratch) const {
    float* const hidden = w.hidden.data() + piece.first * output.out();
    scratch.runner.run(output, w.context.data() + piece.first * output.in(), piece.rows, hidden);
    std::copy_n(hidden, piece.rows * output.out(), scratch.normed.data());
    norm(scratch.normed.data(), piece.rows);
    scratch.runner.run(up, scratch.normed.data(), piece.rows, scratch.inner.data());
    tensor::vector_kernels().gate(tensor::Gate::silu, scratch.inner.data(), piece.rows, down.in());
    scratch.runner.run(down, scratch.inner.data(), piece.rows, hidden);
  }

  AttentionShape attention;
  const Rotary& rotary;
  RmsNorm attention_norm, query_norm, key_norm;
  Linear qkv, output;
  RmsNorm norm;
  Linear up, down;
};

class Qwen3 final : public TextEncoder {
 public:
  Qwen3(const EncoderConfig& config, const WeightScope& scope, Arithmetic arithmetic)
      : config_(config),
        rotary_(static_cast<const Qwen3Config&>(*config.own).theta, config.head_dimension, config.positions),
        words_(scope.matrix("embed_tokens.weight", config.vocabulary, config.hidden)),
        norm_(scope.scope("norm"), config.hidden, config.epsilon) {
    for (std::int64_t i = 0; i < config.layers; ++i) {
      layers_.emplace_back(scope.scope("layers").scope(std::to_string(i)), config, rotary_, arithmetic);
    }
  }

  const EncoderConfig& config() const override { return config_; }

  bool encode(const PackedBatch& batch, EncoderWorkspace& w, const PassOptions& options) const override {
    const auto rows_of = [&](const Piece& piece) { return w.hidden.data() + piece.first * config_.hidden; };
    return run_pass(
        config_.hidden, layers_, batch, w, options,
        [&](const Piece& piece) { gather(words_, batch, piece.first, piece.rows, rows_of(piece)); },
        [&](const Piece& piece) { norm_(rows_of(piece), piece.rows); });
  }

 private:
  EncoderConfig config_;
  Rotary rotary_;
  tensor::Matrix words_;
  RmsNorm norm_;
  std::vector<Layer> layers_;
};

void refuse_other_ways(const JsonObject& config) {
  if (config.text_or("hidden_act", "silu") != "silu") {
    config.refuse("hidden_act", "is not silu, the only one that is supported");
  }
  for (const char* const key : {"attention_bias", "use_sliding_window"}) {
    if (config.flag_or(key, false)) config.refuse(key, "is true, which is not supported");
  }
  if (!config.has("layer_types")) return;
  for (const std::string& type : config.texts("layer_types")) {
    if (type != "full_attention") {
      config.refuse("layer_types", fmt::format("holds \"{}\"; full_attention alone is supported", type.substr(0, 32)));
    }
  }
}

}  // namespace

EncoderConfig read_qwen3_config(const JsonObject& config) {
  EncoderConfig encoder = read_sizes(config);
  encoder.up_width = 2 * encoder.intermediate;
  encoder.head_dimension = config.has("head_dim") ? config.integer("head_dim", 1, 1024) : 128;
  if (config.has("num_key_value_heads")) encoder.key_value_heads = config.integer("num_key_value_heads", 1, 1024);
  if (encoder.heads % encoder.key_value_heads != 0) {
    config.refuse("num_key_value_heads", "does not divide num_attention_heads");
  }
  check_head_dimension(config, "head_dim", encoder);
  encoder.epsilon = static_cast<float>(config.number_or("rms_norm_eps", 1e-6, 0, 1));
  refuse_other_ways(config);
  auto own = std::make_shared<Qwen3Config>();
  own->theta = read_theta(config, "", "rope_theta", own->theta);
  encoder.own = std::move(own);
  return encoder;
}

bool is_harmless_in_qwen3(std::string_view tensor) {
  return tensor.starts_with("lm_head.");
}

std::unique_ptr<TextEncoder> make_qwen3(const EncoderConfig& config, const tensor::Weights& weights,
                                        Arithmetic arithmetic) {
  const bool nested = weights.scope("model").has("embed_tokens.weight");
  return std::make_unique<Qwen3>(config, weights.scope(nested ? "model" : ""), arithmetic);
}

std::unique_ptr<ClassificationHead> make_qwen3_head(ClassifierTask task, const EncoderConfig& config,
                                                    const tensor::Weights& weights, std::size_t labels) {
  const bool tokens = task == ClassifierTask::token;
  Dense last = label_layer(weights.scope("score"), config.hidden, labels, tokens);
  return tokens ? each_token_head(std::nullopt, std::move(last))
                : pooled_head(HeadPooling::last, std::nullopt, std::move(last));
}

}  // namespace signalbox::models
