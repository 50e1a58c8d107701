#include "trust/goldens.h"

#include <fmt/format.h>

#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tensor/load_error.h"
#include "tensor/safetensors.h"

namespace signalbox::trust {
namespace {

using nlohmann::json;
using tensor::LoadError;
using tensor::SafetensorsFile;
using tensor::TensorView;

json read_manifest(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw LoadError(path.string() + ": cannot be read");
  json manifest = json::parse(in, nullptr, /*allow_exceptions=*/false);
  const bool whole =
      manifest.is_object() && manifest.contains("texts") && manifest["texts"].is_array() && !manifest["texts"].empty();
  if (!whole) throw LoadError(path.string() + ": is not a manifest of text goldens");
  return manifest;
}

GoldensKind kind_of(const json& manifest, const std::filesystem::path& path) {
  const std::string kind = manifest.value("kind", "");
  if (kind == "text") return GoldensKind::text;
  if (kind == "sequence_classification") return GoldensKind::sequence_classification;
  if (kind == "token_classification") return GoldensKind::token_classification;
  throw LoadError(path.string() + ": is not a manifest of text goldens");
}

models::Pooling pooling_of(const json& manifest, const std::filesystem::path& path) {
  const std::string name = manifest.value("pooling", "");
  for (const models::Pooling pooling : {models::Pooling::cls, models::Pooling::mean, models::Pooling::last}) {
    if (models::to_string(pooling) == name) return pooling;
  }
  throw LoadError(path.string() + ": names no pooling");
}

const TensorView& tensor_of(const SafetensorsFile& file, const std::string& name) {
  const TensorView* const found = file.find(name);
  if (found == nullptr) throw LoadError(fmt::format("{}: tensor \"{}\" is missing", file.name(), name));
  return *found;
}

std::vector<std::uint32_t> ids_of(const SafetensorsFile& file, const std::string& name) {
  const TensorView& view = tensor_of(file, name);
  if (view.dtype != tensor::Dtype::i32 || view.shape.size() != 1)
    throw LoadError(file.name() + ": " + name + " is no list of ids");
  std::vector<std::uint32_t> ids(static_cast<std::size_t>(view.elements()));
  std::memcpy(ids.data(), view.bytes.data(), view.bytes.size());
  return ids;
}

}  // namespace

Goldens load_goldens(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / "manifest.json";
  const json manifest = read_manifest(path);
  const SafetensorsFile file(folder / "goldens.safetensors");
  Goldens goldens;
  goldens.weights_sha256 = manifest.value("weights_sha256", "");
  goldens.tokenizer_sha256 = manifest.value("tokenizer_sha256", "");
  goldens.adapter_sha256 = manifest.value("adapter_sha256", "");
  goldens.kind = kind_of(manifest, path);
  if (goldens.kind == GoldensKind::text) goldens.pooling = pooling_of(manifest, path);
  const json reference = manifest.value("reference", json::object());
  goldens.reference =
      fmt::format("torch {}, transformers {}", reference.value("torch", "?"), reference.value("transformers", "?"));
  const std::vector<float> vectors =
      goldens.kind == GoldensKind::text ? tensor_of(file, "vectors").to_floats() : std::vector<float>();
  const std::size_t count = manifest["texts"].size();
  const std::size_t width = vectors.size() / count;
  for (std::size_t i = 0; i < count; ++i) {
    GoldenText golden;
    golden.text = manifest["texts"][i].get<std::string>();
    golden.ids = ids_of(file, fmt::format("{}.ids", i));
    for (std::size_t k = 0; file.find(fmt::format("{}.layer.{}", i, k)) != nullptr; ++k) {
      golden.layers.push_back(tensor_of(file, fmt::format("{}.layer.{}", i, k)).to_floats());
    }
    if (goldens.kind == GoldensKind::text) {
      golden.vector.assign(vectors.begin() + static_cast<std::ptrdiff_t>(i * width),
                           vectors.begin() + static_cast<std::ptrdiff_t>((i + 1) * width));
    } else {
      golden.vector = tensor_of(file, fmt::format("{}.logits", i)).to_floats();
    }
    goldens.texts.push_back(std::move(golden));
  }
  return goldens;
}

}  // namespace signalbox::trust
