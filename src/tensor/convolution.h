// Convolutions of planes with weights packed once, on oneDNN: what convolutional networks are computed with.
//
// With convolution.cpp, linear.h and product.h the only files that know oneDNN. Planes lie in memory as a PlaneLayout
// says: what a convolution writes is arranged as suits the processor (channels in blocks), and the next one reads it
// so; unpack() gives PyTorch's order back. Convolutions and layouts are immutable after construction and shared by all
// workers; what one execution needs besides belongs to a PlaneRunner, one for each worker thread. Always fp32, one
// thread, direct (no Winograd): an output is the sum of its products in an order that does not depend on the picture.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace signalbox::tensor {

// How planes [channels, height, width] lie in memory.
class PlaneLayout {
 public:
  // As PyTorch stores them.
  static PlaneLayout plain(std::int64_t channels, std::int64_t height, std::int64_t width);

  std::int64_t channels() const;
  std::int64_t height() const;
  std::int64_t width() const;
  std::int64_t size() const { return channels() * height() * width(); }
  // That a buffer must have room for: channels may be filled up to whole blocks.
  std::int64_t floats() const;
  bool operator==(const PlaneLayout& other) const;

 private:
  friend class Convolution;
  friend class PlaneRunner;
  struct Implementation;
  explicit PlaneLayout(std::shared_ptr<const Implementation> p) : p_(std::move(p)) {}
  std::shared_ptr<const Implementation> p_;
};

// What happens to a sum before it is stored.
struct PlaneEpilogue {
  enum class Kind : std::uint8_t {
    none,
    clip,  // min(max(x, 0), ceiling): ReLU6 with 6
    add,   // y += x: the residual connection
  };
  Kind kind = Kind::none;
  float ceiling = 0;  // of clip
};

struct ConvolutionSizes {
  std::int64_t out = 0;                 // channels
  std::int64_t kernel = 1, stride = 1;  // both ways
  std::int64_t before = 0, after = 0;   // zeros above and left of the planes, and below and right of them
  bool depthwise = false;               // each channel by itself; `out` is what goes in
  PlaneEpilogue epilogue = {};
};

class Convolution {
 public:
  // `weights` are [out, in, kernel, kernel] as PyTorch stores them, [out, 1, kernel, kernel] of a depthwise one; `bias`
  // [out]. Writes as `to` says, or, where that is null, as suits it. Throws LoadError.
  Convolution(const ConvolutionSizes& sizes, const PlaneLayout& from, std::span<const float> weights,
              std::span<const float> bias, const PlaneLayout* to = nullptr);
  ~Convolution();
  Convolution(Convolution&&) noexcept;

  const PlaneLayout& from() const;
  const PlaneLayout& to() const;
  // "jit_1x1:avx2".
  const std::string& implementation() const;

 private:
  friend class PlaneRunner;
  struct Implementation;
  std::unique_ptr<Implementation> p_;
};

// Executes convolutions on its thread, which it tells to let oneDNN start no threads of its own. Outlived by what it
// executes.
class PlaneRunner {
 public:
  PlaneRunner();
  ~PlaneRunner();

  // x: from().floats(), y: to().floats().
  void run(const Convolution& convolution, const float* x, float* y);
  // y: [channels, height, width], layout.size() floats.
  void unpack(const PlaneLayout& layout, const float* x, float* y);

 private:
  struct Implementation;
  std::unique_ptr<Implementation> p_;
};

}  // namespace signalbox::tensor
