#include <algorithm>

#include "imaging/resize_kernels.h"

namespace signalbox::imaging {
namespace {

constexpr std::int32_t kHalf = 1 << (kWeightBits - 1);

// Sum of `count` samples that are `step` bytes apart.
std::uint8_t weighted(const std::uint8_t* samples, std::size_t step, const std::int32_t* weights, std::uint32_t count) {
  std::int32_t sum = kHalf;
  for (std::uint32_t i = 0; i < count; ++i) sum += weights[i] * samples[i * step];
  return static_cast<std::uint8_t>(std::clamp(sum >> kWeightBits, 0, 255));
}

void across(const RgbRows& in, const AxisWeights& axis, std::uint8_t* out, std::size_t stride) {
  for (std::size_t y = 0; y < in.height; ++y) {
    for (std::size_t x = 0; x < axis.size(); ++x) {
      const Window& window = axis.windows[x];
      const std::uint8_t* from = in.samples + y * in.stride + std::size_t{window.first} * 3;
      for (std::size_t c = 0; c < 3; ++c)
        out[y * stride + x * 3 + c] = weighted(from + c, 3, &axis.weights[x * axis.stride], window.count);
    }
  }
}

void down(const RgbRows& in, const AxisWeights& axis, std::uint8_t* out) {
  const std::size_t bytes = in.width * 3;
  for (std::size_t y = 0; y < axis.size(); ++y) {
    const Window& window = axis.windows[y];
    const std::uint8_t* from = in.samples + window.first * in.stride;
    for (std::size_t x = 0; x < bytes; ++x)
      out[y * bytes + x] = weighted(from + x, in.stride, &axis.weights[y * axis.stride], window.count);
  }
}

}  // namespace

const ResizeKernels& scalar_resize_kernels() {
  static const ResizeKernels kScalar{"scalar", across, down};
  return kScalar;
}

}  // namespace signalbox::imaging
