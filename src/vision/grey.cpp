#include "vision/grey.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace signalbox::vision {

using evidence::Box;
using imaging::Pixels;
namespace {

// A ground below this is dark. A lighter one may be so for a coloured button with white letters; what is lighter must
// then outweigh what is darker by far, for there are grey pages with a white margin.
constexpr int kDarkGround = 110;
constexpr std::uint64_t kByFar = 4;

std::uint8_t luma(const std::uint8_t* rgb) {  // ITU-R 601, as Pillow's convert("L")
  return static_cast<std::uint8_t>((rgb[0] * 19595U + rgb[1] * 38470U + rgb[2] * 7471U + 0x8000U) >> 16);
}

Grey luma_of(const Pixels& pixels) {
  Grey grey{pixels.width, pixels.height, std::vector<std::uint8_t>(std::size_t{pixels.width} * pixels.height)};
  for (std::size_t i = 0; i < grey.samples.size(); ++i) grey.samples[i] = luma(&pixels.rgb[i * 3]);
  return grey;
}

Grey over(const Grey& colours, const std::vector<std::uint8_t>& alpha, std::uint32_t ground) {
  Grey blended = colours;
  for (std::size_t i = 0; i < alpha.size(); ++i)
    blended.samples[i] =
        static_cast<std::uint8_t>((colours.samples[i] * alpha[i] + ground * (255U - alpha[i]) + 127U) / 255U);
  return blended;
}

bool is_uniform(const Grey& grey) {
  const auto [low, high] = std::ranges::minmax_element(grey.samples);
  return *high - *low < kVisible;
}

// The same picture, or its negative up to the ground: nothing new to read.
bool looks_like(const Grey& a, const Grey& b) {
  return std::ranges::equal(a.samples, b.samples, [](int x, int y) { return std::abs(x - y) < kVisible; });
}

}  // namespace

std::vector<Grey> readable_views(const Pixels& pixels) {
  std::vector<Grey> views;
  const auto add = [&views](Grey view) {
    const bool seen = std::ranges::any_of(views, [&](const Grey& other) { return looks_like(other, view); });
    if (!seen && !is_uniform(view)) views.push_back(std::move(view));
  };
  Grey colours = luma_of(pixels);
  if (pixels.alpha.empty()) {
    add(std::move(colours));
    return views;
  }
  Grey over_white = over(colours, pixels.alpha, 255);
  Grey over_black = over(colours, pixels.alpha, 0);
  add(std::move(over_white));  // what most viewers show comes first
  add(std::move(colours));
  add(std::move(over_black));
  return views;
}

Grey dark_on_light(Grey grey) {
  const int ground = median(grey);
  std::uint64_t lighter = 0, darker = 0;
  for (const std::uint8_t sample : grey.samples) {
    lighter += static_cast<std::uint64_t>(std::max(0, sample - ground));
    darker += static_cast<std::uint64_t>(std::max(0, ground - sample));
  }
  if (lighter > (ground < kDarkGround ? darker : kByFar * darker)) {
    for (std::uint8_t& sample : grey.samples) sample = static_cast<std::uint8_t>(255 - sample);
  }
  return grey;
}

Grey one_side(Grey grey, Side side) {
  const int ground = median(grey);
  const int sign = side == Side::lighter ? 1 : -1;
  int most = 1;
  for (const int sample : grey.samples) most = std::max(most, sign * (sample - ground));
  for (std::uint8_t& sample : grey.samples)
    sample = static_cast<std::uint8_t>(255 - std::max(0, sign * (sample - ground)) * 255 / most);
  return grey;
}

Grey cut(const Grey& grey, const Box& box) {
  Grey part{box.width, box.height, {}};
  part.samples.reserve(std::size_t{box.width} * box.height);
  for (std::uint32_t y = box.top; y < box.top + box.height; ++y) {
    const auto row = grey.samples.begin() + static_cast<std::ptrdiff_t>(std::size_t{y} * grey.width + box.left);
    part.samples.insert(part.samples.end(), row, row + static_cast<std::ptrdiff_t>(box.width));
  }
  return part;
}

Box grown(const Box& box, std::uint32_t room, const Grey& grey) {
  const std::uint32_t left = box.left - std::min(box.left, room), top = box.top - std::min(box.top, room);
  return {.left = left,
          .top = top,
          .width = std::min(grey.width, box.left + box.width + room) - left,
          .height = std::min(grey.height, box.top + box.height + room) - top};
}

std::uint8_t median(const Grey& grey) {
  std::array<std::size_t, 256> counts{};
  for (const std::uint8_t sample : grey.samples) ++counts[sample];
  std::size_t below = 0;
  for (std::size_t value = 0; value < counts.size(); ++value) {
    below += counts[value];
    if (2 * below >= grey.samples.size()) return static_cast<std::uint8_t>(value);
  }
  return 0;
}

}  // namespace signalbox::vision
