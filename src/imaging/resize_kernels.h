// The two passes of a resize over rows of packed RGB.
//
// Two implementations of one table, which give the same bytes: `vector_resize_kernels()` (Google Highway, for the best
// instruction set this processor has) and `scalar_resize_kernels()` (plain C++, the twin that the tests hold it to).
// Pure functions on caller-owned memory; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "imaging/resize_weights.h"

namespace signalbox::imaging {

struct RgbRows {
  const std::uint8_t* samples = nullptr;
  std::size_t width = 0, height = 0;  // pixels
  std::size_t stride = 0;             // bytes from row to row
};

struct ResizeKernels {
  std::string_view name;  // "AVX2", "scalar"
  // Each row of `in` to a row of axis.size() pixels. `stride` of `out` is at least 3 * axis.size() + 1: a kernel may
  // write one byte behind a row.
  void (*across)(const RgbRows& in, const AxisWeights& axis, std::uint8_t* out, std::size_t stride);
  // Rows of `in`, whose bytes up to the end of each row may be read, to axis.size() rows of the same width, packed.
  void (*down)(const RgbRows& in, const AxisWeights& axis, std::uint8_t* out);
};

const ResizeKernels& vector_resize_kernels();
// For every instruction set that this build and this processor share, the best first.
const std::vector<ResizeKernels>& all_vector_resize_kernels();
const ResizeKernels& scalar_resize_kernels();

}  // namespace signalbox::imaging
