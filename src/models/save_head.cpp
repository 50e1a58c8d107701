#include "models/save_head.h"

#include <fmt/format.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "tensor/write_safetensors.h"

namespace signalbox::models {
namespace {

using Json = nlohmann::ordered_json;
using Tensors = std::map<std::string, tensor::NamedFloats>;
namespace fs = std::filesystem;

Json described(const HeadSpec& spec, const Json& details) {
  Json description{{"format", kHeadFormat},
                   {"kind", to_string(spec.kind)},
                   {"labels", spec.labels},
                   {"encoder",
                    {{"fingerprint", spec.encoder.fingerprint},
                     {"name", spec.encoder.name},
                     {"precision", spec.encoder.precision},
                     {"dimension", spec.encoder.dimension}}},
                   {"temperature", spec.temperature},
                   {"unknown_threshold", spec.unknown_threshold ? Json(*spec.unknown_threshold) : Json()}};
  if (details.is_object()) {
    for (const auto& [key, value] : details.items()) {
      if (!description.contains(key)) description[key] = value;
    }
  }
  return description;
}

void add(Tensors& tensors, const std::string& name, const HeadLayer& layer) {
  tensors[name + ".weight"] = {{layer.weight.rows, layer.weight.columns}, layer.weight.values};
  tensors[name + ".bias"] = {{layer.weight.rows}, layer.bias};
}

std::expected<void, std::string> write(const fs::path& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (!out) return std::unexpected(fmt::format("{}: cannot be written", path.string()));
  return {};
}

}  // namespace

std::expected<void, std::string> save_head(const fs::path& folder, const HeadSpec& spec, const Json& details) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return std::unexpected(fmt::format("{}: cannot be made: {}", folder.string(), error.message()));
  Tensors tensors;
  if (spec.hidden) add(tensors, "hidden", *spec.hidden);
  add(tensors, "output", spec.output);
  const auto weights = write(folder / kHeadWeights, tensor::safetensors_text(tensors));
  if (!weights) return weights;
  return write(folder / kHeadDescription, described(spec, details).dump(2) + "\n");
}

}  // namespace signalbox::models
