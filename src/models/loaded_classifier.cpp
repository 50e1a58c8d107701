#include "models/loaded_classifier.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "models/architecture.h"
#include "models/json_file.h"
#include "models/label_set.h"
#include "tensor/load_error.h"

namespace signalbox::models {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr std::array<std::pair<ClassifierTask, std::string_view>, 2> kClasses{
    {{ClassifierTask::sequence, "ForSequenceClassification"}, {ClassifierTask::token, "ForTokenClassification"}}};

// "architectures" names the class that the model was saved from. Where it names none, the head's tensors decide.
void check_task(const JsonObject& keys, const json& config, ClassifierTask task) {
  if (!keys.has("architectures")) return;
  const json& list = config["architectures"];
  if (!list.is_array() || list.size() != 1 || !list[0].is_string()) {
    keys.refuse("architectures", "is not a list of one class");
  }
  const std::string name = list[0].get<std::string>();
  const auto asked = std::ranges::find(kClasses, task, [](const auto& row) { return row.first; });
  if (name.ends_with(asked->second)) return;
  const auto other = std::ranges::find_if(kClasses, [&](const auto& row) { return name.ends_with(row.second); });
  if (other == kClasses.end()) {
    keys.refuse("architectures", fmt::format("is {}: no classifier", name.substr(0, 64)));
  }
  keys.refuse("architectures", fmt::format("is {}, a model for {}; asked is one for {}", name.substr(0, 64),
                                           to_string(other->first), to_string(task)));
}

void check_problem(const JsonObject& keys) {
  const std::string problem = keys.text_or("problem_type", "single_label_classification");
  if (problem == "single_label_classification") return;
  keys.refuse(
      "problem_type",
      problem == "multi_label_classification"
          ? "is multi_label_classification: labels of which several hold at once are not supported; one that is "
            "most probable must be what the model was trained for"
          : fmt::format("is \"{}\"; only single_label_classification is supported", problem.substr(0, 40)));
}

// What the tokenizer was made for; many that have no limit say 10^30.
std::int64_t length_of(const fs::path& folder, std::int64_t positions, std::vector<fs::path>& files) {
  const fs::path path = folder / "tokenizer_config.json";
  if (!fs::exists(path)) return positions;
  files.push_back(path);
  const json config = read_json_file(path);
  const auto limit = config.is_object() ? config.find("model_max_length") : config.end();
  if (limit == config.end() || !limit->is_number() || limit->get<double>() >= static_cast<double>(positions)) {
    return positions;
  }
  return JsonObject(config, path.string()).integer("model_max_length", 1, positions);
}

// The base's folder becomes the adapter's, which may have a tokenizer of its own.
void adapt(const LoraAdapter& adapter, const fs::path& path, ClassifierTask task, ModelFolder& folder) {
  if (adapter.config.task != task) {
    throw tensor::LoadError(fmt::format("{}: \"task_type\" is that of {}; asked is {}", adapter.config_file.string(),
                                        to_string(adapter.config.task), to_string(task)));
  }
  folder.path = path;
  folder.adapter = adapter.weights;
  if (fs::exists(path / "tokenizer.json")) {
    std::ranges::replace(folder.files, folder.tokenizer, path / "tokenizer.json");
    folder.tokenizer = path / "tokenizer.json";
  }
  folder.files.push_back(adapter.config_file);
  folder.files.push_back(adapter.weights);
}

}  // namespace

ClassifierFolder read_classifier_folder(const fs::path& path, ClassifierTask task) {
  ClassifierFolder read;
  if (is_adapter(path)) read.adapter = read_adapter(path);
  const fs::path base = read.adapter ? read.adapter->base : path;
  read.folder = read_model_folder(base);
  if (read.adapter) adapt(*read.adapter, path, task, read.folder);
  const std::string file = (base / "config.json").string();
  const json config = read_json_file(file);
  const JsonObject keys(config, file);
  if (!read.adapter) check_task(keys, config, task);
  check_problem(keys);
  if (find_architecture(read.folder.encoder.model_type)->make_head == nullptr) {
    keys.refuse("model_type",
                fmt::format("is {}, for which no classifiers are supported", read.folder.encoder.model_type));
  }
  read.labels = read_labels(path, {file, config}, read.folder.files);
  read.max_tokens = length_of(base, read.folder.encoder.positions, read.folder.files);
  return read;
}

LoadedClassifier LoadedClassifier::from(ClassifierFolder read, ClassifierTask task) {
  tokenizers::Tokenizer tokenizer = load_tokenizer(read.folder);
  const std::uint32_t max_tokens = checked_length(read.folder, tokenizer, read.max_tokens);
  const tensor::SafetensorsFile file(read.folder.weights);
  const tensor::Weights weights(file, read.adapter ? load_adapter(*read.adapter, file) : tensor::TensorPatches{});
  const EncoderConfig& config = read.folder.encoder;
  const Architecture& architecture = *find_architecture(config.model_type);
  std::unique_ptr<ClassificationHead> head = architecture.make_head(task, config, weights, read.labels.size());
  std::unique_ptr<TextEncoder> encoder = architecture.make(config, weights, tensor::Arithmetic::fp32);
  refuse_unused(config, weights);
  return {.text = {std::move(read.folder), std::move(tokenizer), std::move(encoder), max_tokens},
          .head = std::move(head),
          .labels = std::move(read.labels),
          .task = task};
}

}  // namespace signalbox::models
