#include "imaging/image_preprocessor.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

#include "imaging/preprocessor_config.h"

// numpy multiplies, subtracts and divides one after the other, each rounded.
#pragma STDC FP_CONTRACT OFF

namespace signalbox::imaging {
namespace {

// rescale() multiplies in double and rounds to float; normalize() works in float, mean and std included.
float value_of(int byte, std::size_t channel, const PreprocessorConfig& config) {
  const float value = config.rescale ? static_cast<float>(byte * config.rescale_factor) : static_cast<float>(byte);
  if (!config.normalize) return value;
  return (value - static_cast<float>(config.mean[channel])) / static_cast<float>(config.std[channel]);
}

}  // namespace

std::expected<ImagePreprocessor, std::string> ImagePreprocessor::load(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::unexpected(fmt::format("{}: cannot be read", file.string()));
  const std::string json((std::istreambuf_iterator<char>(in)), {});
  return parse(json, file.string());
}

std::expected<ImagePreprocessor, std::string> ImagePreprocessor::parse(std::string_view json, const std::string& name) {
  const auto config = parse_preprocessor_config(json, name);
  if (!config) return std::unexpected(config.error());
  ImagePreprocessor preprocessor;
  preprocessor.geometry_ = config->geometry;
  for (std::size_t channel = 0; channel < 3; ++channel) {
    for (int byte = 0; byte < 256; ++byte)
      preprocessor.values_[channel][static_cast<std::size_t>(byte)] = value_of(byte, channel, *config);
  }
  return preprocessor;
}

void ImagePreprocessor::tensor(const Pixels& fitted, float* out) const {
  const std::size_t count = std::size_t{width()} * height();
  for (std::size_t channel = 0; channel < 3; ++channel) {
    const std::array<float, 256>& values = values_[channel];
    const std::uint8_t* sample = fitted.rgb.data() + channel;
    for (std::size_t i = 0; i < count; ++i, sample += 3) *out++ = values[*sample];
  }
}

std::vector<float> ImagePreprocessor::tensor(const Pixels& fitted) const {
  std::vector<float> numbers(std::size_t{3} * width() * height());
  tensor(fitted, numbers.data());
  return numbers;
}

}  // namespace signalbox::imaging
