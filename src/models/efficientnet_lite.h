// EfficientNet-Lite (Tan and Le, EfficientNet, 2019, without squeeze-and-excitation and with ReLU6): a convolutional
// image tower. Stem, inverted residual blocks, head, mean over the positions, and where the folder has one a linear
// projection into the space of a text model.
//
// Zeros are put around planes as TensorFlow's "SAME" does, more of them below and to the right where their number is
// odd (every stride of 2 over an even side). Held to efficientnet-lite-pytorch 0.1.0, PyTorch, by
// trust/image_parity_test.cpp.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "models/image_encoder.h"
#include "models/json_file.h"
#include "tensor/weights.h"

namespace signalbox::models {

inline constexpr std::string_view kEfficientNetLite = "efficientnet_lite";

// An inverted residual block, from the shapes of its tensors; only the stride is config.json's.
struct InvertedResidual {
  std::int64_t in = 0, expanded = 0, out = 0;  // channels
  std::int64_t kernel = 3, stride = 1;         // of its depthwise convolution
  std::int64_t side = 0;                       // of the planes that go in
  bool expands() const { return expanded != in; }
  bool adds() const { return stride == 1 && in == out; }
};

struct EfficientNetLiteConfig : ImageConfig {
  std::int64_t stem = 0;  // channels
  std::vector<InvertedResidual> blocks;
  std::int64_t side = 0;  // of the planes behind the last block
  // Of the activation, and whether an odd number of zeros has its larger half at the end. Always these; other values
  // are mistakes that tests plant.
  float ceiling = 6;
  bool same_padding = true;

  // Room for the widest planes behind an expansion, behind a depthwise convolution and between two blocks; the head's
  // find place in the first, and in the second as PyTorch arranges them.
  std::int64_t expanded_floats() const;
  std::int64_t filtered_floats() const;
  std::int64_t planes() const override;
  std::int64_t scratch(std::int64_t) const override { return expanded_floats() + filtered_floats(); }
};
// Of a config that read_efficientnet_lite_config() made.
const EfficientNetLiteConfig& efficientnet_lite_config(const EncoderConfig& config);

EncoderConfig read_efficientnet_lite_config(const JsonObject& config, const tensor::Weights& weights);
std::unique_ptr<ImageEncoder> make_efficientnet_lite(const EncoderConfig& config, const tensor::Weights& weights,
                                                     tensor::Arithmetic arithmetic);
bool is_harmless_in_efficientnet_lite(std::string_view tensor);

}  // namespace signalbox::models
