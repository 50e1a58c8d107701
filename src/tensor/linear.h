// A fully connected layer y = epilogue(x W^T + b) with weights packed once, on oneDNN.
//
// With product.h the only files that know oneDNN. Immutable after construction and shared by all workers; what one
// execution needs besides (argument handles, quantised rows) belongs to a LinearRunner, one for each worker thread.
// Rows are processed in blocks of at most kMaxRows, so that the packed weights serve any number of rows, a row's result
// does not depend on how many there are (the last block is padded to a multiple of kRowStep with rows whose results are
// dropped), and the block's activations stay in the cache. x, y and b are fp32 in every arithmetic.
//
// Which primitive: oneDNN's matmul packs its weights only for AVX-512; for AVX2 the same product runs 1.3 times faster
// as a 1x1 convolution, which packs them (docs/decisions/0008). Both are tried at construction and the packing one is
// taken.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "tensor/arithmetic.h"
#include "tensor/epilogue.h"
#include "tensor/weights.h"

namespace signalbox::tensor {

class LinearRunner;

class Linear {
 public:
  static constexpr std::int64_t kMaxRows = 64;
  static constexpr std::int64_t kRowStep = 4;

  // `weight` has shape [out, in], as PyTorch stores it; `bias` [out]. Throws LoadError: this processor cannot do it.
  Linear(const Matrix& weight, const std::vector<float>& bias, Epilogue epilogue,
         Arithmetic arithmetic = Arithmetic::fp32);
  ~Linear();
  Linear(Linear&&) noexcept;

  std::int64_t in() const;
  std::int64_t out() const;
  // "matmul brgemm:avx512_core", "convolution jit_1x1:avx2".
  const std::string& implementation() const;

 private:
  friend class LinearRunner;
  struct Implementation;
  std::unique_ptr<Implementation> p_;
};

// Executes layers on its thread. Construct it on the thread that uses it: it tells oneDNN to start no threads of its
// own there.
class LinearRunner {
 public:
  LinearRunner();
  ~LinearRunner();

  // x: [rows, in], y: [rows, out], row-major and dense. Both must have room for rows rounded up to a multiple of
  // kRowStep; what stands there beyond the rows is read and written and means nothing.
  void run(const Linear& layer, const float* x, std::int64_t rows, float* y);

 private:
  struct Implementation;
  std::unique_ptr<Implementation> p_;
};

}  // namespace signalbox::tensor
