// What is loaded of a folder with an image tower before anything is served: what goldens are compared with.
//
// Plain values; moved into whoever serves it. Loading throws tensor::LoadError and may take seconds.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "imaging/image_preprocessor.h"
#include "models/image_encoder.h"
#include "models/model_config.h"

namespace signalbox::models {

// What an image tower's config.json says of the text model beside it: "text_model" and "text_model_fingerprint".
struct JoinedText {
  std::filesystem::path folder;
  std::string fingerprint;  // ModelInfo::fingerprint in fp32 and full length, as a head names its encoder
};
// Nothing: it names none. Throws tensor::LoadError.
std::optional<JoinedText> joined_text_of(const std::filesystem::path& folder);

struct ImageFolder {
  std::filesystem::path path;
  std::filesystem::path weights;     // model.safetensors
  std::filesystem::path tokenizer;   // of a joint model; empty: the folder is an image tower alone
  std::optional<JoinedText> joined;  // the text model whose space it was trained into, which is another folder
  imaging::ImagePreprocessor preprocessor;
  EncoderConfig encoder;                     // of the image tower; image_config() has the rest
  std::vector<std::filesystem::path> files;  // as of ModelFolder: equal for both towers of a joint model
};

// Whether config.json names an architecture with an image tower. Throws tensor::LoadError: it cannot be read.
bool has_image_tower(const std::filesystem::path& path);
// Reads the folder's descriptions and the shapes of its tensors. What preprocessor_config.json says of an image's size
// must be the tower's; where the folder has none, its architecture must say what becomes of a picture
// (multi-modal-embed does: SigLIP's processor).
ImageFolder read_image_folder(const std::filesystem::path& path);

struct LoadedImageEncoder {
  ImageFolder folder;
  std::unique_ptr<ImageEncoder> encoder;

  static LoadedImageEncoder from(const std::filesystem::path& path);
  // The same weights in another arithmetic. Throws tensor::LoadError.
  std::unique_ptr<ImageEncoder> encoder_in(tensor::Arithmetic arithmetic) const;
};

}  // namespace signalbox::models
