// Rotary position embedding: a table of the angles of one base, for all positions of a model.
//
// Immutable, shared by all workers. The angles are computed as transformers does, in fp32: at positions in the
// thousands, more exact ones would be other ones.
#pragma once

#include <cstdint>
#include <vector>

namespace signalbox::models {

class Rotary {
 public:
  // Of heads of `dimension` numbers, at the positions 0 .. positions - 1. theta: the base of the frequencies.
  Rotary(double theta, std::int64_t dimension, std::int64_t positions);

  // Turns `heads` heads in place that follow one another.
  void operator()(float* x, std::int64_t heads, std::int64_t position) const;

 private:
  std::int64_t dimension_;
  std::vector<float> table_;  // [positions, 2, dimension / 2]: cosines, then sines
};

}  // namespace signalbox::models
