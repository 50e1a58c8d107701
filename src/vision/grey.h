// Grey pictures to read: luma, what transparency can hide, dark screens turned light.
//
// Pure functions on plain values; any thread.
#pragma once

#include <cstdint>
#include <vector>

#include "imaging/pixels.h"

namespace signalbox::vision {

struct Grey {
  std::uint32_t width = 0, height = 0;
  std::vector<std::uint8_t> samples;  // width * height
};

// The pictures somebody may see in `pixels`, none of them uniform: the colours as they are and, where there is
// transparency, the colours over white and over black. Text can be made to exist in only one of them, and we cannot
// know which one the model upstream will look at.
std::vector<Grey> readable_views(const imaging::Pixels& pixels);

// Light text on a dark ground becomes dark on light, which is what recognisers are trained on.
void make_light(Grey& grey);

}  // namespace signalbox::vision
