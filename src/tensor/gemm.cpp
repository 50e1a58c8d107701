#include "tensor/gemm.h"

#include <dnnl.h>

#include <algorithm>
#include <stdexcept>

#include "tensor/product.h"

namespace signalbox::tensor {

void gemm(Side a_side, Side b_side, GemmShape s, const float* a, const float* b, float beta, float* c) {
  use_one_thread();
  const bool a_plain = a_side == Side::plain, b_plain = b_side == Side::plain;
  const dnnl_status_t status = dnnl_sgemm(a_plain ? 'N' : 'T', b_plain ? 'N' : 'T', s.m, s.n, s.k, 1.0F, a,
                                          a_plain ? s.k : s.m, b, b_plain ? s.n : s.k, beta, c, s.n);
  if (status != dnnl_success) throw std::runtime_error("oneDNN refused a matrix product");
}

}  // namespace signalbox::tensor
