// The embedding model of a configuration: which folder it is, whether it is there, and the model itself, opened.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "router/build_steps.h"

namespace signalbox::router {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kDefaultFolder = "models/mmbert-embed-32k-2d-matryoshka";  // VSR's, of mmbert
constexpr std::size_t kMiB = 1u << 20;

std::uint32_t narrow(std::int64_t number) {
  return static_cast<std::uint32_t>(number);  // in range: the schema says so
}

signals::EmbeddingSettings settings_of(const EmbeddingConfigSpec& config) {
  return {.soft_matching = config.enable_soft_matching,
          .min_score = config.min_score_threshold,
          .top_k = config.top_k,
          .prototypes = settings_of(config.prototype_scoring)};
}

// The folder as it is written, and where it is on this machine.
struct ModelFolder {
  std::string written;
  std::string key;  // its path in the configuration
  fs::path place;
  bool stands_in = false;  // a model of the pack: the configuration's sizes are another model's
  // The last part of the path, whether or not it ends with a slash.
  std::string name() const {
    const fs::path normal = (place / "").lexically_normal().parent_path();
    return written.empty() ? "" : normal.filename().string();
  }
};

models::EmbedderRequest request_of(const ModelCatalogSpec& catalog, const ModelFolder& folder) {
  const EmbeddingConfigSpec& config = catalog.embeddings.semantic.embedding_config;
  models::EmbedderRequest request;
  request.path = folder.place.string();
  request.precision = catalog.precision;
  request.trust = catalog.trust;
  if (!folder.stands_in) {
    request.dimension = narrow(config.target_dimension.value_or(0));
    request.layer = narrow(config.target_layer.value_or(0));
  }
  request.runtime = runtime_of(catalog.runtime);
  return request;
}

ModelFolder folder_of(const SemanticEmbeddingsSpec& spec) {
  const EmbeddingModelType type = model_type_of(spec);
  ModelFolder folder{spec.path_of(type), config::join(spec.path, path_key(type)), {}};
  if (folder.written.empty() && type == EmbeddingModelType::mmbert) {
    folder.written = kDefaultFolder;
  }
  folder.place = fs::path(spec.folder) / folder.written;
  return folder;
}

bool is_there(const fs::path& folder) {
  std::error_code error;
  return fs::is_directory(folder, error);
}

void use_stand_in(ModelFolder& folder, StandIns& stand_ins) {
  const PackModel* const model = stand_ins.find("embedding", folder.key, folder.written);
  if (model == nullptr) return;
  folder.written = model->written;
  folder.place = model->folder;
  folder.stands_in = true;
}

void open(const ModelCatalogSpec& catalog, const ModelFolder& folder, models::ServedModels& served,
          signals::EmbeddingModel& model, config::Diagnostics& diagnostics) {
  const std::size_t cache = static_cast<std::size_t>(catalog.runtime.cache_mib) * kMiB;
  models::EmbedderProvider::Opened opened = served.open(request_of(catalog, folder), cache);
  if (!opened) {
    diagnostics.error(folder.key, "model_not_loaded", opened.error());
    return;
  }
  model.embedder = std::move(*opened);
  model.candidates = served.candidates();
}

}  // namespace

models::RuntimeOptions runtime_of(const ModelRuntimeSpec& spec) {
  return {.threads = narrow(spec.threads),
          .pin = spec.pin,
          .max_batch_tokens = narrow(spec.max_batch_tokens),
          .max_queue = narrow(spec.max_queue)};
}

std::shared_ptr<const signals::EmbeddingModel> build_embedding(const RootSpec& root, models::ServedModels* served,
                                                               StandIns& stand_ins, config::Diagnostics& diagnostics) {
  const SemanticEmbeddingsSpec& spec = root.global.model_catalog.embeddings.semantic;
  auto model = std::make_shared<signals::EmbeddingModel>();
  model->settings = settings_of(spec.embedding_config);
  model->preload = spec.embedding_config.preload_embeddings;
  ModelFolder folder = folder_of(spec);
  const bool remote = spec.embedding_config.backend == EmbeddingBackend::openai_compatible;
  if (!remote && (folder.written.empty() || !is_there(folder.place))) use_stand_in(folder, stand_ins);
  model->name = folder.name();
  if (remote) {
    model->missing = "remote embedding models are not supported";
    diagnostics.warning(config::join(spec.embedding_config.path, "backend"), "unsupported", model->missing,
                        "name a model folder, and use another backend");
  } else if (folder.written.empty()) {
    model->missing = fmt::format("no {} is configured", path_key(model_type_of(spec)));
  } else if (!is_there(folder.place)) {
    model->missing = fmt::format("there is no folder {}", folder.written);
  } else if (served == nullptr) {
    model->missing = "models are not loaded here";
    model->only_checked = true;
  } else {
    open(root.global.model_catalog, folder, *served, *model, diagnostics);
  }
  return model;
}

void build_local_embeddings(const RootSpec& root, Snapshot& snapshot, config::Diagnostics& diagnostics) {
  const RouterSpec& router = root.global.router;
  if (!router.local_embeddings) return;
  const std::string key = config::join(router.path, "local_embeddings");
  const signals::EmbeddingModel& model = *snapshot.embedding;
  if (std::ranges::find(router.passthrough_endpoints, "embeddings") != router.passthrough_endpoints.end()) {
    diagnostics.error(key, "conflict", "passthrough_endpoints sends embeddings to backends already",
                      "choose one of the two");
  } else if (!model.embedder && !model.only_checked) {
    diagnostics.error(key, "model_missing", model.missing, "set global.model_catalog.embeddings.semantic");
  } else if (snapshot.model_names.contains(model.name)) {
    diagnostics.error(key, "name_clash",
                      fmt::format("the embedding model would be called \"{}\", and so is another model", model.name),
                      "rename one of the two");
  } else {
    Model local;
    local.name = model.name;
    local.description = "embeddings, made by this router";
    local.local_embeddings = true;
    add_model(std::move(local), snapshot);
  }
}

}  // namespace signalbox::router
