// What a head is fitted to: vectors of a frozen encoder and the numbers of their labels. Plain values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "tensor/weights.h"

namespace signalbox::learn {

struct Examples {
  tensor::Matrix vectors;             // [examples, dimension]
  std::vector<std::uint32_t> labels;  // one a row, below `classes`
  std::uint32_t classes = 0;

  std::size_t size() const { return labels.size(); }
  std::span<const float> vector(std::size_t row) const {
    const auto columns = static_cast<std::size_t>(vectors.columns);
    return std::span(vectors.values).subspan(row * columns, columns);
  }
};

// Those rows whose fold `wanted` says yes to.
template <class Wanted>
Examples rows_where(const Examples& all, std::span<const std::uint32_t> folds, Wanted wanted) {
  Examples some;
  some.classes = all.classes;
  some.vectors.columns = all.vectors.columns;
  for (std::size_t row = 0; row < all.size(); ++row) {
    if (!wanted(folds[row])) continue;
    const std::span<const float> vector = all.vector(row);
    some.vectors.values.insert(some.vectors.values.end(), vector.begin(), vector.end());
    some.labels.push_back(all.labels[row]);
    ++some.vectors.rows;
  }
  return some;
}

}  // namespace signalbox::learn
