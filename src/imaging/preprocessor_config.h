// What preprocessor_config.json says, in our terms.
//
// Plain values; pure; any thread.
#pragma once

#include <array>
#include <expected>
#include <string>
#include <string_view>

#include "imaging/image_geometry.h"

namespace signalbox::imaging {

struct PreprocessorConfig {
  ImageGeometry geometry;
  bool rescale = true, normalize = true;
  double rescale_factor = 1.0 / 255;
  std::array<double, 3> mean = {}, std = {};
};

// Keys that are absent or null take the defaults of the processor's class, as in transformers. What would change the
// result and is not supported is an error.
std::expected<PreprocessorConfig, std::string> parse_preprocessor_config(std::string_view json,
                                                                         const std::string& name);

}  // namespace signalbox::imaging
