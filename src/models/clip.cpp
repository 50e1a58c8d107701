#include "models/clip.h"

#include <fmt/format.h>

#include "models/pre_norm_text.h"
#include "models/vision_transformer.h"
#include "tensor/load_error.h"

namespace signalbox::models {
namespace {

using tensor::Arithmetic;
using tensor::WeightScope;

constexpr TextDefaults kText{.vocabulary = 49'408,
                             .hidden = 512,
                             .intermediate = 2048,
                             .heads = 8,
                             .positions = 77,
                             .activation = "quick_gelu",
                             .epsilon = 1e-5};
constexpr VisionDefaults kVision{.heads = 12, .activation = "quick_gelu", .epsilon = 1e-5, .class_token = true};
constexpr std::int64_t kProjection = 512;
constexpr std::int64_t kEnd = 49'407;
constexpr std::int64_t kWrongEnd = 2;  // in old files, whose texts end with the highest id

// transformers takes the one at the top of config.json.
std::int64_t projection_of(const JsonObject& config) {
  return config.integer_or("projection_dim", kProjection, 1, 1 << 16);
}

EncoderConfig read_images(const JsonObject& vision, const tensor::Weights& weights) {
  EncoderConfig encoder = read_vision_config(vision, vision_scope(weights), kVision);
  set_readout(encoder, Readout::class_token);
  return encoder;
}

}  // namespace

EncoderConfig read_clip_text_config(const JsonObject& config) {
  const JsonObject text = object_or_empty(config, "text_config");
  EncoderConfig encoder = read_pre_norm_text_config(text, kText);
  encoder.projection = projection_of(config);
  std::int64_t end = text.integer_or("eos_token_id", kEnd, 0, 1 << 22);
  if (end == kWrongEnd) end = encoder.vocabulary - 1;
  if (end >= encoder.vocabulary) text.refuse("eos_token_id", "is not below vocab_size");
  encoder.contract =
      std::make_shared<TextContract>(TextContract{.padded = false, .end = static_cast<std::uint32_t>(end)});
  return encoder;
}

std::unique_ptr<TextEncoder> make_clip_text(const EncoderConfig& config, const tensor::Weights& weights,
                                            Arithmetic arithmetic) {
  return make_pre_norm_text(config, weights.scope("text_model"), 0, arithmetic);
}

Dense make_clip_text_projection(const EncoderConfig& config, const tensor::Weights& weights) {
  return {weights.scope("text_projection"), config.hidden, config.projection, false};
}

bool is_harmless_in_clip_text(std::string_view tensor) {
  return tensor.starts_with("vision_model.") || tensor == "visual_projection.weight" ||
         tensor == "text_projection.weight" || tensor == "logit_scale" ||
         tensor == "text_model.embeddings.position_ids";
}

EncoderConfig read_clip_image_config(const JsonObject& config, const tensor::Weights& weights) {
  EncoderConfig encoder = read_images(object_or_empty(config, "vision_config"), weights);
  encoder.projection = projection_of(config);
  return encoder;
}

EncoderConfig read_clip_vision_model_config(const JsonObject& config, const tensor::Weights& weights) {
  EncoderConfig encoder = read_images(config, weights);
  if (weights.scope("visual_projection").has("weight")) encoder.projection = projection_of(config);
  return encoder;
}

std::unique_ptr<ImageEncoder> make_clip_images(const EncoderConfig& config, const tensor::Weights& weights,
                                               Arithmetic arithmetic) {
  const WeightScope tower = vision_scope(weights);
  std::optional<tensor::Linear> projection;
  if (config.projection != 0) {
    projection.emplace(linear(weights.scope("visual_projection"), config.hidden, config.projection,
                              tensor::Epilogue::none, Arithmetic::fp32, Bias::none));
  }
  const bool mean = image_config(config).readout == Readout::mean;
  return make_vision_transformer(
      config, tower,
      {.patch_bias = Bias::none,
       .first_norm = LayerNorm(tower.scope("pre_layrnorm"), config),
       .final_norm = {},
       .readout = mean ? mean_readout(config.hidden, 0) : class_token_readout(tower.scope("post_layernorm"), config),
       .projection = std::move(projection)},
      arithmetic);
}

bool is_harmless_in_clip_images(std::string_view tensor) {
  return tensor.starts_with("text_model.") || tensor == "text_projection.weight" || tensor == "logit_scale" ||
         tensor == "vision_model.embeddings.position_ids";
}

}  // namespace signalbox::models
