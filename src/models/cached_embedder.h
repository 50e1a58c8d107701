// A model that encodes no text twice while its vector is remembered (embedding_cache.h).
//
// Decorator: info, tokens and passes are those of the model behind it, so passes() counts what was really encoded.
// Immutable but for the shared cache; any thread that may call the model may call this.
#pragma once

#include <memory>

#include "models/embedder_decorator.h"
#include "models/embedding_cache.h"
#include "models/encoder_metrics.h"
#include "models/text_embedder.h"

namespace signalbox::models {

class CachedEmbedder final : public EmbedderDecorator {
 public:
  // `metrics` may be null.
  CachedEmbedder(std::shared_ptr<const TextEmbedder> model, std::shared_ptr<EmbeddingCache> cache,
                 std::shared_ptr<EncoderMetrics> metrics)
      : EmbedderDecorator(std::move(model)), cache_(std::move(cache)), metrics_(std::move(metrics)) {}

  Result embed(std::string_view text, const EmbedOptions& options) const override;

 private:
  std::shared_ptr<EmbeddingCache> cache_;
  std::shared_ptr<EncoderMetrics> metrics_;
};

}  // namespace signalbox::models
