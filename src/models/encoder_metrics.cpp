#include "models/encoder_metrics.h"

#include <array>

namespace signalbox::models {
namespace {

std::string_view to_string(EncoderMetrics::Modality modality) {
  return modality == EncoderMetrics::Modality::text ? "text" : "image";
}

}  // namespace

EncoderMetrics::EncoderMetrics(telemetry::Registry& registry)
    : passes_(registry.counter("signalbox_encoder_passes_total", "Texts and images that went through an encoder.",
                               {"model", "modality"})),
      cache_(registry.counter("signalbox_encoder_cache_total",
                              "Wanted vectors: hit (encoded before), shared (encoded for somebody else at the same "
                              "time), miss.",
                              {"model", "modality", "result"})),
      refused_(registry.counter("signalbox_encoder_refused_total",
                                "Vectors that were not made: overloaded (the queue was full), timeout, cancelled, "
                                "untrusted, failed.",
                                {"model", "modality", "reason"})),
      trust_(registry.gauge("signalbox_encoder_trust", "1 for the state that a model is in.",
                            {"model", "modality", "state"})) {}

void EncoderMetrics::answered(const ModelInfo& model, Modality modality, const EmbeddingCache::Answer& answer) {
  const std::string_view read = to_string(modality);
  if (!answer.result) refused_.with({model.name, read, to_string(answer.result.error().kind)}).increment();
  switch (answer.source) {
    case EmbeddingCache::Source::cached:
      cache_.with({model.name, read, "hit"}).increment();
      return;
    case EmbeddingCache::Source::shared:
      if (answer.result) cache_.with({model.name, read, "shared"}).increment();
      return;
    case EmbeddingCache::Source::encoded:
      cache_.with({model.name, read, "miss"}).increment();
      if (answer.result) passes_.with({model.name, read}).increment();
      return;
  }
}

void EncoderMetrics::served(const ModelInfo& model, Modality modality) {
  for (const Trust state : {Trust::proven, Trust::unproven, Trust::untrusted}) {
    trust_.with({model.name, to_string(modality), to_string(state)}).set(state == model.trust ? 1 : 0);
  }
}

}  // namespace signalbox::models
