// Vectors that a training computed, kept in a folder for the next one: trying other options then takes seconds.
//
// vectors.safetensors holds them, vectors.json the SHA-256 of each text and the fingerprint of the model that made
// them; another model's are not used. Not thread-safe.
#pragma once

#include <cstddef>
#include <expected>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "models/text_embedder.h"

namespace signalbox::learn {

class VectorStore {
 public:
  // What the folder holds of this model; empty where there is no folder, or another model's. The error is a sentence.
  static std::expected<VectorStore, std::string> open(const std::filesystem::path& folder,
                                                      const models::ModelInfo& model);

  // Null where the text is not known.
  std::shared_ptr<const models::TextEmbedding> find(std::string_view text) const;
  void put(std::string_view text, std::shared_ptr<const models::TextEmbedding> embedding);
  // Replaces the files, if anything was put. The error is a sentence.
  std::expected<void, std::string> save() const;

 private:
  VectorStore(std::filesystem::path folder, std::string fingerprint, std::uint32_t dimension);
  void load();

  std::filesystem::path folder_;
  std::string fingerprint_;
  std::uint32_t dimension_;
  std::map<std::string, std::shared_ptr<const models::TextEmbedding>, std::less<>> vectors_;  // by the text's SHA-256
  bool changed_ = false;
};

}  // namespace signalbox::learn
