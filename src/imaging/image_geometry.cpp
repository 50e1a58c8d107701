#include "imaging/image_geometry.h"

#include <algorithm>
#include <cstring>

namespace signalbox::imaging {
namespace {

struct Size {
  std::uint32_t width, height;
};

// transformers' get_resize_output_image_size: Python's int(edge * long / short).
std::uint32_t longer(std::uint32_t edge, std::uint32_t longer_side, std::uint32_t shorter_side) {
  return static_cast<std::uint32_t>(static_cast<double>(std::uint64_t{edge} * longer_side) / shorter_side);
}

Size resized_size(const Pixels& pixels, const ImageGeometry& geometry) {
  const std::uint32_t edge = geometry.resize_width;
  switch (geometry.resize) {
    case ImageGeometry::Resize::none:
      return {pixels.width, pixels.height};
    case ImageGeometry::Resize::exact:
      return {geometry.resize_width, geometry.resize_height};
    case ImageGeometry::Resize::shortest_edge:
      break;
  }
  if (pixels.width <= pixels.height) return {edge, longer(edge, pixels.height, pixels.width)};
  return {longer(edge, pixels.width, pixels.height), edge};
}

// Of one axis: what of the resized picture is kept, and where it stands in the result.
struct Span {
  std::uint32_t from, count, to;
};

// transformers' center_crop, which rounds the missing half up.
Span middle(std::uint32_t have, std::uint32_t wanted) {
  if (have >= wanted) return {(have - wanted) / 2, wanted, 0};
  return {0, have, (wanted - have + 1) / 2};
}

bool is_side(std::uint32_t side) {
  return side >= 1 && side <= kMaxModelSide;
}

Pixels on_black(const Pixels& part, const ImageGeometry& geometry, std::uint32_t left, std::uint32_t top) {
  Pixels whole{.width = geometry.width, .height = geometry.height, .rgb = {}, .alpha = {}};
  whole.rgb.resize(std::size_t{whole.width} * whole.height * 3);
  const std::size_t row = std::size_t{part.width} * 3;
  for (std::size_t y = 0; y < part.height; ++y)
    std::memcpy(&whole.rgb[((top + y) * whole.width + left) * 3], &part.rgb[y * row], row);
  return whole;
}

}  // namespace

bool is_sound(const ImageGeometry& geometry) {
  if (!is_side(geometry.width) || !is_side(geometry.height) || to_string(geometry.filter) == "unknown") return false;
  switch (geometry.resize) {
    case ImageGeometry::Resize::none:
      return true;
    case ImageGeometry::Resize::exact:
      return is_side(geometry.resize_width) && is_side(geometry.resize_height);
    case ImageGeometry::Resize::shortest_edge:
      return is_side(geometry.resize_width);
  }
  return false;
}

Pixels fit(const Pixels& pixels, const ImageGeometry& geometry) {
  const Size size = resized_size(pixels, geometry);
  const Span across = middle(size.width, geometry.width), down = middle(size.height, geometry.height);
  Pixels part =
      resize_part(pixels, {size.width, size.height, across.from, down.from, across.count, down.count}, geometry.filter);
  if (part.width == geometry.width && part.height == geometry.height) return part;
  return on_black(part, geometry, across.to, down.to);
}

}  // namespace signalbox::imaging
