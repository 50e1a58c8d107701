#include "models/matryoshka.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace signalbox::models {

bool has_dimension(const ModelInfo& model, std::uint32_t dimension) {
  return dimension == model.dimension ||
         std::ranges::find(model.shorter_dimensions, dimension) != model.shorter_dimensions.end();
}

std::string dimensions_text(const ModelInfo& model) {
  std::string text = fmt::format("{}", model.dimension);
  for (const std::uint32_t shorter : model.shorter_dimensions) text += fmt::format(", {}", shorter);
  return text;
}

std::vector<float> cut_to(std::span<const float> vector, std::uint32_t dimension) {
  std::vector<float> cut(vector.begin(),
                         vector.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(dimension, vector.size())));
  if (cut.size() == vector.size()) return cut;
  double square = 0;
  for (const float x : cut) square += static_cast<double>(x) * x;
  if (square == 0) return cut;
  for (float& x : cut) x = static_cast<float>(x / std::sqrt(square));
  return cut;
}

}  // namespace signalbox::models
