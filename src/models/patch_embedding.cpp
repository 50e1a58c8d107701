#include "models/patch_embedding.h"

#include <algorithm>
#include <vector>

namespace signalbox::models {
namespace {

using tensor::Linear;
using tensor::Matrix;
using tensor::WeightScope;

Matrix start_of(const WeightScope& scope, const EncoderConfig& config) {
  Matrix start = scope.matrix("position_embedding.weight", config.sequence_tokens, config.hidden);
  if (!image_config(config).class_token) return start;
  const std::vector<float> own = scope.vector("class_embedding", config.hidden);
  for (std::size_t i = 0; i < own.size(); ++i) start.values[i] += own[i];
  return start;
}

Linear patches_of(const WeightScope& scope, const EncoderConfig& config, Bias bias) {
  const ImageConfig& own = image_config(config);
  const std::int64_t numbers = own.image.channels * own.patch * own.patch;
  const Matrix weight{config.hidden, numbers,
                      scope.tensor("weight", {config.hidden, own.image.channels, own.patch, own.patch})};
  const std::vector<float> shift = bias == Bias::some
                                       ? scope.vector("bias", config.hidden)
                                       : std::vector<float>(static_cast<std::size_t>(config.hidden), 0.0F);
  return {weight, shift, tensor::Epilogue::add};
}

}  // namespace

PatchEmbedding::PatchEmbedding(const WeightScope& scope, const EncoderConfig& config, Bias bias)
    : image_(image_config(config).image),
      patch_(image_config(config).patch),
      columns_(image_config(config).columns),
      class_token_(image_config(config).class_token),
      start_(start_of(scope, config)),
      patches_(patches_of(scope.scope("patch_embedding"), config, bias)) {}

// In the order of the convolution's weights: channel, row, column.
void PatchEmbedding::copy_patch(const float* image, std::int64_t number, float* to) const {
  const float* const corner = image + number / columns_ * patch_ * image_.width + number % columns_ * patch_;
  for (std::int64_t channel = 0; channel < image_.channels; ++channel) {
    for (std::int64_t row = 0; row < patch_; ++row) {
      to = std::copy_n(corner + (channel * image_.height + row) * image_.width, patch_, to);
    }
  }
}

// The class token has a patch of zeros.
void PatchEmbedding::operator()(const PackedBatch& batch, const Piece& piece, float* hidden,
                                EncoderScratch& scratch) const {
  const std::int64_t tokens = start_.rows, width = start_.columns, numbers = patches_.in();
  for (std::int64_t i = 0; i < piece.rows; ++i) {
    const std::int64_t image = (piece.first + i) / tokens, token = (piece.first + i) % tokens;
    float* const patch = scratch.inner.data() + i * numbers;
    if (class_token_ && token == 0) {
      std::fill_n(patch, numbers, 0.0F);
    } else {
      copy_patch(batch.inputs[static_cast<std::size_t>(image)], token - (class_token_ ? 1 : 0), patch);
    }
    std::copy_n(start_.values.data() + token * width, width, hidden + (piece.first + i) * width);
  }
  scratch.runner.run(patches_, scratch.inner.data(), piece.rows, hidden + piece.first * width);
}

}  // namespace signalbox::models
