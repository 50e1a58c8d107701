#include "router/embeddings_spec.h"

#include <algorithm>
#include <array>

namespace signalbox::models {

std::span<const config::EnumName> enum_names(Precision) {
  static constexpr std::array<config::EnumName, 4> kNames{{{static_cast<int>(Precision::automatic), "auto"},
                                                           {static_cast<int>(Precision::fp32), "fp32"},
                                                           {static_cast<int>(Precision::bf16), "bf16"},
                                                           {static_cast<int>(Precision::int8), "int8"}}};
  return kNames;
}

std::span<const config::EnumName> enum_names(TrustPolicy) {
  static constexpr std::array<config::EnumName, 2> kNames{
      {{static_cast<int>(TrustPolicy::proven_only), "proven_only"},
       {static_cast<int>(TrustPolicy::allow_unproven), "allow_unproven"}}};
  return kNames;
}

}  // namespace signalbox::models

namespace signalbox::router {

namespace {

constexpr std::array<config::EnumName, 5> kModelTypes{{{static_cast<int>(EmbeddingModelType::qwen3), "qwen3"},
                                                       {static_cast<int>(EmbeddingModelType::gemma), "gemma"},
                                                       {static_cast<int>(EmbeddingModelType::mmbert), "mmbert"},
                                                       {static_cast<int>(EmbeddingModelType::multimodal), "multimodal"},
                                                       {static_cast<int>(EmbeddingModelType::bert), "bert"}}};
constexpr std::array<std::string_view, 5> kPathKeys{"qwen3_model_path", "gemma_model_path", "mmbert_model_path",
                                                    "multimodal_model_path", "bert_model_path"};
constexpr std::array<std::string SemanticEmbeddingsSpec::*, 5> kPaths{
    &SemanticEmbeddingsSpec::qwen3_model_path, &SemanticEmbeddingsSpec::gemma_model_path,
    &SemanticEmbeddingsSpec::mmbert_model_path, &SemanticEmbeddingsSpec::multimodal_model_path,
    &SemanticEmbeddingsSpec::bert_model_path};

}  // namespace

std::span<const config::EnumName> enum_names(EmbeddingModelType) {
  return kModelTypes;
}

std::span<const config::EnumName> enum_names(EmbeddingBackend) {
  static constexpr std::array<config::EnumName, 3> kNames{
      {{static_cast<int>(EmbeddingBackend::candle), "candle"},
       {static_cast<int>(EmbeddingBackend::openvino), "openvino"},
       {static_cast<int>(EmbeddingBackend::openai_compatible), "openai_compatible"}}};
  return kNames;
}

const std::string& SemanticEmbeddingsSpec::path_of(EmbeddingModelType type) const {
  return this->*kPaths[static_cast<std::size_t>(type)];
}

std::string_view path_key(EmbeddingModelType type) {
  return kPathKeys[static_cast<std::size_t>(type)];
}

EmbeddingModelType model_type_of(const SemanticEmbeddingsSpec& spec) {
  if (spec.embedding_config.model_type) return *spec.embedding_config.model_type;
  const auto is_written = [&](const config::EnumName& type) {
    return !spec.path_of(static_cast<EmbeddingModelType>(type.value)).empty();
  };
  if (std::ranges::count_if(kModelTypes, is_written) != 1) return EmbeddingModelType::mmbert;
  return static_cast<EmbeddingModelType>(std::ranges::find_if(kModelTypes, is_written)->value);
}

void describe(config::Visitor& v, PrototypeScoringSpec& x) {
  v.object("PrototypeScoring", "How example texts are grouped, and how likeness to several becomes one score.");
  describe_fields(v, x);
  v.reserved("margin_threshold", "", "Used by preference signals.");
}

void describe_fields(config::Visitor& v, PrototypeScoringSpec& x) {
  v.field("enabled", x.enabled,
          {.doc = "Group examples that say nearly the same and keep one of each group. Absent: true under v0.3, false "
                  "under v1, where every example counts."});
  v.field("cluster_similarity_threshold", x.cluster_similarity_threshold,
          {.doc = "Similarity from which two examples are of one group (default 0.9).", .min = 0, .max = 1});
  v.field("max_prototypes", x.max_prototypes,
          {.doc = "Groups that are kept, the largest first (default 8).", .min = 1, .max = 4096});
  v.field("best_weight", x.best_weight,
          {.doc = "Weight of the best similarity in the score of max and any; the rest is the mean of the top_m best. "
                  "Absent: 0.75 under v0.3, 1 under v1, where max is the maximum.",
           .min = 0,
           .max = 1});
  v.field("top_m", x.top_m, {.doc = "How many of the best similarities support the score (default 2).", .min = 1});
}

void describe(config::Visitor& v, EmbeddingConfigSpec& x) {
  v.object("EmbeddingConfig", "Which embedding model is used, and when a likeness is a match.", &x.path);
  v.field("model_type", x.model_type,
          {.doc = "Which of the paths is the embedding model. Absent: the only path that is written, else mmbert."});
  v.field("backend", x.backend,
          {.doc = "candle and openvino: in this process, by our own runtime. openai_compatible is not supported: the "
                  "signals are unknown."});
  v.field("preload_embeddings", x.preload_embeddings,
          {.doc = "Encode example texts when the configuration is loaded; otherwise at the first request."});
  v.field("target_dimension", x.target_dimension,
          {.doc = "Cut vectors to this many dimensions (Matryoshka models only). Absent: the model's own.",
           .min = 1,
           .max = 65536});
  v.field("target_layer", x.target_layer,
          {.doc = "Take the vector of this layer (models trained for early exit). Absent: the last.",
           .min = 1,
           .max = 1024});
  v.field("enable_soft_matching", x.enable_soft_matching,
          {.doc = "Where no rule reaches its threshold, those that reach min_score_threshold match. Absent: true under "
                  "v0.3, false under v1, where thresholds are lower bounds."});
  v.field("top_k", x.top_k,
          {.doc = "How many embedding matches stay, the best first; 0: all. Absent: 1 under v0.3, 0 under v1.",
           .min = 0,
           .max = 100'000});
  v.field("min_score_threshold", x.min_score_threshold,
          {.doc = "Score of a soft match (default 0.5).", .min = -1, .max = 1});
  v.field("prototype_scoring", x.prototype_scoring, {.doc = "Examples and scores."});
}

void describe(config::Visitor& v, SemanticEmbeddingsSpec& x) {
  v.object("SemanticEmbeddings", "The embedding model: a Hugging Face folder, relative to this file.", &x.path);
  v.field("qwen3_model_path", x.qwen3_model_path, {.doc = "Folder of a Qwen3 embedding model."});
  v.field("gemma_model_path", x.gemma_model_path, {.doc = "Folder of an EmbeddingGemma model."});
  v.field("mmbert_model_path", x.mmbert_model_path,
          {.doc = "Folder of an mmBERT model. Absent: models/mmbert-embed-32k-2d-matryoshka."});
  v.field("multimodal_model_path", x.multimodal_model_path, {.doc = "Folder of a model of texts and pictures."});
  v.field("bert_model_path", x.bert_model_path, {.doc = "Folder of a BERT sentence model (MiniLM, bge, e5)."});
  v.field("use_cpu", x.use_cpu, {.doc = "Models run on the CPU; false changes nothing here."});
  v.field("embedding_config", x.embedding_config, {.doc = "Which model, and when likeness is a match."});
  v.reserved("endpoint", "base_url model api_key_env timeout_seconds max_retries dimensions",
             "A remote embedding model.");
}

void describe(config::Visitor& v, EmbeddingsSpec& x) {
  v.object("Embeddings", "Embedding models.");
  v.field("semantic", x.semantic, {.doc = "The embedding model of signals and of the embedding endpoints."});
}

void describe(config::Visitor& v, ModelRuntimeSpec& x) {
  v.object("ModelRuntime", "How models use this machine.");
  v.field("threads", x.threads, {.doc = "Threads that compute; 0: one a core.", .min = 0, .max = 4096, .ours = true});
  v.field("pin", x.pin, {.doc = "Pin each of them to a core of its own.", .ours = true});
  v.field("max_batch_tokens", x.max_batch_tokens,
          {.doc = "Tokens that are encoded together; 0: as the runtime finds best.",
           .min = 0,
           .max = 1 << 20,
           .ours = true});
  v.field("max_queue", x.max_queue,
          {.doc = "Texts that wait to be encoded; above it a signal is unknown (overloaded). 0: as the runtime says.",
           .min = 0,
           .max = 1 << 20,
           .ours = true});
  v.field("cache_mib", x.cache_mib,
          {.doc = "Memory for vectors of texts that were encoded before, by content hash; 0: none.",
           .min = 0,
           .max = 1 << 20,
           .ours = true});
}

}  // namespace signalbox::router
