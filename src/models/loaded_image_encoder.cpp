#include "models/loaded_image_encoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "models/image_architecture.h"
#include "models/json_file.h"
#include "tensor/load_error.h"

namespace signalbox::models {
namespace {

namespace fs = std::filesystem;

const ImageArchitecture& architecture_of(const JsonObject& config, const std::string& model_type) {
  const ImageArchitecture* const architecture = find_image_architecture(model_type);
  if (architecture != nullptr) return *architecture;
  if (model_type == "siglip2" || model_type == "siglip2_vision_model") {
    config.refuse("model_type",
                  "is siglip2, whose images keep their own proportions (NaFlex), which is not supported; SigLIP 2 of a "
                  "fixed resolution says siglip");
  }
  config.refuse("model_type", fmt::format("is \"{}\", which has no image tower that Signalbox knows; it knows {}",
                                          model_type.substr(0, 40), known_image_architectures()));
}

imaging::ImagePreprocessor read_preprocessor(const fs::path& file, const ImageArchitecture& architecture,
                                             const ImageShape& image) {
  const bool written = fs::exists(file);
  if (!written && architecture.default_preprocessor == nullptr) {
    throw tensor::LoadError(
        fmt::format("{}: is not there, and without it nothing says what the model reads of a picture", file.string()));
  }
  auto preprocessor = written
                          ? imaging::ImagePreprocessor::load(file)
                          : imaging::ImagePreprocessor::parse(architecture.default_preprocessor(image), file.string());
  if (!preprocessor) throw tensor::LoadError(preprocessor.error());
  if (preprocessor->height() != image.height || preprocessor->width() != image.width) {
    throw tensor::LoadError(fmt::format("{}: makes pictures of {} x {}, but the tower's images are {} x {}",
                                        file.string(), preprocessor->height(), preprocessor->width(), image.height,
                                        image.width));
  }
  return std::move(*preprocessor);
}

void check_space(const EncoderConfig& text, const EncoderConfig& images, const fs::path& path) {
  if (text.vector_width() == images.vector_width()) return;
  throw tensor::LoadError(fmt::format("{}: its texts become {} numbers and its images {}: no common space",
                                      path.string(), text.vector_width(), images.vector_width()));
}

std::optional<JoinedText> joined_text(const JsonObject& config, const fs::path& folder) {
  if (!config.has("text_model")) return std::nullopt;
  return JoinedText{(folder / config.text("text_model")).lexically_normal(), config.text("text_model_fingerprint")};
}

}  // namespace

bool has_image_tower(const fs::path& path) {
  const std::string file = (path / "config.json").string();
  const nlohmann::json parsed = read_json_file(file);
  return find_image_architecture(model_type_of(JsonObject(parsed, file))) != nullptr;
}

std::optional<JoinedText> joined_text_of(const fs::path& folder) {
  const std::string file = (folder / "config.json").string();
  const nlohmann::json parsed = read_json_file(file);
  return joined_text(JsonObject(parsed, file), folder);
}

ImageFolder read_image_folder(const fs::path& path) {
  check_model_files(path);
  ImageFolder folder;
  folder.path = path;
  folder.weights = path / "model.safetensors";
  const std::string file = (path / "config.json").string();
  const nlohmann::json parsed = read_json_file(file);
  const JsonObject config(parsed, file);
  const std::string model_type = model_type_of(config);
  const ImageArchitecture& architecture = architecture_of(config, model_type);
  const tensor::SafetensorsFile weights(folder.weights);
  folder.encoder = architecture.read_config(config, tensor::Weights(weights));
  folder.encoder.model_type = model_type;
  const fs::path preprocessor = path / "preprocessor_config.json";
  folder.preprocessor = read_preprocessor(preprocessor, architecture, image_config(folder.encoder).image);
  if (!is_joint(model_type)) {
    folder.joined = joined_text(config, path);
    folder.files = {folder.weights, file};
    if (fs::exists(preprocessor)) folder.files.push_back(preprocessor);
    return folder;
  }
  const ModelFolder joint = read_model_folder(path);
  check_space(joint.encoder, folder.encoder, path);
  folder.encoder.matryoshka_dimensions = joint.encoder.matryoshka_dimensions;
  folder.tokenizer = joint.tokenizer;
  folder.files = joint.files;
  return folder;
}

LoadedImageEncoder LoadedImageEncoder::from(const fs::path& path) {
  ImageFolder folder = read_image_folder(path);
  const tensor::SafetensorsFile weights(folder.weights);
  std::unique_ptr<ImageEncoder> encoder = make_image_encoder(folder.encoder, weights);
  return {std::move(folder), std::move(encoder)};
}

std::unique_ptr<ImageEncoder> LoadedImageEncoder::encoder_in(tensor::Arithmetic arithmetic) const {
  return make_image_encoder(folder.encoder, tensor::SafetensorsFile(folder.weights), arithmetic);
}

}  // namespace signalbox::models
