#include "api/model_json.h"

#include <nlohmann/json.hpp>

namespace signalbox::api {

using Json = nlohmann::ordered_json;

Json loaded_models_json(const router::Snapshot& snapshot) {
  Json list = Json::array();
  if (!snapshot.embedding->embedder) return list;
  const models::ModelInfo& model = snapshot.embedding->embedder->info();
  list.push_back({{"name", model.name},
                  {"type", "embedding"},
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
                    {"dimensions", model.shorter_dimensions}}}});
  return list;
}

}  // namespace signalbox::api
