// Writing the safetensors format: what `signalbox train` leaves. Equal tensors give equal bytes.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tensor/safetensors.h"

namespace signalbox::tensor {

struct NamedFloats {
  Shape shape;
  std::vector<float> values;  // row-major, as many as the shape says
};

// The file's bytes: fp32 tensors in the order of their names.
std::string safetensors_text(const std::map<std::string, NamedFloats>& tensors);

}  // namespace signalbox::tensor
