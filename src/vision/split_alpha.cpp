#include "vision/split_alpha.h"

#include <algorithm>
#include <cstring>

namespace signalbox::vision {

using imaging::Pixels;

void split_alpha(const std::vector<std::uint8_t>& rgba, Pixels& pixels) {
  const std::size_t count = std::size_t{pixels.width} * pixels.height;
  pixels.rgb.resize(count * 3);
  pixels.alpha.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    std::memcpy(&pixels.rgb[i * 3], &rgba[i * 4], 3);
    pixels.alpha[i] = rgba[i * 4 + 3];
  }
  if (std::ranges::all_of(pixels.alpha, [](std::uint8_t a) { return a == 255; })) pixels.alpha = {};
}

}  // namespace signalbox::vision
