// Where a BMP keeps what: its header read strictly, with Pillow's view of the kinds there are.
//
// Pure; any thread; allocates nothing but the palette (at most 256 colours).
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <vector>

#include "vision/header.h"

namespace signalbox::vision {

using Colour = std::array<std::uint8_t, 3>;

// How a sample is cut out of a pixel: by its byte (24 and 32 bits), or by shift and mask (16 bits).
struct BmpMasks {
  std::array<std::uint32_t, 3> rgb = {};
  std::uint32_t alpha = 0;
};

struct BmpLayout {
  std::uint32_t width = 0, height = 0;
  bool top_down = false;
  bool run_lengths = false;
  std::uint32_t bits = 0;  // of a pixel: 1, 4, 8 (colours), 16, 24, 32 (masks)
  BmpMasks masks;
  std::vector<Colour> colours;  // 256 of them: behind the file's own all black, or a grey ramp if that is what it holds
  std::size_t pixels = 0;       // where the rows begin
};

std::expected<BmpLayout, DecodeError> bmp_layout(Bytes bytes);

}  // namespace signalbox::vision
