#include "models/multi_modal_embed.h"

#include <fmt/format.h>

#include "models/bert.h"
#include "models/encoder_config.h"
#include "models/modernbert.h"
#include "models/pre_norm_text.h"
#include "models/siglip.h"
#include "models/vision_transformer.h"
#include "tensor/load_error.h"

namespace signalbox::models {
namespace {

using tensor::Arithmetic;
using tensor::WeightScope;

constexpr const char* kSmallText = "text_encoder.encoder";
constexpr const char* kSmallImages = "image_encoder.vision_encoder";
constexpr const char* kSmallProjection = "image_encoder.projection";
constexpr const char* kLargeText = "text_model.0.auto_model";
constexpr const char* kLargeTextNew = "text_model.0.model";  // as newer sentence-transformers name it
constexpr const char* kLargeImages = "image_model.vision_model";
constexpr const char* kLargeProjection = "image_proj";

WeightScope large_text(const tensor::Weights& weights) {
  const char* const prefix =
      weights.scope(kLargeText).has("embeddings.tok_embeddings.weight") ? kLargeText : kLargeTextNew;
  return weights.scope(prefix);
}

// The rows of the projection are the numbers of a vector.
void read_projection(const WeightScope& projection, EncoderConfig& encoder) {
  const tensor::Shape* const shape = projection.shape_of("weight");
  if (shape == nullptr) throw tensor::LoadError(fmt::format("{}: is missing", projection.where("weight")));
  if (shape->size() != 2) throw tensor::LoadError(fmt::format("{}: is no matrix", projection.where("weight")));
  encoder.projection = shape->front();
}

tensor::Linear projection_of(const WeightScope& projection, const EncoderConfig& config) {
  return linear(projection, config.hidden, config.projection, tensor::Epilogue::none, Arithmetic::fp32);
}

}  // namespace

std::string_view implied_model_type(const JsonObject& config) {
  const auto says = [](const JsonObject& object, std::string_view key) { return object.has(key); };
  if (config.has("model") && says(config.object("model"), "image_encoder_name")) return kMultiModalEmbedLarge;
  const bool small =
      says(config, "image_encoder_name") || says(config, "embedding_dim") || says(config, "image_encoder");
  return small ? kMultiModalEmbedSmall : std::string_view();
}

// all-MiniLM-L6-v2 where config.json says nothing, as the router reads it. The tensors must have these shapes.
std::string siglip_preprocessor(const ImageShape& image) {
  return fmt::format(R"({{"image_processor_type": "SiglipImageProcessor", "size": {{"height": {}, "width": {}}}}})",
                     image.height, image.width);
}

EncoderConfig read_embed_small_text_config(const JsonObject& config) {
  EncoderConfig encoder;
  encoder.hidden =
      config.integer_or("text_hidden_size", config.integer_or("embedding_dim", 384, 16, 1 << 16), 16, 1 << 16);
  encoder.layers = config.integer_or("text_num_layers", 6, 1, 512);
  encoder.heads = encoder.key_value_heads = config.integer_or("text_num_heads", 12, 1, 1024);
  encoder.intermediate = encoder.up_width = config.integer_or("text_intermediate_size", 4 * encoder.hidden, 1, 1 << 16);
  encoder.vocabulary = config.integer_or("text_vocab_size", 30'522, 1, 1 << 22);
  encoder.positions = config.integer_or("text_max_positions", 512, 1, 1 << 20);
  encoder.types = 2;
  encoder.head_dimension = encoder.hidden / encoder.heads;
  if (encoder.head_dimension * encoder.heads != encoder.hidden) {
    config.refuse("text_num_heads", fmt::format("is {}, which does not divide {}", encoder.heads, encoder.hidden));
  }
  check_head_dimension(config, "text_num_heads", encoder);
  return encoder;
}

std::unique_ptr<TextEncoder> make_embed_small_text(const EncoderConfig& config, const tensor::Weights& weights,
                                                   Arithmetic arithmetic) {
  return make_bert_with({.rows = config.positions}, config, weights.scope(kSmallText), arithmetic);
}

bool is_harmless_in_embed_small_text(std::string_view tensor) {
  return tensor.starts_with("image_encoder.") || tensor.starts_with("audio_encoder.") ||
         tensor.starts_with("fusion.") || tensor.starts_with("text_encoder.encoder.pooler.") ||
         tensor == "text_encoder.encoder.embeddings.position_ids" ||
         tensor.find('.') == std::string_view::npos;  // temperatures of the losses
}

EncoderConfig read_embed_small_images(const JsonObject& config, const tensor::Weights& weights) {
  EncoderConfig encoder = read_siglip_tower(object_or_empty(config, "vision_config"), weights.scope(kSmallImages));
  read_projection(weights.scope(kSmallProjection), encoder);
  return encoder;
}

std::unique_ptr<ImageEncoder> make_embed_small_images(const EncoderConfig& config, const tensor::Weights& weights,
                                                      Arithmetic arithmetic) {
  return make_siglip_tower(config, weights.scope(kSmallImages), projection_of(weights.scope(kSmallProjection), config),
                           arithmetic);
}

bool is_harmless_in_embed_small_images(std::string_view tensor) {
  return tensor.starts_with("text_encoder.") || tensor.starts_with("audio_encoder.") || tensor.starts_with("fusion.") ||
         tensor.starts_with("image_encoder.encoder.") || tensor.starts_with("image_encoder.layer_projections.") ||
         tensor == "image_encoder.vision_encoder.embeddings.position_ids" || tensor.find('.') == std::string_view::npos;
}

EncoderConfig read_embed_large_text_config(const JsonObject& config) {
  if (!config.has("text_config")) {
    config.refuse("text_config",
                  "is missing: put the config.json of the text tower (mmBERT) there, whose rotary bases and windows no "
                  "tensor tells");
  }
  return read_modernbert_config(config.object("text_config"));
}

std::unique_ptr<TextEncoder> make_embed_large_text(const EncoderConfig& config, const tensor::Weights& weights,
                                                   Arithmetic arithmetic) {
  return make_modernbert_in(config, large_text(weights), arithmetic);
}

bool is_harmless_in_embed_large_text(std::string_view tensor) {
  return tensor.starts_with("image_model.") || tensor.starts_with("image_proj.") ||
         tensor.starts_with("audio_model.") || tensor.starts_with("audio_proj.") ||
         tensor.find('.') == std::string_view::npos;
}

EncoderConfig read_embed_large_images(const JsonObject& config, const tensor::Weights& weights) {
  EncoderConfig encoder = read_siglip_tower(object_or_empty(config, "vision_config"), weights.scope(kLargeImages));
  read_projection(weights.scope(kLargeProjection), encoder);
  set_readout(encoder, Readout::mean_after_first);
  return encoder;
}

std::unique_ptr<ImageEncoder> make_embed_large_images(const EncoderConfig& config, const tensor::Weights& weights,
                                                      Arithmetic arithmetic) {
  return make_siglip_tower(config, weights.scope(kLargeImages), projection_of(weights.scope(kLargeProjection), config),
                           arithmetic);
}

bool is_harmless_in_embed_large_images(std::string_view tensor) {
  return tensor.starts_with("text_model.") || tensor.starts_with("audio_model.") || tensor.starts_with("audio_proj.") ||
         tensor.starts_with("image_model.vision_model.head.") || tensor.starts_with("image_model.text_model.") ||
         tensor.starts_with("image_model.logit_") || tensor == "image_model.vision_model.embeddings.position_ids" ||
         tensor.find('.') == std::string_view::npos;
}

}  // namespace signalbox::models
