// What the reference makes of a folder of pictures: written by parity/image/reference.py, read by `signalbox parity
// --images`.
//
// Immutable after load; any thread. Throws tensor::LoadError.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace signalbox::trust {

struct ReferencePicture {
  std::filesystem::path file;
  std::string category;
  std::optional<std::size_t> label;            // what it shows, where that is known
  std::string sha256;                          // hex, of the file
  std::string decoded_sha256, resized_sha256;  // of the samples, RGB, rows from the top
  std::vector<float> pixels;                   // what the tower gets: [3, height, width]
  std::vector<float> vector;                   // of length 1
};

struct PictureReference {
  std::string weights_sha256;  // of the model that it was made with
  std::string versions;        // "torch 2.15.0, transformers 5.23.0, Pillow 13.0.0"
  std::vector<std::string> labels;
  std::vector<std::vector<float>> label_vectors;  // of length 1
  std::vector<ReferencePicture> pictures;
};

// `pixels` is how many numbers the tower gets of a picture, `dimension` how many its vectors have.
PictureReference load_picture_reference(const std::filesystem::path& folder, std::size_t pixels, std::size_t dimension);

}  // namespace signalbox::trust
