// The files of a model folder from strangers: a safetensors file and a config.json. Nothing crashes, nothing reads
// outside of the input, and whatever is wrong is a LoadError.
#include <cstdint>
#include <fstream>
#include <span>
#include <string>

#include "models/model_config.h"
#include "tensor/load_error.h"
#include "tensor/safetensors.h"

namespace {

// The first byte says what the rest is.
void check_weights(std::span<const std::byte> bytes) {
  std::int64_t seen = 0;
  for (const auto& [name, tensor] : signalbox::tensor::parse_safetensors(bytes, "fuzz")) {
    if (tensor.dtype <= signalbox::tensor::Dtype::f64) seen += static_cast<std::int64_t>(tensor.to_floats().size());
  }
  (void)seen;
}

void check_config(std::span<const std::byte> bytes) {
  signalbox::models::read_encoder_config({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, "fuzz");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::span<const std::byte> rest(reinterpret_cast<const std::byte*>(data) + 1, size - 1);
  try {
    if (data[0] % 2 == 0) {
      check_weights(rest);
    } else {
      check_config(rest);
    }
  } catch (const signalbox::tensor::LoadError&) {
    return 0;
  }
  return 0;
}
