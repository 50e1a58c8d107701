#include "models/cached_embedder.h"

namespace signalbox::models {

TextEmbedder::Result CachedEmbedder::embed(std::string_view text, const EmbedOptions& options) const {
  EmbeddingCache::Answer answer = cache_->get(*model_, text, options);
  if (metrics_) metrics_->answered(model_->info(), EncoderMetrics::Modality::text, answer);
  return std::move(answer.result);
}

}  // namespace signalbox::models
