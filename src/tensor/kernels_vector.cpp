// The kernels on Google Highway: this file is compiled once for each instruction set (foreach_target includes it
// again), and the first call picks the best one that the processor has.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tensor/kernels_vector.cpp"
#include <hwy/foreach_target.h>
// After it:
#include <hwy/highway.h>

#include <algorithm>
#include <cmath>

#include "tensor/attention.h"
#include "tensor/kernels.h"
#include "tensor/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace signalbox::tensor::HWY_NAMESPACE {

// Sum of f(vector at i) over n floats; the tail is one vector with zeros behind, for which f must give zero.
template <class F>
HWY_INLINE float reduce(Index n, const F& f) {
  const D d;
  V a = hn::Zero(d), b = hn::Zero(d);
  Index i = 0;
  for (; i + 2 * lanes() <= n; i += 2 * lanes()) {
    a = hn::Add(a, f(i, lanes()));
    b = hn::Add(b, f(i + lanes(), lanes()));
  }
  for (; i < n; i += lanes()) a = hn::Add(a, f(i, std::min(lanes(), n - i)));
  return sum_of(hn::Add(a, b));
}

// Highway's masked loads and stores touch whole aligned vectors where the processor has no masks: tails go through a
// copy.
HWY_INLINE V load_part(const float* from, Index count) {
  if (count == lanes()) return load(from);
  alignas(64) float part[kWidestLanes] = {};
  std::copy_n(from, count, part);
  return hn::Load(D(), part);
}
HWY_INLINE void store_part(V v, Index count, float* to) {
  if (count == lanes()) {
    hn::StoreU(v, D(), to);
    return;
  }
  alignas(64) float part[kWidestLanes];
  hn::Store(v, D(), part);
  std::copy_n(part, count, to);
}

void layer_norm(float* x, Index rows, Index n, const float* gain, const float* shift, float epsilon) {
  const D d;
  const float inverse = 1.0F / static_cast<float>(n);
  for (Index row = 0; row < rows; ++row, x += n) {
    const float mean = reduce(n, [&](Index i, Index count) { return load_part(x + i, count); }) * inverse;
    const V center = hn::Set(d, mean);
    const float variance = inverse * reduce(n, [&](Index i, Index count) {
                             const V inside = hn::IfThenElseZero(hn::FirstN(d, static_cast<std::size_t>(count)),
                                                                 hn::Sub(load_part(x + i, count), center));
                             return hn::Mul(inside, inside);
                           });
    const V scale = hn::Set(d, 1.0F / std::sqrt(variance + epsilon));
    for (Index i = 0; i < n; i += lanes()) {
      const Index count = std::min(lanes(), n - i);
      const V centered = hn::Mul(hn::Sub(load_part(x + i, count), center), scale);
      store_part(hn::MulAdd(centered, load_part(gain + i, count), load_part(shift + i, count)), count, x + i);
    }
  }
}

void rms_norm(float* x, Index rows, Index n, const float* gain, float epsilon) {
  const float inverse = 1.0F / static_cast<float>(n);
  for (Index row = 0; row < rows; ++row, x += n) {
    const float square = inverse * reduce(n, [&](Index i, Index count) {
                           const V part = load_part(x + i, count);
                           return hn::Mul(part, part);
                         });
    const V scale = hn::Set(D(), 1.0F / std::sqrt(square + epsilon));
    for (Index i = 0; i < n; i += lanes()) {
      const Index count = std::min(lanes(), n - i);
      store_part(hn::Mul(hn::Mul(load_part(x + i, count), scale), load_part(gain + i, count)), count, x + i);
    }
  }
}

void rotate(float* x, Index heads, Index dimension, const float* cosines, const float* sines) {
  const Index half = dimension / 2;
  for (Index head = 0; head < heads; ++head, x += dimension) {
    for (Index i = 0; i < half; i += lanes()) {
      const Index count = std::min(lanes(), half - i);
      const V a = load_part(x + i, count), b = load_part(x + half + i, count);
      const V cosine = load_part(cosines + i, count), sine = load_part(sines + i, count);
      store_part(hn::MulSub(a, cosine, hn::Mul(b, sine)), count, x + i);
      store_part(hn::MulAdd(b, cosine, hn::Mul(a, sine)), count, x + half + i);
    }
  }
}

void mean_rows(const float* x, Index rows, Index n, Index stride, float* out) {
  const V inverse = hn::Set(D(), 1.0F / static_cast<float>(rows));
  for (Index i = 0; i < n; i += lanes()) {
    const Index count = std::min(lanes(), n - i);
    V sum = hn::Zero(D());
    for (Index row = 0; row < rows; ++row) sum = hn::Add(sum, load_part(x + row * stride + i, count));
    store_part(hn::Mul(sum, inverse), count, out + i);
  }
}

float dot(const float* a, const float* b, Index n) {
  return reduce(n, [&](Index i, Index count) { return hn::Mul(load_part(a + i, count), load_part(b + i, count)); });
}

void l2_normalize(float* x, Index n) {
  const float sum = dot(x, x, n);
  if (sum == 0) return;
  const V scale = hn::Set(D(), 1.0F / std::sqrt(sum));
  for (Index i = 0; i < n; i += lanes()) {
    const Index count = std::min(lanes(), n - i);
    store_part(hn::Mul(load_part(x + i, count), scale), count, x + i);
  }
}

void add3(const float* a, const float* b, const float* c, Index n, float* out) {
  for (Index i = 0; i < n; i += lanes()) {
    const Index count = std::min(lanes(), n - i);
    store_part(hn::Add(hn::Add(load_part(a + i, count), load_part(b + i, count)), load_part(c + i, count)), count,
               out + i);
  }
}

}  // namespace signalbox::tensor::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace signalbox::tensor {
namespace {

HWY_EXPORT(layer_norm);
HWY_EXPORT(mean_rows);
HWY_EXPORT(l2_normalize);
HWY_EXPORT(dot);
HWY_EXPORT(add3);
HWY_EXPORT(rms_norm);
HWY_EXPORT(rotate);

}  // namespace

namespace {

Kernels kernels_of(std::int64_t target) {
  hwy::GetChosenTarget().Update(target);
  return {hwy::TargetName(target),
          HWY_DYNAMIC_DISPATCH(layer_norm),
          attention_kernel(),
          HWY_DYNAMIC_DISPATCH(mean_rows),
          HWY_DYNAMIC_DISPATCH(l2_normalize),
          HWY_DYNAMIC_DISPATCH(dot),
          HWY_DYNAMIC_DISPATCH(add3),
          vector_quantize_kernels(),
          HWY_DYNAMIC_DISPATCH(rms_norm),
          HWY_DYNAMIC_DISPATCH(rotate),
          gate_kernel()};
}

}  // namespace

const std::vector<Kernels>& all_vector_kernels() {
  static const std::vector<Kernels> kAll = [] {
    std::vector<Kernels> all;
    for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) all.push_back(kernels_of(target));
    return all;
  }();
  return kAll;
}

const Kernels& vector_kernels() {
  static const Kernels& kBest = all_vector_kernels().front();
  return kBest;
}

}  // namespace signalbox::tensor
#endif
