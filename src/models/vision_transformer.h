// The image tower that CLIP and SigLIP share (Dosovitskiy et al., An Image is Worth 16x16 Words, 2020): patches,
// pre-norm layers, a readout, perhaps a projection. Internal to models/.
//
// Used at load, by one thread; throws tensor::LoadError.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "models/image_encoder.h"
#include "models/image_readout.h"
#include "models/json_file.h"
#include "tensor/linear.h"
#include "tensor/weights.h"

namespace signalbox::models {

// What transformers takes where a config.json says nothing and no tensor's shape tells.
struct VisionDefaults {
  std::int64_t heads = 12;
  const char* activation;
  double epsilon;
  bool class_token = false;
};

// The sizes of the tower under `tower` from its tensors' shapes; what `config` says of them must agree. Leaves the
// readout and the projection to the architecture.
EncoderConfig read_vision_config(const JsonObject& config, const tensor::WeightScope& tower,
                                 const VisionDefaults& defaults);
// "vision_model", or nothing: a tower that was saved alone may have no prefix.
tensor::WeightScope vision_scope(const tensor::Weights& weights);

// Sets `own`, which read_vision_config() filled.
void set_readout(EncoderConfig& config, Readout readout);

struct VisionParts {
  Bias patch_bias;
  std::optional<LayerNorm> first_norm;  // before the layers
  std::optional<LayerNorm> final_norm;  // after them, of every token
  std::unique_ptr<ImageReadout> readout;
  std::optional<tensor::Linear> projection;
};
std::unique_ptr<ImageEncoder> make_vision_transformer(const EncoderConfig& config, const tensor::WeightScope& tower,
                                                      VisionParts parts, tensor::Arithmetic arithmetic);

}  // namespace signalbox::models
