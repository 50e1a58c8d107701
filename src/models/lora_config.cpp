// adapter_config.json: what is merged, and what is refused because merging would ignore it.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>

#include "models/json_file.h"
#include "models/lora.h"
#include "tensor/load_error.h"

namespace signalbox::models {
namespace {

using nlohmann::json;
using tensor::LoadError;
namespace fs = std::filesystem;

constexpr const char* kConfig = "adapter_config.json";
constexpr const char* kWeights = "adapter_model.safetensors";

// Read below, for training or the first values alone, or said by the tensors themselves.
constexpr std::array<std::string_view, 29> kHarmless{"auto_mapping",
                                                     "base_model_name_or_path",
                                                     "bias",
                                                     "corda_config",
                                                     "ensure_weight_tying",
                                                     "eva_config",
                                                     "exclude_modules",
                                                     "inference_mode",
                                                     "init_lora_weights",
                                                     "layers_pattern",
                                                     "layers_to_transform",
                                                     "loftq_config",
                                                     "lora_alpha",
                                                     "lora_dropout",
                                                     "lora_ga_config",
                                                     "megatron_core",
                                                     "modules_to_save",
                                                     "peft_type",
                                                     "peft_version",
                                                     "qalora_group_size",
                                                     "r",
                                                     "revision",
                                                     "runtime_config",
                                                     "target_modules",
                                                     "task_type",
                                                     "use_rslora",
                                                     "model_type",
                                                     "library_name",
                                                     "tags"};

bool is_off(const json& value) {
  return value.is_null() || value == json(false) || (value.is_structured() && value.empty());
}

// peft gains ways of adapting with every version: what we do not know and is switched on is refused.
void refuse_other_ways(const JsonObject& keys, const json& config) {
  for (const auto& [key, value] : config.items()) {
    if (std::ranges::find(kHarmless, key) == kHarmless.end() && !is_off(value)) {
      keys.refuse(key,
                  "is set: such an adapter cannot be merged here; merge it with peft (merge_and_unload) and save "
                  "the model");
    }
  }
  if (keys.text("peft_type") != "LORA") {
    keys.refuse("peft_type", fmt::format("is {}; only LORA is supported", keys.text("peft_type").substr(0, 40)));
  }
  if (keys.text_or("bias", "none") != "none") keys.refuse("bias", "is not none: trained biases are not supported");
  // PiSSA, OLoRA and their kin change the base's weights, too.
  if (keys.has_text("init_lora_weights") && keys.text("init_lora_weights") != "gaussian") {
    keys.refuse("init_lora_weights", fmt::format("is {}, which changes the base's weights; merge it with peft",
                                                 keys.text("init_lora_weights").substr(0, 40)));
  }
}

ClassifierTask task_of(const JsonObject& keys) {
  const std::string task = keys.text("task_type");
  if (task == "SEQ_CLS") return ClassifierTask::sequence;
  if (task == "TOKEN_CLS") return ClassifierTask::token;
  keys.refuse("task_type", fmt::format("is {}; supported are SEQ_CLS and TOKEN_CLS", task.substr(0, 40)));
}

fs::path find_base(const fs::path& folder, const std::string& name) {
  const std::array<fs::path, 3> places{folder / name, folder / "base", folder / ".." / fs::path(name).filename()};
  for (const fs::path& place : places) {
    if (fs::exists(place / "config.json") && fs::exists(place / "model.safetensors")) return place.lexically_normal();
  }
  throw LoadError(
      fmt::format("{}: the adapter's base model \"{}\" is not there: no folder with config.json and model.safetensors "
                  "is {}, {} or {}",
                  folder.string(), name.substr(0, 200), places[0].string(), places[1].string(), places[2].string()));
}

LoraConfig config_of(const json& config, const std::string& file) {
  const JsonObject keys(config, file);
  refuse_other_ways(keys, config);
  LoraConfig lora;
  lora.base = keys.text("base_model_name_or_path");
  lora.task = task_of(keys);
  lora.rank = keys.integer("r", 1, 1 << 14);
  const double alpha = keys.number_or("lora_alpha", 8, 0, 1e6);
  const auto rank = static_cast<double>(lora.rank);
  lora.scale = static_cast<float>(alpha / (keys.flag_or("use_rslora", false) ? std::sqrt(rank) : rank));
  return lora;
}

}  // namespace

LoraConfig read_lora_config(std::string_view text, const std::string& file) {
  return config_of(parse_json(text, file), file);
}

bool is_adapter(const fs::path& folder) {
  return fs::exists(folder / kConfig);
}

LoraAdapter read_adapter(const fs::path& folder) {
  if (fs::exists(folder / "model.safetensors")) {
    throw LoadError(folder.string() +
                    ": holds both model.safetensors and adapter_config.json: if the adapter is merged already, remove "
                    "adapter_config.json; if not, move the base model into base/");
  }
  LoraAdapter adapter;
  adapter.config_file = folder / kConfig;
  adapter.weights = folder / kWeights;
  if (!fs::exists(adapter.weights)) throw LoadError(folder.string() + ": has no adapter_model.safetensors");
  adapter.config = config_of(read_json_file(adapter.config_file), adapter.config_file.string());
  adapter.base = find_base(folder, adapter.config.base);
  return adapter;
}

}  // namespace signalbox::models
