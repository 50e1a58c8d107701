// What an encoder's numbers depend on beside its weights and this build: oneDNN and the instruction sets in use.
#pragma once

#include <string>

namespace signalbox::tensor {

// "oneDNN 2.6.3 isa 0x3f kernels AVX2"; equal strings mean equal numbers. Any thread.
std::string numeric_platform();

}  // namespace signalbox::tensor
