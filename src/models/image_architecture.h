// The image architectures that Signalbox knows. A new one is one file and one line in image_architecture.cpp. A joint
// model stands in architecture.cpp, too, for its text tower.
//
// Pure; used at load, by one thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "models/image_encoder.h"
#include "models/json_file.h"
#include "models/model_config.h"
#include "tensor/weights.h"

namespace signalbox::models {

struct ImageArchitecture {
  std::string_view model_type;  // of config.json
  // Sizes come from the shapes of the tensors; what config.json says of them must agree. Throws tensor::LoadError.
  EncoderConfig (*read_config)(const JsonObject& config, const tensor::Weights& weights);
  // Takes its tensors; which ones are left is its caller's affair. Throws tensor::LoadError.
  std::unique_ptr<ImageEncoder> (*make)(const EncoderConfig& config, const tensor::Weights& weights,
                                        tensor::Arithmetic arithmetic);
  // Tensors that its files may hold and the tower has no use for: other towers, losses, constants.
  bool (*is_harmless)(std::string_view tensor);
  // The preprocessor_config.json of a folder that has none; null: it must have one.
  std::string (*default_preprocessor)(const ImageShape& image);
};

// Null: unknown.
const ImageArchitecture* find_image_architecture(std::string_view model_type);
std::string known_image_architectures();  // "siglip, clip", for people

}  // namespace signalbox::models
