// The sizes of an EfficientNet-Lite from its tensors, and what only its config.json says.
#include <fmt/format.h>

#include <algorithm>

#include "models/efficientnet_lite.h"
#include "tensor/load_error.h"

namespace signalbox::models {
namespace {

using tensor::LoadError;
using tensor::Shape;
using tensor::WeightScope;

constexpr std::int64_t kMaxBlocks = 200;
constexpr std::int64_t kWidestBlock = 16;  // channels to which a layout may fill planes up

std::int64_t floats(std::int64_t channels, std::int64_t side) {
  return (channels + kWidestBlock - 1) / kWidestBlock * kWidestBlock * side * side;
}

std::int64_t halved(std::int64_t side, std::int64_t stride) {
  return (side + stride - 1) / stride;
}

// [out, in, kernel, kernel]; the kernel odd.
const Shape& shape_of(const WeightScope& scope, const char* name) {
  const Shape* const shape = scope.shape_of(name);
  if (shape == nullptr) throw LoadError(fmt::format("{}: is missing", scope.where(name)));
  const bool good = shape->size() == 4 && (*shape)[2] == (*shape)[3] && (*shape)[2] % 2 == 1 &&
                    std::ranges::all_of(*shape, [](std::int64_t n) { return n > 0 && n <= 1 << 16; });
  if (!good) {
    throw LoadError(fmt::format("{}: has shape {}, which is no convolution with a square, odd kernel",
                                scope.where(name), tensor::to_string(*shape)));
  }
  return *shape;
}

// What goes into the layer must be what the one before gives.
void continues(const WeightScope& scope, const char* name, std::int64_t given, std::int64_t wanted) {
  if (given == wanted) return;
  throw LoadError(fmt::format("{}: takes {} channels, but is given {}", scope.where(name), wanted, given));
}

InvertedResidual read_block(const WeightScope& scope, std::int64_t in, std::int64_t stride, std::int64_t side) {
  InvertedResidual block{.in = in, .expanded = in, .out = 0, .kernel = 0, .stride = stride, .side = side};
  if (scope.has("_expand_conv.weight")) {
    const Shape& expand = shape_of(scope, "_expand_conv.weight");
    continues(scope, "_expand_conv.weight", in, expand[1]);
    block.expanded = expand[0];
  }
  const Shape& depthwise = shape_of(scope, "_depthwise_conv.weight");
  continues(scope, "_depthwise_conv.weight", block.expanded, depthwise[0]);
  block.kernel = depthwise[2];
  const Shape& project = shape_of(scope, "_project_conv.weight");
  continues(scope, "_project_conv.weight", block.expanded, project[1]);
  block.out = project[0];
  return block;
}

std::int64_t projection_of(const WeightScope& root, std::int64_t hidden) {
  const Shape* const shape = root.shape_of("projection.weight");
  if (shape == nullptr) return 0;
  if (shape->size() != 2 || (*shape)[1] != hidden || (*shape)[0] < 1) {
    throw LoadError(fmt::format("{}: has shape {}, expected [numbers, {}]", root.where("projection.weight"),
                                tensor::to_string(*shape), hidden));
  }
  return (*shape)[0];
}

}  // namespace

std::int64_t EfficientNetLiteConfig::expanded_floats() const {
  std::int64_t most = floats(hidden, side);
  for (const InvertedResidual& block : blocks) most = std::max(most, floats(block.expanded, block.side));
  return most;
}

std::int64_t EfficientNetLiteConfig::filtered_floats() const {
  std::int64_t most = floats(hidden, side);
  for (const InvertedResidual& block : blocks) {
    most = std::max(most, floats(block.expanded, halved(block.side, block.stride)));
  }
  return most;
}

std::int64_t EfficientNetLiteConfig::planes() const {
  std::int64_t most = floats(stem, halved(image.height, 2));
  for (const InvertedResidual& block : blocks)
    most = std::max(most, floats(block.out, halved(block.side, block.stride)));
  return most;
}

const EfficientNetLiteConfig& efficientnet_lite_config(const EncoderConfig& config) {
  return dynamic_cast<const EfficientNetLiteConfig&>(*config.own);
}

EncoderConfig read_efficientnet_lite_config(const JsonObject& config, const tensor::Weights& weights) {
  const WeightScope root = weights.scope("");
  auto own = std::make_shared<EfficientNetLiteConfig>();
  const Shape& stem = shape_of(root, "_conv_stem.weight");
  continues(root, "_conv_stem.weight", 3, stem[1]);
  const std::int64_t size = config.integer("image_size", 8, 1 << 12);
  own->trunk = Trunk::convolutions;
  own->readout = Readout::mean;
  own->image = {.channels = 3, .height = size, .width = size};
  own->stem = stem[0];
  const std::vector<std::int64_t> strides = config.integers_or_none("block_strides", 1, 2);
  if (strides.empty() || strides.size() > kMaxBlocks) {
    config.refuse("block_strides", "is no list of the strides of all blocks");
  }
  std::int64_t channels = own->stem, side = halved(size, 2);
  for (std::size_t i = 0; i < strides.size(); ++i) {
    own->blocks.push_back(read_block(root.scope(fmt::format("_blocks.{}", i)), channels, strides[i], side));
    channels = own->blocks.back().out;
    side = halved(side, strides[i]);
  }
  const Shape& head = shape_of(root, "_conv_head.weight");
  continues(root, "_conv_head.weight", channels, head[1]);
  if (config.text_or("hidden_act", "relu6") != "relu6") config.refuse("hidden_act", "is not relu6");
  own->hidden = head[0];
  own->side = side;
  EncoderConfig encoder;
  encoder.hidden = head[0];
  encoder.layers = std::ssize(own->blocks);
  encoder.positions = encoder.sequence_tokens = side * side;
  encoder.epsilon = static_cast<float>(config.number_or("batch_norm_eps", 1e-3, 0, 1));
  encoder.projection = projection_of(root, encoder.hidden);
  encoder.own = std::move(own);
  return encoder;
}

}  // namespace signalbox::models
