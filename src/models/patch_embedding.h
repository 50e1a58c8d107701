// From an image to the states of its patches: a convolution whose step is its size, and so a product. Internal to
// models/.
//
// Immutable after construction, shared by all workers; always in fp32. Construction throws tensor::LoadError.
#pragma once

#include <cstdint>

#include "models/encoder_parts.h"
#include "models/encoder_pass.h"
#include "models/image_encoder.h"
#include "tensor/linear.h"
#include "tensor/weights.h"

namespace signalbox::models {

class PatchEmbedding {
 public:
  // The scope is "...embeddings". With a class token there is a "class_embedding", which is the state before the
  // patches.
  PatchEmbedding(const tensor::WeightScope& scope, const EncoderConfig& config, Bias bias);
  // The rows of a piece of all images' tokens; uses scratch.inner.
  void operator()(const PackedBatch& batch, const Piece& piece, float* hidden, EncoderScratch& scratch) const;

 private:
  void copy_patch(const float* image, std::int64_t number, float* to) const;

  ImageShape image_;
  std::int64_t patch_, columns_;
  bool class_token_;
  tensor::Matrix start_;  // [tokens, hidden]: what a token is before its patch: its position, and the class
  tensor::Linear patches_;
};

}  // namespace signalbox::models
