// An image encoder: pixels in, one vector for each image out. What an image architecture's file implements.
//
// Takes what preprocessing made of a picture: float32 planes [3, height, width], RGB, resized, cut and normalised as
// the model's folder asks. Immutable after construction and shared by all workers (encoder.h); every image is a
// sequence of as many tokens as the model has patches (a convolutional one: positions behind its last block), so that
// images and the threads of a pass meet in the same batcher as texts.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "models/encoder.h"
#include "models/model_config.h"
#include "tensor/arithmetic.h"
#include "tensor/safetensors.h"

namespace signalbox::models {

struct ImageShape {
  std::int64_t channels = 3, height = 0, width = 0;
  std::int64_t size() const { return channels * height * width; }
  bool operator==(const ImageShape&) const = default;
};

// What the tower is made of.
enum class Trunk : std::uint8_t { transformer, convolutions };

// What becomes of the patches' states.
enum class Readout : std::uint8_t {
  probe,             // attention of a learned query over them, then a feed-forward (SigLIP)
  class_token,       // the state of the token before them, normalised (CLIP)
  mean_after_first,  // the mean of all but the first (multi-modal-embed-large)
  mean,              // of all. No folder asks for it: it is the mistake that tests plant
};

// What all image towers are told besides EncoderConfig's numbers: its `own`.
struct ImageConfig : OwnConfig {
  ImageShape image;
  Trunk trunk = Trunk::transformer;
  std::int64_t patch = 0;              // side of a square patch
  std::int64_t rows = 0, columns = 0;  // of patches; what is left over at the right and the bottom is not seen
  bool class_token = false;            // before the patches
  Readout readout = Readout::probe;
  std::int64_t heads = 0, hidden = 0, intermediate = 0;  // of the probe

  std::int64_t scratch(std::int64_t tokens) const override;
};
const ImageConfig& image_config(const EncoderConfig& config);

class ImageEncoder : public Encoder {
 public:
  // encode() takes PackedBatch::inputs, image_config().image.size() floats each. The vector as the model gives it, not
  // yet of length 1: [vector_width()]. Before the projection it stands in workspace.pooled.
  std::span<const float> result(const PackedBatch& batch, const EncoderWorkspace& workspace,
                                std::size_t sequence) const final;
};

// `config` is of a known model_type. Throws tensor::LoadError: a missing, odd or unexpected tensor, an arithmetic that
// this processor does not have.
std::unique_ptr<ImageEncoder> make_image_encoder(const EncoderConfig& config, const tensor::SafetensorsFile& weights,
                                                 tensor::Arithmetic arithmetic = tensor::Arithmetic::fp32);

}  // namespace signalbox::models
