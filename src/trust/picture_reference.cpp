#include "trust/picture_reference.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "models/json_file.h"
#include "tensor/load_error.h"
#include "tensor/safetensors.h"

namespace signalbox::trust {
namespace {

namespace fs = std::filesystem;
using models::JsonObject;
using nlohmann::json;
using tensor::LoadError;
using tensor::SafetensorsFile;

constexpr std::size_t kMaxPictures = 10'000;

std::vector<float> numbers_of(const SafetensorsFile& file, const std::string& name, std::size_t expected) {
  const tensor::TensorView* const view = file.find(name);
  if (view == nullptr) throw LoadError(fmt::format("{}: tensor \"{}\" is missing", file.name(), name));
  if (view->elements() != static_cast<std::int64_t>(expected)) {
    throw LoadError(fmt::format("{}: tensor \"{}\" has {} numbers, expected {}: it was made with another model",
                                file.name(), name, view->elements(), expected));
  }
  return view->to_floats();
}

const json& list_of(const JsonObject& keys, const json& manifest, const char* key) {
  const auto found = manifest.find(key);
  if (found == manifest.end() || !found->is_array() || found->size() > kMaxPictures)
    keys.refuse(key, fmt::format("is not a list of at most {}", kMaxPictures));
  return *found;
}

std::optional<std::size_t> label_of(const JsonObject& keys, const json& entry, std::size_t labels) {
  const auto found = entry.find("label");
  if (found == entry.end() || found->is_null()) return std::nullopt;
  return static_cast<std::size_t>(keys.integer("label", 0, static_cast<std::int64_t>(labels) - 1));
}

// A name in the folder and nothing else.
fs::path file_of(const JsonObject& keys, const fs::path& folder) {
  const std::string name = keys.text("file");
  if (fs::path(name).filename() != name || name.empty())
    keys.refuse("file", "is not the name of a file in this folder");
  return folder / name;
}

}  // namespace

PictureReference load_picture_reference(const fs::path& folder, std::size_t pixels, std::size_t dimension) {
  const std::string path = (folder / "manifest.json").string();
  const json manifest = models::read_json_file(path);
  const JsonObject keys(manifest, path);
  if (keys.text_or("kind", "") != "pictures") keys.refuse("kind", "is not pictures");
  const SafetensorsFile file(folder / "reference.safetensors");
  PictureReference reference;
  reference.weights_sha256 = keys.text("weights_sha256");
  const JsonObject versions = keys.object("reference");
  reference.versions = fmt::format("torch {}, transformers {}, Pillow {}", versions.text_or("torch", "?"),
                                   versions.text_or("transformers", "?"), versions.text_or("pillow", "?"));
  for (const json& label : list_of(keys, manifest, "labels")) {
    if (!label.is_string()) keys.refuse("labels", "is not a list of texts");
    reference.labels.push_back(label.get<std::string>());
  }
  const std::vector<float> all = numbers_of(file, "labels", reference.labels.size() * dimension);
  for (std::size_t i = 0; i < reference.labels.size(); ++i) {
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(i * dimension);
    reference.label_vectors.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(dimension));
  }
  for (const json& entry : list_of(keys, manifest, "pictures")) {
    const std::size_t number = reference.pictures.size();
    const JsonObject picture(entry, fmt::format("{}: pictures[{}]", path, number));
    reference.pictures.push_back({.file = file_of(picture, folder),
                                  .category = picture.text("category"),
                                  .label = label_of(picture, entry, reference.labels.size()),
                                  .sha256 = picture.text("sha256"),
                                  .decoded_sha256 = picture.text("decoded_sha256"),
                                  .resized_sha256 = picture.text("resized_sha256"),
                                  .pixels = numbers_of(file, fmt::format("{}.pixels", number), pixels),
                                  .vector = numbers_of(file, fmt::format("{}.vector", number), dimension)});
  }
  return reference;
}

}  // namespace signalbox::trust
