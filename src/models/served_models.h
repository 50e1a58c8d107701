// The models of the process: opened by a provider, gated by trust, with the caches that outlive
// configurations.
//
// One object for the life of the process, made before the first configuration is loaded and gone after the last
// snapshot. Thread-safe; open() may take seconds.
#pragma once

#include <cstddef>
#include <memory>

#include "models/cached_embedder.h"
#include "models/candidate_store.h"
#include "models/embedder_provider.h"
#include "models/embedding_cache.h"
#include "models/encoder_metrics.h"

namespace signalbox::models {

class ServedModels {
 public:
  // `metrics` may be null, `provider` not.
  ServedModels(std::shared_ptr<EmbedderProvider> provider, telemetry::Registry* metrics);

  // The model as a configuration uses it: trust gate, then the cache across requests, then the model. `cache_bytes`
  // sets the bound of the cache, which is one for all models (and another one, as large, for images).
  EmbedderProvider::Opened open(const EmbedderRequest& request, std::size_t cache_bytes);
  // The towers of a joint model likewise.
  EmbedderProvider::OpenedJoint open_joint(const EmbedderRequest& request, std::size_t cache_bytes);
  // Classifiers behind the trust gate.
  EmbedderProvider::OpenedClassifier open_classifier(const ClassifierRequest& request);
  EmbedderProvider::OpenedTagger open_tagger(const ClassifierRequest& request);
  const std::shared_ptr<CandidateStore>& candidates() const { return candidates_; }

 private:
  std::shared_ptr<const TextEmbedder> serve(std::shared_ptr<const TextEmbedder> model, TrustPolicy trust);
  std::shared_ptr<const ImageEmbedder> serve(std::shared_ptr<const ImageEmbedder> model, TrustPolicy trust);

  std::shared_ptr<EmbedderProvider> provider_;
  std::shared_ptr<EncoderMetrics> metrics_;
  std::shared_ptr<EmbeddingCache> cache_, image_cache_;
  std::shared_ptr<CandidateStore> candidates_;
};

}  // namespace signalbox::models
