// The sizes of a vision transformer from its tensors, held to what config.json says.
#include <fmt/format.h>

#include <cmath>

#include "models/encoder_config.h"
#include "models/pre_norm_layer.h"
#include "models/vision_transformer.h"
#include "tensor/load_error.h"

namespace signalbox::models {
namespace {

using tensor::LoadError;
using tensor::Shape;
using tensor::WeightScope;

constexpr const char* kPatches = "embeddings.patch_embedding.weight";
constexpr const char* kPositions = "embeddings.position_embedding.weight";
constexpr const char* kUp = "encoder.layers.0.mlp.fc1.weight";

// The tensor's shape, which must have so many dimensions.
const Shape& shape_of(const WeightScope& tower, const char* name, std::size_t dimensions) {
  const Shape* const shape = tower.shape_of(name);
  if (shape == nullptr) throw LoadError(fmt::format("{}: is missing", tower.where(name)));
  const bool plain = shape->size() == dimensions && std::ranges::all_of(*shape, [](std::int64_t n) { return n > 0; });
  if (!plain) {
    throw LoadError(fmt::format("{}: has shape {}, expected {} dimensions", tower.where(name),
                                tensor::to_string(*shape), dimensions));
  }
  return *shape;
}

void agree(const JsonObject& config, const char* key, std::int64_t found, const WeightScope& tower,
           const char* tensor) {
  const std::int64_t said = config.integer_or(key, found, 1, 1 << 20);
  if (said == found) return;
  config.refuse(key, fmt::format("is {}, but {} says {}", said, tower.where(tensor), found));
}

std::int64_t layers_of(const WeightScope& tower) {
  std::int64_t layers = 0;
  while (tower.scope("encoder.layers").scope(std::to_string(layers)).has("layer_norm1.weight")) ++layers;
  return layers;
}

// A square of patches, and the image that it covers; the image may be larger by less than a patch.
void read_grid(const JsonObject& config, const WeightScope& tower, std::int64_t positions, ImageConfig& own) {
  const std::int64_t patches = positions - (own.class_token ? 1 : 0);
  const auto side = static_cast<std::int64_t>(std::lround(std::sqrt(static_cast<double>(patches))));
  if (side == 0 || side * side != patches) {
    throw LoadError(fmt::format("{}: has {} rows, which are no square of patches; only square images are supported",
                                tower.where(kPositions), positions));
  }
  const std::int64_t size = config.integer_or("image_size", side * own.patch, 1, 1 << 14);
  if (size / own.patch != side) {
    config.refuse("image_size",
                  fmt::format("is {}, which has {} x {} patches of {}, but {} says {} x {}", size, size / own.patch,
                              size / own.patch, own.patch, tower.where(kPositions), side, side));
  }
  own.rows = own.columns = side;
  own.image = {.channels = 3, .height = size, .width = size};
}

void read_heads(const JsonObject& config, const VisionDefaults& defaults, EncoderConfig& encoder) {
  encoder.heads = encoder.key_value_heads = config.integer_or("num_attention_heads", defaults.heads, 1, 1024);
  if (encoder.hidden % encoder.heads != 0) {
    config.refuse("num_attention_heads", fmt::format("is {}, which does not divide {}", encoder.heads, encoder.hidden));
  }
  encoder.head_dimension = filled_head(encoder.hidden / encoder.heads);
  check_head_dimension(config, "num_attention_heads", encoder);
}

}  // namespace

WeightScope vision_scope(const tensor::Weights& weights) {
  return weights.scope(weights.scope("").shape_of(kPatches) != nullptr ? "" : "vision_model");
}

EncoderConfig read_vision_config(const JsonObject& config, const WeightScope& tower, const VisionDefaults& defaults) {
  const Shape& patches = shape_of(tower, kPatches, 4);
  const Shape& positions = shape_of(tower, kPositions, 2);
  auto own = std::make_shared<ImageConfig>();
  EncoderConfig encoder;
  encoder.hidden = patches[0];
  encoder.layers = layers_of(tower);
  encoder.intermediate = shape_of(tower, kUp, 2)[0];
  own->patch = patches[2];
  own->class_token = defaults.class_token;
  if (patches[1] != 3 || patches[2] != patches[3]) {
    throw LoadError(fmt::format("{}: has shape {}; only square patches of 3 channels are supported",
                                tower.where(kPatches), tensor::to_string(patches)));
  }
  agree(config, "hidden_size", encoder.hidden, tower, kPatches);
  agree(config, "num_channels", patches[1], tower, kPatches);
  agree(config, "patch_size", own->patch, tower, kPatches);
  agree(config, "intermediate_size", encoder.intermediate, tower, kUp);
  agree(config, "num_hidden_layers", encoder.layers, tower, "encoder.layers");
  read_grid(config, tower, positions[0], *own);
  read_heads(config, defaults, encoder);
  encoder.positions = encoder.sequence_tokens = positions[0];
  encoder.up_width = std::max(encoder.intermediate, 3 * own->patch * own->patch);
  encoder.activation = read_tower_activation(config, "hidden_act", defaults.activation);
  encoder.epsilon = static_cast<float>(config.number_or("layer_norm_eps", defaults.epsilon, 0, 1));
  own->heads = encoder.heads;
  own->hidden = encoder.hidden;
  own->intermediate = encoder.intermediate;
  encoder.own = std::move(own);
  return encoder;
}

}  // namespace signalbox::models
