// What the vector kernels share, compiled into each of them for every instruction set (Highway's pattern for such
// headers).
#if defined(SIGNALBOX_TENSOR_VECTOR_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SIGNALBOX_TENSOR_VECTOR_INL_H_
#undef SIGNALBOX_TENSOR_VECTOR_INL_H_
#else
#define SIGNALBOX_TENSOR_VECTOR_INL_H_
#endif

#include <hwy/highway.h>

#include <cstdint>

HWY_BEFORE_NAMESPACE();
namespace signalbox::tensor::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;
using Index = std::int64_t;

HWY_INLINE Index lanes() {
  return static_cast<Index>(hn::Lanes(D()));
}
HWY_INLINE V load(const float* from) {
  return hn::LoadU(D(), from);
}
HWY_INLINE float sum_of(V v) {
  return hn::GetLane(hn::SumOfLanes(D(), v));
}

}  // namespace signalbox::tensor::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // SIGNALBOX_TENSOR_VECTOR_INL_H_
