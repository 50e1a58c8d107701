// preprocessor_config.json of an image model, and what it makes of a picture: the tensor that the model reads.
//
// Equal to transformers' PIL-based processors of SigLIP, SigLIP 2 (fixed resolution) and CLIP, to the last bit of the
// float. Two steps, so that the first may run where the picture is decoded: geometry() says how the picture comes to
// width() x height() bytes of RGB (image_geometry.h), tensor() turns these into numbers.
// Immutable; any thread.
#pragma once

#include <array>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "imaging/image_geometry.h"
#include "imaging/pixels.h"

namespace signalbox::imaging {

class ImagePreprocessor {
 public:
  // The error is a sentence that names the file and the key, and says what was expected.
  static std::expected<ImagePreprocessor, std::string> load(const std::filesystem::path& file);
  // `name` stands for the file in errors.
  static std::expected<ImagePreprocessor, std::string> parse(std::string_view json, const std::string& name);

  const ImageGeometry& geometry() const { return geometry_; }
  std::uint32_t width() const { return geometry_.width; }
  std::uint32_t height() const { return geometry_.height; }

  // Of an RGB picture of width() x height(): [3][height][width] floats, (v * rescale_factor - mean) / std in each
  // channel, where v is 0..255; for SigLIP that is -1..1.
  std::vector<float> tensor(const Pixels& fitted) const;
  void tensor(const Pixels& fitted, float* out) const;
  // Both steps.
  std::vector<float> operator()(const Pixels& pixels) const { return tensor(fit(pixels, geometry_)); }

 private:
  ImageGeometry geometry_;
  std::array<std::array<float, 256>, 3> values_ = {};  // of each channel: what becomes of a byte
};

}  // namespace signalbox::imaging
