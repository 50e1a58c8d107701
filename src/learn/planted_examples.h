// For tests: examples whose labels can be told by their vectors, as well as a test wants.
#pragma once

#include <cmath>
#include <cstdint>

#include "learn/examples.h"
#include "trust/planted_scores.h"

namespace signalbox::learn {

// Vectors are normal with deviation 1 around `distance` times a unit vector of their label; 0: labels are noise.
inline Examples planted_examples(std::size_t count, double distance, std::uint32_t classes, std::int64_t dimension,
                                 std::uint64_t seed) {
  trust::NormalNumbers normal(seed);
  Examples examples;
  examples.classes = classes;
  examples.vectors = {static_cast<std::int64_t>(count), dimension, {}};
  for (std::size_t i = 0; i < count; ++i) {
    const auto label = static_cast<std::uint32_t>(i % classes);
    examples.labels.push_back(label);
    for (std::int64_t column = 0; column < dimension; ++column) {
      examples.vectors.values.push_back(static_cast<float>(normal(column == label ? distance : 0)));
    }
  }
  return examples;
}

}  // namespace signalbox::learn
