// The weights of one axis of a resize: which source samples make an output sample, and by how much.
//
// Pillow's arithmetic (libImaging/Resample.c): double precision, rounded to fixed point at the end. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace signalbox::imaging {

// Of resize.h.
enum class Filter : std::uint8_t;

inline constexpr int kWeightBits = 22;  // 1.0 is 1 << 22: eight bits of sample, two of headroom for overshoot

// The vector kernels multiply 16-bit numbers, so that a weight is cut in two: high * 2^11 + low.
inline constexpr int kLowBits = 11;

struct Window {
  std::uint32_t first = 0, count = 0;
};

struct AxisWeights {
  std::uint32_t stride = 0;              // weights of an output sample: the most that one has, up to a multiple of 4
  std::vector<Window> windows;           // one for each output sample
  std::vector<std::int32_t> weights;     // [output][stride], zeros behind the window
  std::vector<std::uint32_t> high, low;  // [output][stride / 2]: two neighbours' parts as two 16-bit numbers

  std::size_t size() const { return windows.size(); }
};

// Of the `count` output samples from `first` on, of `wanted` in all.
AxisWeights axis_weights(std::uint32_t source, std::uint32_t wanted, Filter filter, std::uint32_t first,
                         std::uint32_t count);

}  // namespace signalbox::imaging
