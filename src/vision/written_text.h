// Internal to the recogniser: lines as they are read become one text with places, and words below the floor are left
// out of it.
//
// Belongs to one reading.
#pragma once

#include "vision/recognizer.h"

namespace signalbox::vision {

class WrittenText {
 public:
  explicit WrittenText(double min_confidence) : min_confidence_(min_confidence) {}

  // `box` is where the line stands on the picture.
  void add(const ReadLine& line, const evidence::Box& box);
  Recognition result() &&;

 private:
  const double min_confidence_;
  Recognition result_;
  double confidences_ = 0;
  std::size_t words_ = 0, kept_bytes_ = 0, left_out_bytes_ = 0;
};

}  // namespace signalbox::vision
