#include "learn/vector_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "digest/sha256.h"
#include "tensor/load_error.h"
#include "tensor/safetensors.h"
#include "tensor/write_safetensors.h"

namespace signalbox::learn {
namespace {

using nlohmann::json;
using tensor::LoadError;
namespace fs = std::filesystem;

constexpr const char* kVectors = "vectors.safetensors";
constexpr const char* kIndex = "vectors.json";
constexpr const char* kTensor = "vectors";

json read_index(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  json index = json::parse(in, nullptr, /*allow_exceptions=*/false);
  const bool good = index.is_object() && index.contains("fingerprint") && index.contains("texts") &&
                    index.at("fingerprint").is_string() && index.at("texts").is_array();
  if (!good) throw LoadError(path.string() + ": is no index of vectors; delete the folder, or name another");
  return index;
}

std::expected<void, std::string> write(const fs::path& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (!out) return std::unexpected(path.string() + ": cannot be written");
  return {};
}

}  // namespace

VectorStore::VectorStore(fs::path folder, std::string fingerprint, std::uint32_t dimension)
    : folder_(std::move(folder)), fingerprint_(std::move(fingerprint)), dimension_(dimension) {}

std::expected<VectorStore, std::string> VectorStore::open(const fs::path& folder, const models::ModelInfo& model) {
  VectorStore store(folder, model.fingerprint, model.dimension);
  try {
    if (fs::exists(folder / kIndex)) store.load();
  } catch (const std::exception& error) {
    return std::unexpected(error.what());
  }
  return store;
}

void VectorStore::load() {
  const json index = read_index(folder_ / kIndex);
  if (index.at("fingerprint") != fingerprint_) return;
  const json& texts = index.at("texts");
  const tensor::SafetensorsFile file(folder_ / kVectors);
  const tensor::TensorView* vectors = file.find(kTensor);
  const tensor::Shape shape{static_cast<std::int64_t>(texts.size()), dimension_};
  if (vectors == nullptr || vectors->shape != shape) {
    throw LoadError(fmt::format("{}: does not hold the vectors of {}; delete the folder", file.name(), kIndex));
  }
  const std::vector<float> values = vectors->to_floats();
  for (std::size_t i = 0; i < texts.size(); ++i) {
    auto embedding = std::make_shared<models::TextEmbedding>();
    const auto begin = values.begin() + static_cast<std::ptrdiff_t>(i * dimension_);
    embedding->values.assign(begin, begin + dimension_);
    embedding->tokens = texts[i].at("tokens").get<std::uint32_t>();
    embedding->covered_tokens = texts[i].at("covered_tokens").get<std::uint32_t>();
    vectors_.emplace(texts[i].at("sha256").get<std::string>(), std::move(embedding));
  }
}

std::shared_ptr<const models::TextEmbedding> VectorStore::find(std::string_view text) const {
  const auto found = vectors_.find(digest::hex(digest::sha256(text)));
  return found == vectors_.end() ? nullptr : found->second;
}

void VectorStore::put(std::string_view text, std::shared_ptr<const models::TextEmbedding> embedding) {
  vectors_[digest::hex(digest::sha256(text))] = std::move(embedding);
  changed_ = true;
}

std::expected<void, std::string> VectorStore::save() const {
  if (!changed_) return {};
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) return std::unexpected(fmt::format("{}: cannot be made: {}", folder_.string(), error.message()));
  tensor::NamedFloats all{{static_cast<std::int64_t>(vectors_.size()), dimension_}, {}};
  json texts = json::array();
  for (const auto& [sha256, one] : vectors_) {
    all.values.insert(all.values.end(), one->values.begin(), one->values.end());
    texts.push_back({{"sha256", sha256}, {"tokens", one->tokens}, {"covered_tokens", one->covered_tokens}});
  }
  fs::remove(folder_ / kIndex, error);  // never an index of other vectors
  const auto vectors = write(folder_ / kVectors, tensor::safetensors_text({{kTensor, std::move(all)}}));
  if (!vectors) return vectors;
  return write(folder_ / kIndex, json{{"fingerprint", fingerprint_}, {"texts", std::move(texts)}}.dump() + "\n");
}

}  // namespace signalbox::learn
