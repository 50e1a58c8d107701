// Mistakes planted on purpose: the four that VSR's pictures went through, and those that are easily made beside them.
// `signalbox parity --images` shows with them what its experiments find, and what a reversed grid looks like.
//
// Only the parity command knows them; nothing that serves can be told to make one. Pure; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "imaging/image_preprocessor.h"
#include "imaging/pixels.h"
#include "models/model_config.h"

namespace signalbox::cli {

enum class Mistake : std::uint8_t {
  none,
  pooling,     // the mean of the patches for the tower's own pooling
  range,       // pixels in 0..1, without mean and deviation
  resize,      // bilinear between the four nearest samples, without antialiasing
  nearest,     // the nearest sample
  channels,    // blue, green, red
  flip,        // left for right
  activation,  // erf GELU for tanh GELU, or the other way round
};
const std::map<std::string, Mistake>& mistake_names();

// What the mistake makes of the tower's description.
void plant(Mistake mistake, models::EncoderConfig& tower);
// The tensor of a decoded picture with the mistake.
std::vector<float> preprocess_with(Mistake mistake, const imaging::ImagePreprocessor& preprocessor,
                                   const imaging::Pixels& decoded);

}  // namespace signalbox::cli
