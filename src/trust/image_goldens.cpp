#include "trust/image_goldens.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "models/json_file.h"
#include "tensor/load_error.h"
#include "tensor/safetensors.h"

namespace signalbox::trust {
namespace {

using models::ImageShape;
using tensor::LoadError;
using tensor::SafetensorsFile;
using tensor::TensorView;

constexpr std::int64_t kMaxImages = 10'000;

bool is_convolutional(const models::EncoderConfig& config) {
  return models::image_config(config).trunk == models::Trunk::convolutions;
}

// One number for each channel.
std::vector<double> read_channels(const nlohmann::json& manifest, const models::JsonObject& keys, const char* key) {
  const auto found = manifest.find(key);
  const bool good = found != manifest.end() && found->is_array() && found->size() == 3 &&
                    std::ranges::all_of(*found, [](const nlohmann::json& x) { return x.is_number(); });
  if (!good) keys.refuse(key, "is not a list of three numbers");
  return found->get<std::vector<double>>();
}

// The number that the reference got of each byte.
std::vector<float> read_pixels(const SafetensorsFile& file, const std::string& name, const ImageShape& shape,
                               const std::vector<double>& mean, const std::vector<double>& deviation) {
  const TensorView* const view = file.find(name);
  if (view == nullptr) throw LoadError(fmt::format("{}: tensor \"{}\" is missing", file.name(), name));
  const tensor::Shape expected{shape.channels, shape.height, shape.width};
  if (view->dtype != tensor::Dtype::u8 || view->shape != expected) {
    throw LoadError(fmt::format("{}: tensor \"{}\" is {} of shape {}, expected U8 of {}", file.name(), name,
                                tensor::to_string(view->dtype), tensor::to_string(view->shape),
                                tensor::to_string(expected)));
  }
  std::vector<float> pixels(view->bytes.size());
  const std::size_t plane = pixels.size() / 3;
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    const double value = static_cast<double>(std::to_integer<int>(view->bytes[i])) / 255.0;
    pixels[i] = static_cast<float>((value - mean[i / plane]) / deviation[i / plane]);
  }
  return pixels;
}

}  // namespace

const std::vector<float>* GoldenImage::find(std::string_view stage) const {
  const auto found = std::ranges::find(stages, stage, &std::pair<std::string, std::vector<float>>::first);
  return found == stages.end() ? nullptr : &found->second;
}

std::string state_name(const models::EncoderConfig& config, std::int64_t step) {
  if (!is_convolutional(config)) return step == 0 ? "patch embedding" : fmt::format("layer {} mlp", step - 1);
  if (step == 0) return "stem";
  return step > config.layers ? "head" : fmt::format("block {}", step - 1);
}

std::string inner_state_name(const models::EncoderConfig& config, std::int64_t layer) {
  return is_convolutional(config) ? fmt::format("block {} depthwise", layer) : fmt::format("layer {} attention", layer);
}

std::vector<std::string> image_stages(const models::EncoderConfig& config) {
  std::vector<std::string> names{state_name(config, 0)};
  for (std::int64_t i = 0; i < config.layers; ++i) {
    names.push_back(inner_state_name(config, i));
    names.push_back(state_name(config, i + 1));
  }
  if (is_convolutional(config)) names.push_back(state_name(config, config.layers + 1));
  names.push_back("pooling head");
  if (config.projection != 0) names.push_back("projection");
  names.push_back("vector");
  return names;
}

ImageGoldens load_image_goldens(const std::filesystem::path& folder, const models::EncoderConfig& config) {
  const std::string path = (folder / "manifest.json").string();
  const nlohmann::json manifest = models::read_json_file(path);
  const models::JsonObject keys(manifest, path);
  if (keys.text_or("kind", "") != "image") keys.refuse("kind", "is not image");
  const SafetensorsFile file(folder / "goldens.safetensors");
  const std::vector<double> mean = read_channels(manifest, keys, "mean"),
                            deviation = read_channels(manifest, keys, "std");
  ImageGoldens goldens;
  goldens.weights_sha256 = keys.text("weights_sha256");
  const models::JsonObject reference = keys.object("reference");
  goldens.reference =
      fmt::format("torch {}, transformers {}", reference.text_or("torch", "?"), reference.text_or("transformers", "?"));
  const std::int64_t images = keys.integer("images", 1, kMaxImages);
  for (std::int64_t i = 0; i < images; ++i) {
    GoldenImage image;
    image.pixels = read_pixels(file, fmt::format("{}.pixels", i), models::image_config(config).image, mean, deviation);
    for (const std::string& stage : image_stages(config)) {
      const TensorView* const view = file.find(fmt::format("{}.{}", i, stage));
      if (view != nullptr) image.stages.emplace_back(stage, view->to_floats());
    }
    if (image.find("vector") == nullptr || image.find("pooling head") == nullptr) {
      throw LoadError(fmt::format("{}: holds no vector or no pooled state of image {}", file.name(), i));
    }
    goldens.images.push_back(std::move(image));
  }
  return goldens;
}

}  // namespace signalbox::trust
