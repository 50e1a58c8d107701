// RGBA samples, as codecs give them, to imaging::Pixels.
#pragma once

#include <cstdint>
#include <vector>

#include "imaging/pixels.h"

namespace signalbox::vision {

// `pixels` has its size; an alpha channel that says nothing is dropped. Pure; any thread.
void split_alpha(const std::vector<std::uint8_t>& rgba, imaging::Pixels& pixels);

}  // namespace signalbox::vision
