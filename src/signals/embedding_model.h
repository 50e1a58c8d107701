// What signals know of the configuration's embedding model: the model itself, and how similarities become matches.
//
// Made when a snapshot is built, owned by it, immutable; shared by all threads.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "models/candidate_store.h"
#include "models/image_embedder.h"
#include "models/text_embedder.h"

namespace signalbox::signals {

// A prototype_scoring block as written; what is absent has a default that the version decides (embedding_settings.h).
struct PrototypeSettings {
  std::optional<bool> clustering;
  std::optional<double> cluster_similarity;
  std::optional<std::int64_t> max_prototypes;
  std::optional<double> best_weight;
  std::optional<std::int64_t> top_m;
  double margin = 0;  // over the runner-up (preference)
};

// embeddings.semantic.embedding_config as written.
struct EmbeddingSettings {
  std::optional<bool> soft_matching;
  std::optional<double> min_score;
  std::optional<std::int64_t> top_k;
  PrototypeSettings prototypes;
};

// The model that compares pictures with texts: both towers, or neither.
struct PictureModel {
  std::string name;  // of its folder; empty where none is configured
  models::JointModel towers;
  std::shared_ptr<models::CandidateStore> candidates;  // never null where towers are
  std::string missing = "no multimodal_model_path is configured";
  bool only_checked = false;  // as of EmbeddingModel
  bool has_towers() const { return towers.images != nullptr; }
};

struct EmbeddingModel {
  std::string name;                                         // of its folder; empty where none is configured
  std::shared_ptr<const models::TextEmbedder> embedder;     // null: there is none
  std::shared_ptr<models::CandidateStore> candidates;       // never null where an embedder is
  std::string missing = "no embedding model is installed";  // why there is none
  // There is none because nobody asked for it (validate), not because it cannot be had.
  bool only_checked = false;
  bool preload = true;  // encode the examples when the configuration is loaded, not at the first request
  EmbeddingSettings settings;
  PictureModel pictures;
};

// Why its rules are unknown for every request; empty: they are not.
inline std::string_view missing_of(const PictureModel& model) {
  return model.has_towers() || model.only_checked ? std::string_view() : std::string_view(model.missing);
}

// Null without a model.
inline const models::ModelInfo* info_of(const EmbeddingModel& model) {
  return model.embedder ? &model.embedder->info() : nullptr;
}

}  // namespace signalbox::signals
