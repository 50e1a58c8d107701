#include "models/pooling.h"

#include <algorithm>
#include <vector>

#include "tensor/kernels.h"

namespace signalbox::models {

namespace {

// Of no particular length.
void gather_state(Pooling pooling, std::span<const float> hidden, std::int64_t width, std::span<float> out) {
  const tensor::Kernels& kernels = tensor::vector_kernels();
  const auto tokens = static_cast<std::int64_t>(hidden.size()) / width;
  const auto dimension = static_cast<std::int64_t>(out.size());
  switch (pooling) {
    case Pooling::cls:
      std::copy_n(hidden.data(), dimension, out.data());
      break;
    case Pooling::last:
      std::copy_n(hidden.data() + (tokens - 1) * width, dimension, out.data());
      break;
    case Pooling::mean:
      kernels.mean_rows(hidden.data(), tokens, dimension, width, out.data());
      break;
  }
}

}  // namespace

void pool(Pooling pooling, std::span<const float> hidden, std::int64_t width, std::span<float> out) {
  pool(pooling, nullptr, hidden, width, out);
}

void pool(Pooling pooling, const Dense* projection, std::span<const float> hidden, std::int64_t width,
          std::span<float> out) {
  if (projection == nullptr) {
    gather_state(pooling, hidden, width, out);
  } else {
    std::vector<float> state(static_cast<std::size_t>(width)), vector(projection->bias.size());
    gather_state(pooling, hidden, width, state);
    (*projection)(state.data(), 1, vector.data());
    std::copy_n(vector.data(), out.size(), out.data());
  }
  tensor::vector_kernels().l2_normalize(out.data(), static_cast<std::int64_t>(out.size()));
}

}  // namespace signalbox::models
