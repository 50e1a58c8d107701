// Decoded pictures: eight bits a sample, rows from the top, no padding.
//
// A plain value: it owns its samples and may be handed between threads, not shared while it is written.
#pragma once

#include <cstdint>
#include <vector>

namespace signalbox::imaging {

struct Pixels {
  std::uint32_t width = 0, height = 0;
  std::vector<std::uint8_t> rgb;    // 3 * width * height, as Pillow's convert("RGB"): alpha is dropped, not blended
  std::vector<std::uint8_t> alpha;  // width * height; empty when every pixel is opaque
};

}  // namespace signalbox::imaging
