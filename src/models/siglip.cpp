#include "models/siglip.h"

#include <utility>

#include "models/pre_norm_text.h"
#include "models/vision_transformer.h"
#include "tensor/attention.h"

namespace signalbox::models {
namespace {

using tensor::Arithmetic;
using tensor::WeightScope;

constexpr TextDefaults kText{.vocabulary = 32'000,
                             .hidden = 768,
                             .intermediate = 3072,
                             .heads = 12,
                             .positions = 64,
                             .activation = "gelu_pytorch_tanh",
                             .epsilon = 1e-6};
constexpr VisionDefaults kVision{.heads = 12, .activation = "gelu_pytorch_tanh", .epsilon = 1e-6};

std::unique_ptr<ImageReadout> readout_of(const EncoderConfig& config, const WeightScope& tower) {
  switch (image_config(config).readout) {
    case Readout::mean:
      return mean_readout(config.hidden, 0);
    case Readout::mean_after_first:
      return mean_readout(config.hidden, 1);
    case Readout::class_token:
    case Readout::probe:
      break;
  }
  return std::make_unique<ProbeReadout>(tower.scope("head"), config);
}

}  // namespace

EncoderConfig read_siglip_text_config(const JsonObject& config) {
  const JsonObject text = object_or_empty(config, "text_config");
  EncoderConfig encoder = read_pre_norm_text_config(text, kText);
  encoder.projection = text.integer_or("projection_size", encoder.hidden, 1, 1 << 16);
  encoder.contract = std::make_shared<TextContract>(TextContract{.padded = true, .end = {}});
  return encoder;
}

std::unique_ptr<TextEncoder> make_siglip_text(const EncoderConfig& config, const tensor::Weights& weights,
                                              Arithmetic arithmetic) {
  return make_pre_norm_text(config, weights.scope("text_model"), tensor::kEveryKey, arithmetic);
}

Dense make_siglip_text_projection(const EncoderConfig& config, const tensor::Weights& weights) {
  return {weights.scope("text_model.head"), config.hidden, config.projection};
}

bool is_harmless_in_siglip_text(std::string_view tensor) {
  return tensor.starts_with("vision_model.") || tensor.starts_with("text_model.head.") || tensor == "logit_scale" ||
         tensor == "logit_bias" || tensor == "text_model.embeddings.position_ids";
}

EncoderConfig read_siglip_tower(const JsonObject& vision, const WeightScope& tower) {
  EncoderConfig encoder = read_vision_config(vision, tower, kVision);
  if (!vision.flag_or("vision_use_head", true)) {
    vision.refuse("vision_use_head", "is false: a tower without its pooling head gives no vector");
  }
  return encoder;
}

std::unique_ptr<ImageEncoder> make_siglip_tower(const EncoderConfig& config, const WeightScope& tower,
                                                std::optional<tensor::Linear> projection, Arithmetic arithmetic) {
  return make_vision_transformer(config, tower,
                                 {.patch_bias = Bias::some,
                                  .first_norm = {},
                                  .final_norm = LayerNorm(tower.scope("post_layernorm"), config),
                                  .readout = readout_of(config, tower),
                                  .projection = std::move(projection)},
                                 arithmetic);
}

EncoderConfig read_siglip_image_config(const JsonObject& config, const tensor::Weights& weights) {
  return read_siglip_tower(object_or_empty(config, "vision_config"), vision_scope(weights));
}

EncoderConfig read_siglip_vision_model_config(const JsonObject& config, const tensor::Weights& weights) {
  return read_siglip_tower(config, vision_scope(weights));
}

std::unique_ptr<ImageEncoder> make_siglip_images(const EncoderConfig& config, const tensor::Weights& weights,
                                                 Arithmetic arithmetic) {
  return make_siglip_tower(config, vision_scope(weights), std::nullopt, arithmetic);
}

bool is_harmless_in_siglip_images(std::string_view tensor) {
  return tensor.starts_with("text_model.") || tensor == "logit_scale" || tensor == "logit_bias" ||
         tensor == "vision_model.embeddings.position_ids";
}

}  // namespace signalbox::models
