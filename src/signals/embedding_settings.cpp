#include "signals/embedding_settings.h"

namespace signalbox::signals {

ScoreSettings resolve(const PrototypeSettings& written, bool v1) {
  ScoreSettings settings;
  if (v1) {
    settings.clusters.enabled = false;
    settings.blend.best_weight = 1.0;
  }
  settings.clusters.enabled = written.clustering.value_or(settings.clusters.enabled);
  settings.clusters.cluster_similarity = written.cluster_similarity.value_or(settings.clusters.cluster_similarity);
  if (written.max_prototypes) settings.clusters.max_prototypes = static_cast<std::size_t>(*written.max_prototypes);
  settings.blend.best_weight = written.best_weight.value_or(settings.blend.best_weight);
  if (written.top_m) settings.blend.top_m = static_cast<std::size_t>(*written.top_m);
  return settings;
}

MatchSettings resolve(const EmbeddingSettings& written, bool v1) {
  MatchSettings settings;
  static_cast<ScoreSettings&>(settings) = resolve(written.prototypes, v1);
  if (v1) {
    settings.soft_matching = false;
    settings.top_k = 0;
  }
  settings.soft_matching = written.soft_matching.value_or(settings.soft_matching);
  settings.min_score = written.min_score.value_or(settings.min_score);
  if (written.top_k) settings.top_k = static_cast<std::size_t>(*written.top_k);
  return settings;
}

}  // namespace signalbox::signals
