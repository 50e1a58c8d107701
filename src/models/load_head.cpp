// Head::load: head.json and head.safetensors, with every mistake by file and key.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "digest/sha256.h"
#include "models/head.h"
#include "models/json_file.h"
#include "tensor/load_error.h"
#include "tensor/safetensors.h"

namespace signalbox::models {
namespace {

using nlohmann::json;
using tensor::LoadError;
namespace fs = std::filesystem;

constexpr std::size_t kMaxLabels = 10'000;
constexpr std::int64_t kMaxDimension = 65'536;
constexpr double kMinTemperature = 1e-3, kMaxTemperature = 1e3;

std::vector<std::string> read_labels(const json& description, const JsonObject& object) {
  if (!object.has("labels")) object.refuse("labels", "is missing");
  const json& list = description.at("labels");
  const bool texts = list.is_array() && std::ranges::all_of(list, [](const json& label) { return label.is_string(); });
  if (!texts) object.refuse("labels", "is not a list of texts");
  if (list.size() < 2 || list.size() > kMaxLabels) {
    object.refuse("labels", fmt::format("has {} entries; a head has 2 to {}", list.size(), kMaxLabels));
  }
  auto labels = list.get<std::vector<std::string>>();
  std::set<std::string> seen;
  for (const std::string& label : labels) {
    if (label.empty()) object.refuse("labels", "has an empty label");
    if (!seen.insert(label).second) object.refuse("labels", fmt::format("has \"{}\" twice", label.substr(0, 64)));
  }
  return labels;
}

HeadKind read_kind(const JsonObject& object) {
  const std::string kind = object.text("kind");
  if (kind == to_string(HeadKind::linear)) return HeadKind::linear;
  if (kind == to_string(HeadKind::mlp)) return HeadKind::mlp;
  object.refuse("kind", "is neither \"linear\" nor \"mlp\"");
}

HeadEncoder read_encoder(const json& description, const JsonObject& object, const std::string& file) {
  if (!object.has("encoder")) object.refuse("encoder", "is missing");
  const JsonObject encoder(description.at("encoder"), file + ": encoder");
  return {encoder.text("fingerprint"), encoder.text("name"), encoder.text("precision"),
          static_cast<std::uint32_t>(encoder.integer("dimension", 1, kMaxDimension))};
}

HeadSpec read_description(const fs::path& path) {
  const json description = read_json_file(path);
  const JsonObject object(description, path.string());
  if (object.integer("format", 1, 1'000'000) != kHeadFormat) {
    object.refuse("format", fmt::format("is not {}: the head was made by a newer Signalbox; use that one, or train "
                                        "again",
                                        kHeadFormat));
  }
  HeadSpec spec;
  spec.labels = read_labels(description, object);
  spec.kind = read_kind(object);
  spec.encoder = read_encoder(description, object, path.string());
  spec.temperature = object.number_or("temperature", 1, kMinTemperature, kMaxTemperature);
  if (object.has("unknown_threshold")) spec.unknown_threshold = object.number_or("unknown_threshold", 0, 0, 1);
  return spec;
}

HeadLayer read_layer(const tensor::WeightScope& scope, std::int64_t out, std::int64_t in) {
  return {scope.matrix("weight", out, in), scope.vector("bias", out)};
}

void read_weights(const tensor::SafetensorsFile& file, HeadSpec& spec) {
  const tensor::Weights weights(file);
  std::int64_t width = spec.encoder.dimension;
  if (spec.kind == HeadKind::mlp) {
    const tensor::TensorView* bias = file.find("hidden.bias");
    if (bias == nullptr || bias->shape.size() != 1) {
      throw LoadError(fmt::format("{}: has no vector \"hidden.bias\", and the head is an mlp", file.name()));
    }
    spec.hidden = read_layer(weights.scope("hidden"), bias->shape.front(), width);
    width = bias->shape.front();
  }
  spec.output = read_layer(weights.scope("output"), static_cast<std::int64_t>(spec.labels.size()), width);
  if (const std::vector<std::string> unused = weights.unused(); !unused.empty()) {
    throw LoadError(
        fmt::format("{}: holds \"{}\", which no {} head has", file.name(), unused.front(), to_string(spec.kind)));
  }
}

std::string digest_of(const fs::path& path) {
  const auto sum = digest::file_sha256(path);
  if (!sum) throw LoadError(sum.error());
  return digest::hex(*sum);
}

}  // namespace

Head Head::load(const fs::path& folder) {
  const fs::path description = folder / kHeadDescription, weights = folder / kHeadWeights;
  HeadSpec spec = read_description(description);
  read_weights(tensor::SafetensorsFile(weights), spec);
  // "DIR/" names the folder DIR.
  const fs::path named = folder.has_filename() ? folder : folder.parent_path();
  return {named, std::move(spec), digest::hex(digest::sha256(digest_of(description) + digest_of(weights)))};
}

}  // namespace signalbox::models
