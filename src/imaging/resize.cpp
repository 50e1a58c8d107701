#include "imaging/resize.h"

#include <array>
#include <cstring>
#include <utility>

namespace signalbox::imaging {
namespace {

constexpr std::array<std::pair<std::string_view, Filter>, 4> kNames = {
    {{"lanczos", Filter::lanczos}, {"bilinear", Filter::bilinear}, {"bicubic", Filter::bicubic}, {"box", Filter::box}}};

// Of one axis: what of the source a part needs, and the weights on it; none if the axis stays.
struct Axis {
  std::size_t first = 0, count = 0;
  AxisWeights weights;
};

Axis axis_of(std::uint32_t source, std::uint32_t whole, Filter filter, std::uint32_t from, std::uint32_t count) {
  Axis axis{from, count, {}};
  if (source == whole) return axis;
  axis.weights = axis_weights(source, whole, filter, from, count);
  std::vector<Window>& windows = axis.weights.windows;
  axis.first = windows.front().first;
  axis.count = windows.back().first + windows.back().count - axis.first;
  for (Window& window : windows) window.first -= static_cast<std::uint32_t>(axis.first);
  return axis;
}

// What a pass makes, or the source, which is not owned.
struct Plane {
  RgbRows rows;
  std::vector<std::uint8_t> owned;
};

// With room for what a kernel writes behind a row, and each row on its own cache lines.
void pass_across(Plane& plane, const Axis& axis, const ResizeKernels& kernels) {
  const std::size_t width = axis.weights.size();
  if (width == 0) return;
  const std::size_t stride = (width * 3 + 1 + 63) / 64 * 64;
  std::vector<std::uint8_t> made(stride * plane.rows.height);
  kernels.across(plane.rows, axis.weights, made.data(), stride);
  plane = {{made.data(), width, plane.rows.height, stride}, std::move(made)};
}

void pass_down(Plane& plane, const Axis& axis, const ResizeKernels& kernels) {
  const std::size_t height = axis.weights.size(), stride = plane.rows.width * 3;
  if (height == 0) return;
  std::vector<std::uint8_t> made(stride * height);
  kernels.down(plane.rows, axis.weights, made.data());
  plane = {{made.data(), plane.rows.width, height, stride}, std::move(made)};
}

// Pillow's rule since version 13, on rows and columns taken away; before it was across first, always. The order shows:
// there are eight bits between the passes.
bool down_first(const Pixels& pixels, const Part& part) {
  const std::int64_t rows = std::int64_t{pixels.height} - part.whole_height;
  const std::int64_t columns = std::int64_t{pixels.width} - part.whole_width;
  return rows > 0 && rows > 2 * columns;
}

std::vector<std::uint8_t> packed(Plane plane) {
  const std::size_t row = plane.rows.width * 3;
  if (plane.rows.stride == row && !plane.owned.empty()) return std::move(plane.owned);
  std::vector<std::uint8_t> samples(row * plane.rows.height);
  for (std::size_t y = 0; y < plane.rows.height; ++y)
    std::memcpy(&samples[y * row], plane.rows.samples + y * plane.rows.stride, row);
  return samples;
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
  const Axis across = axis_of(pixels.width, part.whole_width, filter, part.left, part.width);
  const Axis down = axis_of(pixels.height, part.whole_height, filter, part.top, part.height);
  const std::size_t stride = std::size_t{pixels.width} * 3;
  Plane plane{{pixels.rgb.data() + down.first * stride + across.first * 3, across.count, down.count, stride}, {}};
  if (down_first(pixels, part)) {
    pass_down(plane, down, kernels);
    pass_across(plane, across, kernels);
  } else {
    pass_across(plane, across, kernels);
    pass_down(plane, down, kernels);
  }
  return {.width = part.width, .height = part.height, .rgb = packed(std::move(plane)), .alpha = {}};
}

Pixels resize(const Pixels& pixels, std::uint32_t width, std::uint32_t height, Filter filter,
              const ResizeKernels& kernels) {
  return resize_part(pixels, {width, height, 0, 0, width, height}, filter, kernels);
}

}  // namespace signalbox::imaging
