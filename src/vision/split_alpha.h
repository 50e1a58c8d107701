// RGBA samples, as codecs give them, to Pixels.
#pragma once

#include <cstdint>
#include <vector>

#include "vision/pixels.h"

namespace signalbox::vision {

// `pixels` has its size; an alpha channel that says nothing is dropped. Pure; any thread.
void split_alpha(const std::vector<std::uint8_t>& rgba, Pixels& pixels);

}  // namespace signalbox::vision
