#include "models/vision_transformer.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "models/patch_embedding.h"
#include "models/pre_norm_layer.h"

namespace signalbox::models {
namespace {

using tensor::WeightScope;

class VisionTransformer final : public ImageEncoder {
 public:
  VisionTransformer(const EncoderConfig& config, const WeightScope& tower, VisionParts parts,
                    tensor::Arithmetic arithmetic)
      : config_(config), parts_(std::move(parts)), patches_(tower.scope("embeddings"), config, parts_.patch_bias) {
    const WeightScope layers = tower.scope("encoder.layers");
    for (std::int64_t i = 0; i < config.layers; ++i) {
      layers_.emplace_back(layers.scope(std::to_string(i)), config, tensor::kEveryKey, arithmetic);
    }
  }

  const EncoderConfig& config() const override { return config_; }

  bool encode(const PackedBatch& batch, EncoderWorkspace& w, const PassOptions& options) const override {
    const auto rows_of = [&](const Piece& piece) { return w.hidden.data() + piece.first * config_.hidden; };
    const bool whole = run_pass(
        config_.hidden, layers_, batch, w, options,
        [&](const Piece& piece, EncoderScratch& scratch) {
          patches_(batch, piece, w.hidden.data(), scratch);
          if (parts_.first_norm) (*parts_.first_norm)(rows_of(piece), piece.rows);
        },
        [&](const Piece& piece) {
          if (parts_.final_norm) (*parts_.final_norm)(rows_of(piece), piece.rows);
        });
    if (whole) read_out(batch.sequences(), w);
    return whole;
  }

 private:
  void read_out(std::int64_t images, EncoderWorkspace& w) const {
    const std::int64_t tokens = config_.sequence_tokens, width = config_.hidden, numbers = config_.vector_width();
    w.each(images, [&](std::int64_t image, EncoderScratch& scratch) {
      (*parts_.readout)(w.hidden.data() + image * tokens * width, tokens, w.pooled.data() + image * width, scratch);
    });
    w.each_piece(images, [&](std::int64_t first, std::int64_t rows, EncoderScratch& scratch) {
      const float* const pooled = w.pooled.data() + first * width;
      float* const vectors = w.vectors.data() + first * numbers;
      if (parts_.projection) {
        scratch.runner.run(*parts_.projection, pooled, rows, vectors);
      } else {
        std::copy_n(pooled, rows * width, vectors);
      }
    });
  }

  EncoderConfig config_;
  VisionParts parts_;
  PatchEmbedding patches_;
  std::vector<PreNormLayer> layers_;
};

}  // namespace

void set_readout(EncoderConfig& config, Readout readout) {
  auto own = std::make_shared<ImageConfig>(image_config(config));
  own->readout = readout;
  config.own = std::move(own);
}

std::unique_ptr<ImageEncoder> make_vision_transformer(const EncoderConfig& config, const WeightScope& tower,
                                                      VisionParts parts, tensor::Arithmetic arithmetic) {
  return std::make_unique<VisionTransformer>(config, tower, std::move(parts), arithmetic);
}

}  // namespace signalbox::models
