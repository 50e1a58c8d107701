#include "vision/resize.h"

#include <array>
#include <cstring>
#include <utility>

namespace signalbox::vision {
namespace {

constexpr std::array<std::pair<std::string_view, Filter>, 4> kNames = {{{"lanczos", Filter::lanczos},
                                                                        {"bilinear", Filter::bilinear},
                                                                        {"bicubic", Filter::bicubic},
                                                                        {"box", Filter::box}}};

// Rows between the passes: with room for what a kernel writes behind a row, and each on its own cache lines.
std::size_t padded(std::size_t width) {
  return (width * 3 + 1 + 63) / 64 * 64;
}

}  // namespace

std::string_view to_string(Filter filter) {
  for (const auto& [name, value] : kNames) {
    if (value == filter) return name;
  }
  return "unknown";
}

std::optional<Filter> filter_of(std::string_view name) {
  for (const auto& [known, value] : kNames) {
    if (known == name) return value;
  }
  return std::nullopt;
}

Pixels resize_part(const Pixels& pixels, const Part& part, Filter filter, const ResizeKernels& kernels) {
  const std::size_t stride = std::size_t{pixels.width} * 3;
  const bool down = part.whole_height != pixels.height, across = part.whole_width != pixels.width;
  AxisWeights vertical;
  std::size_t first = part.top, count = part.height;  // rows of the source
  if (down) {
    vertical = axis_weights(pixels.height, part.whole_height, filter, part.top, part.height);
    first = vertical.windows.front().first;
    count = vertical.windows.back().first + vertical.windows.back().count - first;
    for (Window& window : vertical.windows) window.first -= static_cast<std::uint32_t>(first);
  }
  RgbRows rows{pixels.rgb.data() + first * stride, pixels.width, count, stride};
  std::vector<std::uint8_t> between;
  if (across) {
    between.resize(padded(part.width) * count);
    const AxisWeights horizontal = axis_weights(pixels.width, part.whole_width, filter, part.left, part.width);
    kernels.across(rows, horizontal, between.data(), padded(part.width));
    rows = {between.data(), part.width, count, padded(part.width)};
  } else {
    rows.samples += std::size_t{part.left} * 3;
    rows.width = part.width;
  }
  Pixels resized{.width = part.width, .height = part.height, .rgb = {}, .alpha = {}};
  const std::size_t row = std::size_t{part.width} * 3;
  resized.rgb.resize(row * part.height);
  if (down) {
    kernels.down(rows, vertical, resized.rgb.data());
    return resized;
  }
  for (std::size_t y = 0; y < part.height; ++y)
    std::memcpy(&resized.rgb[y * row], rows.samples + y * rows.stride, row);
  return resized;
}

Pixels resize(const Pixels& pixels, std::uint32_t width, std::uint32_t height, Filter filter,
              const ResizeKernels& kernels) {
  return resize_part(pixels, {width, height, 0, 0, width, height}, filter, kernels);
}

}  // namespace signalbox::vision
