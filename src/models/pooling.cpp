#include "models/pooling.h"

#include <algorithm>

#include "tensor/kernels.h"

namespace signalbox::models {

void pool(Pooling pooling, std::span<const float> hidden, std::int64_t width, std::span<float> out) {
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
  kernels.l2_normalize(out.data(), dimension);
}

}  // namespace signalbox::models
