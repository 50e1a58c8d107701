#include "models/encoder_config.h"

#include <fmt/format.h>

#include "tensor/attention.h"

namespace signalbox::models {
namespace {

constexpr std::int64_t kMaxWidth = 1 << 16;
constexpr std::int64_t kMaxVocabulary = 1 << 22;

}  // namespace

EncoderConfig read_sizes(const JsonObject& config) {
  EncoderConfig encoder;
  encoder.hidden = config.integer("hidden_size", 16, kMaxWidth);
  encoder.layers = config.integer("num_hidden_layers", 1, 512);
  encoder.heads = config.integer("num_attention_heads", 1, 1024);
  encoder.intermediate = config.integer("intermediate_size", 1, kMaxWidth);
  encoder.vocabulary = config.integer("vocab_size", 1, kMaxVocabulary);
  encoder.positions = config.integer("max_position_embeddings", 1, 1 << 20);
  encoder.up_width = encoder.intermediate;
  encoder.key_value_heads = encoder.heads;
  encoder.head_dimension = encoder.hidden / encoder.heads;
  return encoder;
}

Activation read_activation(const JsonObject& config, std::string_view key, const std::string& otherwise) {
  const std::string name = config.text_or(key, otherwise);
  if (name == "gelu") return Activation::gelu_erf;
  if (name == "gelu_new" || name == "gelu_pytorch_tanh") return Activation::gelu_tanh;
  if (name == "relu") return Activation::relu;
  config.refuse(key,
                fmt::format("is \"{}\"; known are gelu, gelu_new, gelu_pytorch_tanh and relu", name.substr(0, 32)));
}

Activation read_tower_activation(const JsonObject& config, std::string_view key, const std::string& otherwise) {
  if (config.text_or(key, otherwise) == "quick_gelu") return Activation::quick_gelu;
  return read_activation(config, key, otherwise);
}

double read_theta(const JsonObject& config, std::string_view layer_type, std::string_view old_key, double otherwise) {
  constexpr double kLargest = 1e12;
  if (config.has("rope_scaling")) config.refuse("rope_scaling", "is not supported");
  const double theta = config.number_or(old_key, otherwise, 1, kLargest);
  if (!config.has("rope_parameters")) return theta;
  const JsonObject all = config.object("rope_parameters");
  if (!layer_type.empty() && !all.has(layer_type)) return theta;
  const JsonObject own = layer_type.empty() ? all : all.object(layer_type);
  if (own.text_or("rope_type", "default") != "default") {
    own.refuse("rope_type", "is not default, the only kind that is supported");
  }
  return own.number_or("rope_theta", theta, 1, kLargest);
}

void check_head_dimension(const JsonObject& config, std::string_view key, const EncoderConfig& encoder) {
  if (encoder.head_dimension % tensor::kHeadStep == 0 && encoder.head_dimension <= tensor::kMaxHead) return;
  config.refuse(key, fmt::format("makes heads of {} numbers; only multiples of {} up to {} are supported",
                                 encoder.head_dimension, tensor::kHeadStep, tensor::kMaxHead));
}

void check_heads(const JsonObject& config, const EncoderConfig& encoder) {
  if (encoder.head_dimension * encoder.heads != encoder.hidden) {
    config.refuse("num_attention_heads", "does not divide hidden_size");
  }
  check_head_dimension(config, "num_attention_heads", encoder);
}

}  // namespace signalbox::models
