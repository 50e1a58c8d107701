#include "models/served_models.h"

#include "models/trust_gate.h"

namespace signalbox::models {

ServedModels::ServedModels(std::shared_ptr<EmbedderProvider> provider, telemetry::Registry* metrics)
    : provider_(std::move(provider)),
      metrics_(metrics != nullptr ? std::make_shared<EncoderMetrics>(*metrics) : nullptr),
      cache_(std::make_shared<EmbeddingCache>(0)),
      candidates_(std::make_shared<CandidateStore>()) {}

EmbedderProvider::Opened ServedModels::open(const EmbedderRequest& request, std::size_t cache_bytes) {
  EmbedderProvider::Opened opened = provider_->open(request);
  if (!opened) return opened;
  cache_->set_max_bytes(cache_bytes);
  if (metrics_) metrics_->served((*opened)->info());
  auto cached = std::make_shared<const CachedEmbedder>(std::move(*opened), cache_, metrics_);
  return std::make_shared<const GatedEmbedder>(std::move(cached), request.trust);
}

EmbedderProvider::OpenedImages ServedModels::open_images(const EmbedderRequest& request) {
  EmbedderProvider::OpenedImages opened = provider_->open_images(request);
  if (!opened) return opened;
  return std::make_shared<const GatedImageEmbedder>(std::move(*opened), request.trust);
}

EmbedderProvider::OpenedClassifier ServedModels::open_classifier(const ClassifierRequest& request) {
  EmbedderProvider::OpenedClassifier opened = provider_->open_classifier(request);
  if (!opened) return opened;
  if (metrics_) metrics_->served((*opened)->info());
  return std::make_shared<const GatedClassifier>(std::move(*opened), request.trust);
}

EmbedderProvider::OpenedTagger ServedModels::open_tagger(const ClassifierRequest& request) {
  EmbedderProvider::OpenedTagger opened = provider_->open_tagger(request);
  if (!opened) return opened;
  if (metrics_) metrics_->served((*opened)->info());
  return std::make_shared<const GatedTagger>(std::move(*opened), request.trust);
}

}  // namespace signalbox::models
