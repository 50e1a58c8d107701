// From the states of an image's patches to one vector. Internal to models/.
//
// Immutable after construction, shared by all workers; computed in fp32 whatever the layers are computed in, for it
// costs next to nothing. Construction throws tensor::LoadError.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/encoder_parts.h"
#include "models/image_encoder.h"
#include "tensor/linear.h"
#include "tensor/weights.h"

namespace signalbox::models {

class ImageReadout {
 public:
  virtual ~ImageReadout() = default;
  // states: [tokens, hidden]; out: [hidden].
  virtual void operator()(const float* states, std::int64_t tokens, float* out, EncoderScratch& scratch) const = 0;
};

// SigLIP's attention pooling: a learned query (the probe) looks at all patches, and a feed-forward is added.
//
// The query is the same for every image, so what it asks of a state is folded into one vector for each head,
// score = state . (Wk_h^T q_h), and the values are computed of the weighted sums of the states, of which there is one
// for each head. The biases of the keys move all scores of a head alike and the weights sum to 1, so both are exact.
class ProbeReadout final : public ImageReadout {
 public:
  // The scope is "...head".
  ProbeReadout(const tensor::WeightScope& scope, const EncoderConfig& config);
  void operator()(const float* states, std::int64_t tokens, float* out, EncoderScratch& scratch) const override;
  static std::int64_t scratch(const ImageConfig& config, std::int64_t tokens);

 private:
  std::int64_t heads_, hidden_, intermediate_;
  tensor::Matrix asked_;   // [heads, hidden]
  tensor::Matrix values_;  // [hidden, hidden]
  std::vector<float> values_bias_;
  tensor::Linear output_;
  LayerNorm norm_;
  tensor::Linear up_, down_;
};

// The class token's state, normalised; the scope is "...post_layernorm".
std::unique_ptr<ImageReadout> class_token_readout(const tensor::WeightScope& scope, const EncoderConfig& config);
// The mean of the states from token `first` on.
std::unique_ptr<ImageReadout> mean_readout(std::int64_t hidden, std::int64_t first);

}  // namespace signalbox::models
