#include "models/encoder_metrics.h"

#include <array>

namespace signalbox::models {

EncoderMetrics::EncoderMetrics(telemetry::Registry& registry)
    : passes_(registry.counter("signalbox_encoder_passes_total", "Texts that went through an encoder.", {"model"})),
      cache_(registry.counter("signalbox_encoder_cache_total",
                              "Wanted vectors: hit (encoded before), shared (encoded for somebody else at the same "
                              "time), miss.",
                              {"model", "result"})),
      refused_(registry.counter("signalbox_encoder_refused_total",
                                "Vectors that were not made: overloaded (the queue was full), timeout, cancelled, "
                                "untrusted, failed.",
                                {"model", "reason"})),
      trust_(registry.gauge("signalbox_encoder_trust", "1 for the state that a model is in.", {"model", "state"})) {}

void EncoderMetrics::answered(const ModelInfo& model, const EmbeddingCache::Answer& answer) {
  if (!answer.result) refused_.with({model.name, to_string(answer.result.error().kind)}).increment();
  switch (answer.source) {
    case EmbeddingCache::Source::cached:
      cache_.with({model.name, "hit"}).increment();
      return;
    case EmbeddingCache::Source::shared:
      if (answer.result) cache_.with({model.name, "shared"}).increment();
      return;
    case EmbeddingCache::Source::encoded:
      cache_.with({model.name, "miss"}).increment();
      if (answer.result) passes_.with({model.name}).increment();
      return;
  }
}

void EncoderMetrics::served(const ModelInfo& model) {
  for (const Trust state : {Trust::proven, Trust::unproven, Trust::untrusted}) {
    trust_.with({model.name, to_string(state)}).set(state == model.trust ? 1 : 0);
  }
}

}  // namespace signalbox::models
