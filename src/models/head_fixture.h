// For tests of several folders: heads on the FakeEmbedder's bags of words.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "models/fake_embedder.h"
#include "models/save_head.h"

namespace signalbox::models {

// A folder of its own for one test, gone with it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "head_XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path = name;
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::filesystem::path path;
};

// A linear head whose label i has the direction of the i-th example text, times `scale`: a text is most probably the
// label whose example shares the most words with it.
inline HeadSpec head_of_examples(const FakeEmbedder& encoder, std::vector<std::string> labels,
                                 const std::vector<std::string>& examples, float scale = 10) {
  HeadSpec spec;
  const ModelInfo& info = encoder.info();
  spec.encoder = {info.fingerprint, info.name, info.precision, info.dimension};
  spec.output.weight = {static_cast<std::int64_t>(labels.size()), info.dimension, {}};
  for (const std::string& example : examples) {
    for (const float value : (*encoder.embed(example, {}))->values) spec.output.weight.values.push_back(scale * value);
  }
  spec.output.bias.assign(labels.size(), 0.0F);
  spec.labels = std::move(labels);
  return spec;
}

}  // namespace signalbox::models
