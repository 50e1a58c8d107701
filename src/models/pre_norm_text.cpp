#include "models/pre_norm_text.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "models/encoder_config.h"
#include "models/pre_norm_layer.h"
#include "tensor/kernels.h"

namespace signalbox::models {
namespace {

using tensor::Matrix;
using tensor::WeightScope;

class PreNormText final : public TextEncoder {
 public:
  PreNormText(const EncoderConfig& config, const WeightScope& scope, std::int64_t after, tensor::Arithmetic arithmetic)
      : config_(config),
        words_(scope.matrix("embeddings.token_embedding.weight", config.vocabulary, config.hidden)),
        positions_(scope.matrix("embeddings.position_embedding.weight", config.positions, config.hidden)),
        norm_(scope.scope("final_layer_norm"), config) {
    for (std::int64_t i = 0; i < config.layers; ++i) {
      layers_.emplace_back(scope.scope("encoder.layers").scope(std::to_string(i)), config, after, arithmetic);
    }
  }

  const EncoderConfig& config() const override { return config_; }

  bool encode(const PackedBatch& batch, EncoderWorkspace& w, const PassOptions& options) const override {
    return run_pass(
        config_.hidden, layers_, batch, w, options, [&](const Piece& piece) { embed(batch, piece, w.hidden.data()); },
        [&](const Piece& piece) { norm_(w.hidden.data() + piece.first * config_.hidden, piece.rows); });
  }

 private:
  void embed(const PackedBatch& batch, const Piece& piece, float* hidden) const {
    gather(words_, batch, piece.first, piece.rows, hidden + piece.first * config_.hidden);
    for (std::int64_t token = piece.first; token < piece.first + piece.rows; ++token) {
      const std::int64_t position = batch.position_of(static_cast<std::size_t>(token));
      const float* const own = positions_.values.data() + position * config_.hidden;
      float* const state = hidden + token * config_.hidden;
      for (std::int64_t i = 0; i < config_.hidden; ++i) state[i] += own[i];
    }
  }

  EncoderConfig config_;
  Matrix words_, positions_;
  LayerNorm norm_;
  std::vector<PreNormLayer> layers_;
};

}  // namespace

EncoderConfig read_pre_norm_text_config(const JsonObject& text, const TextDefaults& defaults) {
  constexpr std::int64_t kMaxWidth = 1 << 16;
  EncoderConfig encoder;
  encoder.hidden = text.integer_or("hidden_size", defaults.hidden, 16, kMaxWidth);
  encoder.layers = text.integer_or("num_hidden_layers", 12, 1, 512);
  encoder.heads = encoder.key_value_heads = text.integer_or("num_attention_heads", defaults.heads, 1, 1024);
  encoder.intermediate = encoder.up_width = text.integer_or("intermediate_size", defaults.intermediate, 1, kMaxWidth);
  encoder.vocabulary = text.integer_or("vocab_size", defaults.vocabulary, 1, 1 << 22);
  encoder.positions = text.integer_or("max_position_embeddings", defaults.positions, 2, 1 << 20);
  encoder.activation = read_tower_activation(text, "hidden_act", defaults.activation);
  encoder.epsilon = static_cast<float>(text.number_or("layer_norm_eps", defaults.epsilon, 0, 1));
  if (encoder.hidden % encoder.heads != 0) text.refuse("num_attention_heads", "does not divide hidden_size");
  encoder.head_dimension = filled_head(encoder.hidden / encoder.heads);
  check_head_dimension(text, "num_attention_heads", encoder);
  return encoder;
}

std::unique_ptr<TextEncoder> make_pre_norm_text(const EncoderConfig& config, const WeightScope& scope,
                                                std::int64_t after, tensor::Arithmetic arithmetic) {
  return std::make_unique<PreNormText>(config, scope, after, arithmetic);
}

JsonObject object_or_empty(const JsonObject& config, std::string_view key) {
  static const nlohmann::json kEmpty = nlohmann::json::object();
  if (config.has(key)) return config.object(key);
  return {kEmpty, config.where(key)};
}

}  // namespace signalbox::models
