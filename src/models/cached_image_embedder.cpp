#include "models/cached_image_embedder.h"

#include <string_view>
#include <utility>

namespace signalbox::models {
namespace {

EmbeddingCache::Key key_of(const ModelInfo& model, const digest::Sha256& content) {
  return EmbeddingCache::key_of(model, {reinterpret_cast<const char*>(content.data()), content.size()});
}

}  // namespace

CachedImageEmbedder::Result CachedImageEmbedder::embed(ImageInput image, const EmbedOptions& options) const {
  EmbeddingCache::Answer answer;
  if (image.content) {
    const EmbeddingCache::Key key = key_of(info(), *image.content);
    answer = cache_->get(key, options, [&] { return model_->embed(std::move(image), options); });
  } else {
    answer.result = model_->embed(std::move(image), options);
  }
  if (metrics_) metrics_->answered(info(), EncoderMetrics::Modality::image, answer);
  return std::move(answer.result);
}

std::shared_ptr<const ImageEmbedding> CachedImageEmbedder::remembered(const digest::Sha256& content) const {
  EmbeddingCache::Vector vector = cache_->remembered(key_of(info(), content));
  if (vector && metrics_) {
    metrics_->answered(info(), EncoderMetrics::Modality::image, {vector, EmbeddingCache::Source::cached});
  }
  return vector;
}

}  // namespace signalbox::models
