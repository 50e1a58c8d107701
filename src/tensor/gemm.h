// General matrix products where neither side is a layer's fixed weights: training, pooling by attention.
//
// With linear.cpp and product.cpp the only files that know oneDNN. Row-major and dense; one thread (the caller's);
// equal arguments give equal bits.
#pragma once

#include <cstdint>

namespace signalbox::tensor {

enum class Side : std::uint8_t { plain, transposed };

struct GemmShape {
  std::int64_t m = 0, n = 0, k = 0;
};

// c[m, n] = a[m, k] b[k, n] + beta c. A transposed side lies in memory as the transpose of what stands there.
void gemm(Side a_side, Side b_side, GemmShape shape, const float* a, const float* b, float beta, float* c);

}  // namespace signalbox::tensor
