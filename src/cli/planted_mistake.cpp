#include "cli/planted_mistake.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "models/vision_transformer.h"
#include "tensor/load_error.h"

namespace signalbox::cli {
namespace {

using imaging::ImagePreprocessor;
using imaging::Pixels;
using models::Activation;

// Where an output sample lies on the input's axis, half a sample off the grid, and how far towards the next one.
struct Place {
  std::size_t first, next;
  double share;
};
Place place_of(std::uint32_t at, std::uint32_t wanted, std::uint32_t size) {
  const double x = std::clamp((at + 0.5) * size / wanted - 0.5, 0.0, size - 1.0);
  const auto first = static_cast<std::size_t>(x);
  return {first, std::min<std::size_t>(first + 1, size - 1), x - static_cast<double>(first)};
}

std::array<std::uint8_t, 3> sample_of(const Pixels& from, std::size_t x, std::size_t y) {
  const std::size_t at = 3 * (y * from.width + x);
  return {from.rgb[at], from.rgb[at + 1], from.rgb[at + 2]};
}

// Each sample of the result is the one of `from` that `where` names.
template <class Where>
Pixels resampled(const Pixels& from, std::uint32_t width, std::uint32_t height, Where&& where) {
  Pixels to{.width = width, .height = height, .rgb = {}, .alpha = {}};
  to.rgb.reserve(std::size_t{3} * width * height);
  for (std::uint32_t y = 0; y < height; ++y) {
    for (std::uint32_t x = 0; x < width; ++x) {
      const auto [column, row] = where(x, y);
      for (const std::uint8_t value : sample_of(from, column, row)) to.rgb.push_back(value);
    }
  }
  return to;
}

Pixels nearest(const Pixels& from, std::uint32_t width, std::uint32_t height) {
  const auto at = [](std::uint32_t to, std::uint32_t wanted, std::uint32_t size) {
    return std::min<std::size_t>(static_cast<std::size_t>((to + 0.5) * size / wanted), size - 1);
  };
  return resampled(from, width, height, [&](std::uint32_t x, std::uint32_t y) {
    return std::pair(at(x, width, from.width), at(y, height, from.height));
  });
}

Pixels flipped(const Pixels& from) {
  return resampled(from, from.width, from.height, [&](std::uint32_t x, std::uint32_t y) {
    return std::pair<std::size_t, std::size_t>(from.width - 1 - x, y);
  });
}

Pixels blue_first(Pixels pixels) {
  for (std::size_t at = 0; at < pixels.rgb.size(); at += 3) std::swap(pixels.rgb[at], pixels.rgb[at + 2]);
  return pixels;
}

Pixels without_antialiasing(const Pixels& from, std::uint32_t width, std::uint32_t height) {
  Pixels to{.width = width, .height = height, .rgb = {}, .alpha = {}};
  to.rgb.reserve(std::size_t{3} * width * height);
  for (std::uint32_t y = 0; y < height; ++y) {
    const Place row = place_of(y, height, from.height);
    for (std::uint32_t x = 0; x < width; ++x) {
      const Place column = place_of(x, width, from.width);
      for (std::size_t channel = 0; channel < 3; ++channel) {
        const auto sample = [&](std::size_t r, std::size_t c) {
          return static_cast<double>(from.rgb[3 * (r * from.width + c) + channel]);
        };
        const double above = std::lerp(sample(row.first, column.first), sample(row.first, column.next), column.share);
        const double below = std::lerp(sample(row.next, column.first), sample(row.next, column.next), column.share);
        to.rgb.push_back(static_cast<std::uint8_t>(std::lround(std::lerp(above, below, row.share))));
      }
    }
  }
  return to;
}

std::vector<float> unit_range(const Pixels& fitted) {
  const std::size_t plane = std::size_t{fitted.width} * fitted.height;
  std::vector<float> tensor(3 * plane);
  for (std::size_t i = 0; i < 3 * plane; ++i)
    tensor[i % 3 * plane + i / 3] = static_cast<float>(fitted.rgb[i]) / 255.0F;
  return tensor;
}

}  // namespace

const std::map<std::string, Mistake>& mistake_names() {
  static const std::map<std::string, Mistake> kNames{{"pooling", Mistake::pooling},      {"range", Mistake::range},
                                                     {"resize", Mistake::resize},        {"nearest", Mistake::nearest},
                                                     {"channels", Mistake::channels},    {"flip", Mistake::flip},
                                                     {"activation", Mistake::activation}};
  return kNames;
}

void plant(Mistake mistake, models::EncoderConfig& tower) {
  const bool inside = mistake == Mistake::pooling || mistake == Mistake::activation;
  if (inside && models::image_config(tower).trunk == models::Trunk::convolutions) {
    throw tensor::LoadError("--plant pooling and --plant activation are mistakes of transformers");
  }
  if (mistake == Mistake::pooling) models::set_readout(tower, models::Readout::mean);
  if (mistake != Mistake::activation) return;
  tower.activation = tower.activation == Activation::gelu_erf ? Activation::gelu_tanh : Activation::gelu_erf;
}

std::vector<float> preprocess_with(Mistake mistake, const ImagePreprocessor& preprocessor, const Pixels& decoded) {
  const auto fitted = [&] { return imaging::fit(decoded, preprocessor.geometry()); };
  switch (mistake) {
    case Mistake::resize:
      return preprocessor.tensor(without_antialiasing(decoded, preprocessor.width(), preprocessor.height()));
    case Mistake::nearest:
      return preprocessor.tensor(nearest(decoded, preprocessor.width(), preprocessor.height()));
    case Mistake::range:
      return unit_range(fitted());
    case Mistake::channels:
      return preprocessor.tensor(blue_first(fitted()));
    case Mistake::flip:
      return preprocessor.tensor(flipped(fitted()));
    case Mistake::none:
    case Mistake::pooling:
    case Mistake::activation:
      break;
  }
  return preprocessor(decoded);
}

}  // namespace signalbox::cli
