// What is wrong with a model's files. Thrown while a model is loaded and never on the request path; the message names
// the file and the tensor or key, and says what was expected.
#pragma once

#include <stdexcept>

namespace signalbox::tensor {

struct LoadError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace signalbox::tensor
