// `global.model_catalog.embeddings` as written, and the keys beside it that say how models are run and believed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "config/describe.h"
#include "models/embedder_provider.h"

namespace signalbox::models {
// The words of a configuration for the enumerations of models/.
std::span<const config::EnumName> enum_names(Precision);
std::span<const config::EnumName> enum_names(TrustPolicy);
}  // namespace signalbox::models

namespace signalbox::router {

// Which of the paths is the embedding model.
enum class EmbeddingModelType : std::uint8_t { qwen3, gemma, mmbert, multimodal, bert };
std::span<const config::EnumName> enum_names(EmbeddingModelType);

enum class EmbeddingBackend : std::uint8_t { candle, openvino, openai_compatible };
std::span<const config::EnumName> enum_names(EmbeddingBackend);

struct PrototypeScoringSpec {
  std::optional<bool> enabled;
  std::optional<double> cluster_similarity_threshold;
  std::optional<std::int64_t> max_prototypes;
  std::optional<double> best_weight;
  std::optional<std::int64_t> top_m;
};

struct EmbeddingConfigSpec {
  std::string path;
  std::optional<EmbeddingModelType> model_type;
  EmbeddingBackend backend = EmbeddingBackend::candle;
  bool preload_embeddings = true;
  std::optional<std::int64_t> target_dimension;
  std::optional<std::int64_t> target_layer;
  std::optional<bool> enable_soft_matching;
  std::optional<std::int64_t> top_k;
  std::optional<double> min_score_threshold;
  PrototypeScoringSpec prototype_scoring;
};

struct SemanticEmbeddingsSpec {
  std::string path;
  std::string folder;  // what paths are relative to: set by load, the folder of the file
  std::string qwen3_model_path, gemma_model_path, mmbert_model_path, multimodal_model_path, bert_model_path;
  bool use_cpu = true;
  EmbeddingConfigSpec embedding_config;

  const std::string& path_of(EmbeddingModelType type) const;
};
// "bert_model_path"
std::string_view path_key(EmbeddingModelType type);
// What model_type says; where it says nothing, the type of the only path that is written, else mmbert (VSR's default).
EmbeddingModelType model_type_of(const SemanticEmbeddingsSpec& spec);

struct EmbeddingsSpec {
  SemanticEmbeddingsSpec semantic;
};

struct ModelRuntimeSpec {
  std::int64_t threads = 0;
  bool pin = false;
  std::int64_t max_batch_tokens = 0;
  std::int64_t max_queue = 0;
  std::int64_t cache_mib = 32;
};

void describe(config::Visitor& v, PrototypeScoringSpec& x);
// Its keys, without margin_threshold.
void describe_fields(config::Visitor& v, PrototypeScoringSpec& x);
void describe(config::Visitor& v, EmbeddingConfigSpec& x);
void describe(config::Visitor& v, SemanticEmbeddingsSpec& x);
void describe(config::Visitor& v, EmbeddingsSpec& x);
void describe(config::Visitor& v, ModelRuntimeSpec& x);

}  // namespace signalbox::router
