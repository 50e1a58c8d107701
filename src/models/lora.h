// LoRA adapters (Hu et al., 2021) as peft saves them: adapter_config.json and adapter_model.safetensors over a base
// model's folder. They are merged when the model is loaded: W + scale B A.
//
// The base is base_model_name_or_path as a folder (absolute or from the adapter's), a folder base/ in it, or a folder
// beside it that has the last part of that name. What cannot be merged is refused by name. Throws tensor::LoadError.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "models/classification_head.h"
#include "tensor/safetensors.h"
#include "tensor/weights.h"

namespace signalbox::models {

struct LoraConfig {
  std::string base;  // as it is written
  ClassifierTask task = ClassifierTask::sequence;
  std::int64_t rank = 0;
  float scale = 1;
};
// adapter_config.json as text; `file` is what messages call it.
LoraConfig read_lora_config(std::string_view json, const std::string& file);

struct LoraAdapter {
  LoraConfig config;
  std::filesystem::path config_file, weights;
  std::filesystem::path base;  // the base model's folder
};
// Whether the folder is that of an adapter.
bool is_adapter(const std::filesystem::path& folder);
LoraAdapter read_adapter(const std::filesystem::path& folder);

// The adapter's tensors by the names that the base has. Its classifier (modules_to_save) replaces or joins the base's.
tensor::TensorPatches load_adapter(const LoraAdapter& adapter, const tensor::SafetensorsFile& base);

}  // namespace signalbox::models
