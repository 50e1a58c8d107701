#include "vision/grey.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

namespace signalbox::vision {

using imaging::Pixels;
namespace {

constexpr std::uint64_t kDarkMean = 110;
// Differences below this cannot carry text that anyone, or any model, could read.
constexpr int kVisible = 4;

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

void make_light(Grey& grey) {
  const std::uint64_t sum = std::accumulate(grey.samples.begin(), grey.samples.end(), std::uint64_t{0});
  if (sum >= kDarkMean * grey.samples.size()) return;
  for (std::uint8_t& sample : grey.samples) sample = static_cast<std::uint8_t>(255 - sample);
}

}  // namespace signalbox::vision
