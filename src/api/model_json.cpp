#include "api/model_json.h"

#include <map>
#include <nlohmann/json.hpp>
#include <string_view>

namespace signalbox::api {

using Json = nlohmann::ordered_json;

namespace {

Json model_json(const models::ModelInfo& model, std::string_view type) {
  return {{"name", model.name},
          {"type", type},
          {"loaded", true},
          {"model_path", model.path},
          {"architecture", model.architecture},
          {"precision", model.precision},
          {"fingerprint", model.fingerprint},
          {"trust", models::to_string(model.trust)},
          {"trust_detail", model.trust_detail},
          {"metadata",
           {{"max_sequence_length", model.max_tokens},
            {"default_dimension", model.dimension},
            {"matryoshka_supported", !model.shorter_dimensions.empty()},
            {"dimensions", model.shorter_dimensions}}}};
}

// The models behind signals, other than the embedding model, by folder.
std::map<std::string_view, const models::ModelInfo*> classifiers_of(const router::Snapshot& snapshot) {
  std::map<std::string_view, const models::ModelInfo*> found;
  for (const router::Recipe& recipe : snapshot.recipes) {
    const decision::SignalTable& table = recipe.engine->program().signals;
    for (const decision::SignalEntry& entry : table.entries()) {
      const models::ModelInfo* model = table.family(entry.family).measured_by(entry.leaf);
      if (model != nullptr) found.emplace(model->path, model);
    }
  }
  if (snapshot.embedding->embedder) found.erase(snapshot.embedding->embedder->info().path);
  return found;
}

}  // namespace

Json embedding_models_json(const router::Snapshot& snapshot) {
  Json list = Json::array();
  if (snapshot.embedding->embedder) list.push_back(model_json(snapshot.embedding->embedder->info(), "embedding"));
  return list;
}

Json loaded_models_json(const router::Snapshot& snapshot) {
  Json list = embedding_models_json(snapshot);
  for (const auto& [path, model] : classifiers_of(snapshot)) list.push_back(model_json(*model, "classifier"));
  return list;
}

}  // namespace signalbox::api
