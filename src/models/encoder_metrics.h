// What the encoders did, for /metrics: signalbox_encoder_*.
//
// Labels are names of model folders and words of this source: bounded by the configuration. Any thread; the registry
// outlives it.
#pragma once

#include <cstdint>

#include "models/embedding_cache.h"
#include "models/text_embedder.h"
#include "telemetry/metrics.h"

namespace signalbox::models {

class EncoderMetrics {
 public:
  explicit EncoderMetrics(telemetry::Registry& registry);

  // What a model reads: a joint model has a tower for each.
  enum class Modality : std::uint8_t { text, image };

  void answered(const ModelInfo& model, Modality modality, const EmbeddingCache::Answer& answer);
  // The trust state that a model is served in.
  void served(const ModelInfo& model, Modality modality);

 private:
  telemetry::Family<telemetry::Counter>& passes_;
  telemetry::Family<telemetry::Counter>& cache_;
  telemetry::Family<telemetry::Counter>& refused_;
  telemetry::Family<telemetry::Gauge>& trust_;
};

}  // namespace signalbox::models
