// How a picture comes to the size that a model reads: resized, cut out of the middle, in whole bytes.
//
// Equal to transformers' PIL-based processors sample by sample. Plain values and a pure function; any thread. What the
// function allocates is bounded by the picture and the size of the result, whatever shape the picture has: of a resize
// only what the crop keeps is computed.
#pragma once

#include <cstdint>

#include "imaging/pixels.h"
#include "imaging/resize.h"

namespace signalbox::imaging {

inline constexpr std::uint32_t kMaxModelSide = 4096;

struct ImageGeometry {
  enum class Resize : std::uint8_t {
    none,
    exact,          // to resize_width x resize_height, whatever the shape was
    shortest_edge,  // the shorter side to resize_width, the longer one in proportion, rounded down
  };
  Resize resize = Resize::exact;
  Filter filter = Filter::bicubic;
  std::uint32_t resize_width = 0, resize_height = 0;
  // Then width x height are cut out of the middle; what is missing is black. Without a crop they are the resized size.
  std::uint32_t width = 0, height = 0;

  bool operator==(const ImageGeometry&) const = default;
};

// Sides in 1..kMaxModelSide, enums in their range.
bool is_sound(const ImageGeometry& geometry);

// RGB of geometry.width x geometry.height. `pixels` must not be empty, `geometry` sound.
Pixels fit(const Pixels& pixels, const ImageGeometry& geometry);

}  // namespace signalbox::imaging
