// A model that encodes no text twice while its vector is remembered (embedding_cache.h).
//
// Decorator: info, tokens and passes are those of the model behind it, so passes() counts what was really encoded.
// Immutable but for the shared cache; any thread that may call the model may call this.
#pragma once

#include <memory>

#include "models/embedding_cache.h"
#include "models/encoder_metrics.h"
#include "models/text_embedder.h"

namespace signalbox::models {

class CachedEmbedder final : public TextEmbedder {
 public:
  // `metrics` may be null.
  CachedEmbedder(std::shared_ptr<const TextEmbedder> model, std::shared_ptr<EmbeddingCache> cache,
                 std::shared_ptr<EncoderMetrics> metrics)
      : model_(std::move(model)), cache_(std::move(cache)), metrics_(std::move(metrics)) {}

  const ModelInfo& info() const override { return model_->info(); }
  Result embed(std::string_view text, const EmbedOptions& options) const override;
  std::uint32_t count_tokens(std::string_view text) const override { return model_->count_tokens(text); }
  std::uint64_t passes() const override { return model_->passes(); }

 private:
  std::shared_ptr<const TextEmbedder> model_;
  std::shared_ptr<EmbeddingCache> cache_;
  std::shared_ptr<EncoderMetrics> metrics_;
};

}  // namespace signalbox::models
