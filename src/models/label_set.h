// The names of a classifier's outputs, in their order.
//
// They stand in config.json (id2label, label2id, num_labels) and, in folders that were made for vLLM Semantic Router,
// in label_mapping.json, category_mapping.json, pii_type_mapping.json or jailbreak_type_mapping.json. All that are
// there must say the same: with another order a model would be right and every decision wrong. Pure but for the files.
// Throws tensor::LoadError.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace signalbox::models {

struct LabelFile {
  std::string name;  // what messages call it
  const nlohmann::json& json;
};

// From config.json and what mapping files there are. Names that transformers makes up (LABEL_0) give way to others.
std::vector<std::string> agreed_labels(const LabelFile& config, const std::vector<LabelFile>& mappings);

// The same with the mapping files of a folder; `files` gains them.
std::vector<std::string> read_labels(const std::filesystem::path& folder, const LabelFile& config,
                                     std::vector<std::filesystem::path>& files);

}  // namespace signalbox::models
