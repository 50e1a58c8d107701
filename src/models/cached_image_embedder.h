// An image model that encodes no content twice while its vector is remembered (embedding_cache.h).
//
// Decorator, as CachedEmbedder is for texts: passes() counts what was really encoded. Immutable but for the shared
// cache; any thread that may call the model may call this.
#pragma once

#include <memory>

#include "models/embedding_cache.h"
#include "models/encoder_metrics.h"
#include "models/image_embedder.h"

namespace signalbox::models {

class CachedImageEmbedder final : public ImageEmbedder {
 public:
  // `cache` is for images alone; `metrics` may be null.
  CachedImageEmbedder(std::shared_ptr<const ImageEmbedder> model, std::shared_ptr<EmbeddingCache> cache,
                      std::shared_ptr<EncoderMetrics> metrics)
      : model_(std::move(model)), cache_(std::move(cache)), metrics_(std::move(metrics)) {}

  const ModelInfo& info() const override { return model_->info(); }
  const imaging::ImagePreprocessor& preprocessor() const override { return model_->preprocessor(); }
  std::uint64_t passes() const override { return model_->passes(); }
  Result embed(ImageInput image, const EmbedOptions& options) const override;
  std::shared_ptr<const ImageEmbedding> remembered(const digest::Sha256& content) const override;

 private:
  std::shared_ptr<const ImageEmbedder> model_;
  std::shared_ptr<EmbeddingCache> cache_;
  std::shared_ptr<EncoderMetrics> metrics_;
};

}  // namespace signalbox::models
