#include "models/rotary.h"

#include <cmath>

#include "tensor/kernels.h"

namespace signalbox::models {

Rotary::Rotary(double theta, std::int64_t dimension, std::int64_t positions) : dimension_(dimension) {
  const std::int64_t half = dimension / 2;
  std::vector<float> frequencies;
  for (std::int64_t i = 0; i < half; ++i) {
    const float exponent = static_cast<float>(2 * i) / static_cast<float>(dimension);
    frequencies.push_back(1.0F / static_cast<float>(std::pow(theta, static_cast<double>(exponent))));
  }
  table_.reserve(static_cast<std::size_t>(positions * dimension));
  for (std::int64_t position = 0; position < positions; ++position) {
    for (const float f : frequencies) table_.push_back(std::cos(static_cast<float>(position) * f));
    for (const float f : frequencies) table_.push_back(std::sin(static_cast<float>(position) * f));
  }
}

void Rotary::operator()(float* x, std::int64_t heads, std::int64_t position) const {
  const float* const cosines = table_.data() + position * dimension_;
  tensor::vector_kernels().rotate(x, heads, dimension_, cosines, cosines + dimension_ / 2);
}

}  // namespace signalbox::models
