// The transformer layer that every tower of CLIP and SigLIP is made of: a norm before attention and one before the
// feed-forward, biases everywhere. Internal to models/.
//
// Immutable after construction, shared by all workers; construction throws tensor::LoadError.
#pragma once

#include <cstdint>

#include "models/encoder_attention.h"
#include "models/encoder_parts.h"
#include "models/encoder_pass.h"
#include "tensor/linear.h"
#include "tensor/weights.h"

namespace signalbox::models {

// Heads whose size attention has no kernel for are filled up with zeros, which change no score and no sum:
// config.head_dimension is the size with them.
std::int64_t filled_head(std::int64_t dimension);

struct PreNormLayer {
  // The scope is "...encoder.layers.i"; `after` is what AttentionShape says (0: causal).
  PreNormLayer(const tensor::WeightScope& scope, const EncoderConfig& config, std::int64_t after,
               tensor::Arithmetic arithmetic);

  void project(const PackedBatch& batch, EncoderWorkspace& w, const Piece& piece, EncoderScratch& scratch) const;
  void attend(const PackedBatch& batch, EncoderWorkspace& w) const { models::attend(attention, batch, w); }
  void feed_forward(EncoderWorkspace& w, const Piece& piece, EncoderScratch& scratch) const;

  AttentionShape attention;
  LayerNorm attention_norm;
  tensor::Linear qkv, output;
  LayerNorm norm;
  tensor::Linear up, down;
};

}  // namespace signalbox::models
