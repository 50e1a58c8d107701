// Times an image tower as it is served: one image after the other through the batcher, on one or several threads.
#pragma once

#include <cstdint>
#include <string>

#include "tensor/arithmetic.h"

namespace signalbox::bench {

struct ImageLoad {
  std::string model;  // a folder
  tensor::Arithmetic arithmetic = tensor::Arithmetic::fp32;
  std::uint32_t threads = 1;
  double seconds = 1;
};
// One JSON object.
std::string run_images(const ImageLoad& load);

}  // namespace signalbox::bench
