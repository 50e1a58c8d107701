#include "models/served_models.h"

#include "models/cached_image_embedder.h"
#include "models/trust_gate.h"

namespace signalbox::models {

ServedModels::ServedModels(std::shared_ptr<EmbedderProvider> provider, telemetry::Registry* metrics)
    : provider_(std::move(provider)),
      metrics_(metrics != nullptr ? std::make_shared<EncoderMetrics>(*metrics) : nullptr),
      cache_(std::make_shared<EmbeddingCache>(0)),
      image_cache_(std::make_shared<EmbeddingCache>(0)),
      candidates_(std::make_shared<CandidateStore>()) {}

std::shared_ptr<const TextEmbedder> ServedModels::serve(std::shared_ptr<const TextEmbedder> model, TrustPolicy trust) {
  if (metrics_) metrics_->served(model->info(), EncoderMetrics::Modality::text);
  auto cached = std::make_shared<const CachedEmbedder>(std::move(model), cache_, metrics_);
  return std::make_shared<const GatedEmbedder>(std::move(cached), trust);
}

std::shared_ptr<const ImageEmbedder> ServedModels::serve(std::shared_ptr<const ImageEmbedder> model,
                                                         TrustPolicy trust) {
  if (metrics_) metrics_->served(model->info(), EncoderMetrics::Modality::image);
  auto cached = std::make_shared<const CachedImageEmbedder>(std::move(model), image_cache_, metrics_);
  return std::make_shared<const GatedImageEmbedder>(std::move(cached), trust);
}

EmbedderProvider::Opened ServedModels::open(const EmbedderRequest& request, std::size_t cache_bytes) {
  EmbedderProvider::Opened opened = provider_->open(request);
  if (!opened) return opened;
  cache_->set_max_bytes(cache_bytes);
  return serve(std::move(*opened), request.trust);
}

EmbedderProvider::OpenedJoint ServedModels::open_joint(const EmbedderRequest& request, std::size_t cache_bytes) {
  EmbedderProvider::OpenedJoint opened = provider_->open_joint(request);
  if (!opened) return opened;
  cache_->set_max_bytes(cache_bytes);
  image_cache_->set_max_bytes(cache_bytes);
  return JointModel{.text = serve(std::move(opened->text), request.trust),
                    .images = serve(std::move(opened->images), request.trust)};
}

EmbedderProvider::OpenedClassifier ServedModels::open_classifier(const ClassifierRequest& request) {
  EmbedderProvider::OpenedClassifier opened = provider_->open_classifier(request);
  if (!opened) return opened;
  if (metrics_) metrics_->served((*opened)->info(), EncoderMetrics::Modality::text);
  return std::make_shared<const GatedClassifier>(std::move(*opened), request.trust);
}

EmbedderProvider::OpenedTagger ServedModels::open_tagger(const ClassifierRequest& request) {
  EmbedderProvider::OpenedTagger opened = provider_->open_tagger(request);
  if (!opened) return opened;
  if (metrics_) metrics_->served((*opened)->info(), EncoderMetrics::Modality::text);
  return std::make_shared<const GatedTagger>(std::move(*opened), request.trust);
}

}  // namespace signalbox::models
