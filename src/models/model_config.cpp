#include "models/model_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>

#include "models/architecture.h"
#include "models/image_architecture.h"
#include "models/json_file.h"
#include "models/multi_modal_embed.h"
#include "tensor/load_error.h"

namespace signalbox::models {
namespace {

using nlohmann::json;
using tensor::LoadError;
namespace fs = std::filesystem;

// As vLLM reads it. `is_matryoshka` alone does not say which lengths the model was trained for.
// multi-modal-embed writes another key.
std::vector<std::uint32_t> read_dimensions(const JsonObject& config, std::int64_t width) {
  std::vector<std::uint32_t> dimensions;
  const char* const key = config.has("matryoshka_dims") ? "matryoshka_dims" : "matryoshka_dimensions";
  for (const std::int64_t dimension : config.integers_or_none(key, 1, width)) {
    dimensions.push_back(static_cast<std::uint32_t>(dimension));
  }
  std::ranges::sort(dimensions, std::greater());
  const auto repeated = std::ranges::unique(dimensions);
  dimensions.erase(repeated.begin(), repeated.end());
  return dimensions;
}

EncoderConfig read_encoder(const json& parsed, const std::string& file) {
  const JsonObject config(parsed, file);
  const std::string model_type = model_type_of(config);
  const Architecture* const architecture = find_architecture(model_type);
  if (architecture == nullptr) {
    config.refuse("model_type", fmt::format("is \"{}\", an architecture that Signalbox does not know; it knows {}",
                                            model_type.substr(0, 40), known_architectures()));
  }
  EncoderConfig encoder = architecture->read_config(config);
  encoder.model_type = model_type;
  encoder.matryoshka_dimensions = read_dimensions(config, encoder.vector_width());
  return encoder;
}

// The one mode that is set; sentence-transformers concatenates several, which no model we know does.
Pooling read_pooling(const fs::path& path) {
  const json parsed = read_json_file(path);
  const JsonObject config(parsed, path.string());
  std::optional<Pooling> chosen;
  constexpr std::array<std::pair<std::string_view, Pooling>, 3> kModes{{{"pooling_mode_cls_token", Pooling::cls},
                                                                        {"pooling_mode_mean_tokens", Pooling::mean},
                                                                        {"pooling_mode_lasttoken", Pooling::last}}};
  for (const auto& [key, pooling] : kModes) {
    if (!config.flag_or(key, false)) continue;
    if (chosen) config.refuse(key, "is the second pooling mode; only one is supported");
    chosen = pooling;
  }
  for (const auto& [key, value] : parsed.items()) {
    const bool known =
        key == "pooling_mode_cls_token" || key == "pooling_mode_mean_tokens" || key == "pooling_mode_lasttoken";
    if (!known && key.starts_with("pooling_mode_") && value == json(true))
      config.refuse(key, "is a pooling mode that is not supported");
  }
  if (!chosen)
    throw LoadError(path.string() + ": sets no pooling mode that is supported (cls_token, mean_tokens, lasttoken)");
  return *chosen;
}

// modules.json lists what sentence-transformers runs one after the other.
SentenceConfig read_sentence(const fs::path& folder, std::vector<fs::path>& files) {
  SentenceConfig sentence;
  if (const fs::path file = folder / "sentence_bert_config.json"; fs::exists(file)) {
    files.push_back(file);
    const json parsed = read_json_file(file);
    const JsonObject config(parsed, file.string());
    if (config.has("max_seq_length")) sentence.max_tokens = config.integer("max_seq_length", 3, 1 << 20);
  }
  const fs::path modules = folder / "modules.json";
  if (!fs::exists(modules)) return sentence;
  files.push_back(modules);
  for (const json& module : read_json_file(modules)) {
    const JsonObject entry(module, modules.string());
    const std::string type = entry.text("type");
    const std::string kind = type.substr(type.rfind('.') + 1);
    if (kind == "Pooling") {
      files.push_back(folder / entry.text_or("path", "") / "config.json");
      sentence.pooling = read_pooling(files.back());
    } else if (kind != "Transformer" && kind != "Normalize") {
      entry.refuse("type", fmt::format("names the module {}, which is not supported", kind.substr(0, 40)));
    }
  }
  return sentence;
}

}  // namespace

void check_model_files(const fs::path& folder) {
  if (!fs::is_directory(folder)) throw LoadError(folder.string() + ": there is no such folder");
  if (fs::exists(folder / "model.safetensors")) return;
  if (fs::exists(folder / "model.safetensors.index.json")) {
    throw LoadError(folder.string() +
                    ": its weights are split over several files; join them into one model.safetensors");
  }
  if (fs::exists(folder / "model.onnx") || fs::exists(folder / "onnx")) {
    throw LoadError(
        folder.string() +
        ": holds only ONNX; Signalbox reads model.safetensors: fetch the model's original folder, or save it "
        "again with save_pretrained(safe_serialization=True)");
  }
  if (fs::exists(folder / "pytorch_model.bin")) {
    throw LoadError(folder.string() +
                    ": holds pytorch_model.bin, which can run code when it is read; save the model as "
                    "safetensors with save_pretrained(safe_serialization=True)");
  }
  throw LoadError(folder.string() + ": has no model.safetensors");
}

std::string model_type_of(const JsonObject& config) {
  const std::string_view implied = config.has("model_type") ? std::string_view() : implied_model_type(config);
  return implied.empty() ? config.text("model_type") : std::string(implied);
}

bool is_joint(std::string_view model_type) {
  return find_architecture(model_type) != nullptr && find_image_architecture(model_type) != nullptr;
}

std::string_view to_string(Pooling pooling) {
  switch (pooling) {
    case Pooling::cls:
      return "cls";
    case Pooling::mean:
      return "mean";
    case Pooling::last:
      return "last";
  }
  return "";
}

EncoderConfig read_encoder_config(std::string_view text, const std::string& file) {
  return read_encoder(parse_json(text, file), file);
}

ModelFolder read_model_folder(const fs::path& path) {
  check_model_files(path);
  ModelFolder folder;
  folder.path = path;
  folder.weights = path / "model.safetensors";
  folder.tokenizer = path / "tokenizer.json";
  if (!fs::exists(folder.tokenizer)) {
    throw LoadError(path.string() +
                    ": has no tokenizer.json; save the tokenizer with AutoTokenizer(...).save_pretrained()");
  }
  folder.encoder = read_encoder(read_json_file(path / "config.json"), (path / "config.json").string());
  folder.files = {folder.weights, folder.tokenizer, path / "config.json"};
  for (const char* const name : {"preprocessor_config.json", "tokenizer_config.json", "special_tokens_map.json"}) {
    // What a joint model's towers read besides.
    if (is_joint(folder.encoder.model_type) && fs::exists(path / name)) folder.files.push_back(path / name);
  }
  if (folder.encoder.contract) {
    folder.sentence.pooling = Pooling::last;
  } else {
    folder.sentence = read_sentence(path, folder.files);
  }
  return folder;
}

}  // namespace signalbox::models
