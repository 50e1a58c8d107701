// The files of a model folder from strangers: a safetensors file, a config.json, label files and the
// configuration of an adapter. Nothing crashes,
// nothing reads outside of the input, and whatever is wrong is a LoadError.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <span>
#include <vector>

#include "models/json_file.h"
#include "models/label_set.h"
#include "models/lora.h"
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

// A list of config.json and label files.
void check_labels(std::span<const std::byte> bytes) {
  const nlohmann::json files =
      signalbox::models::parse_json({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, "fuzz");
  if (!files.is_array() || files.empty()) return;
  std::vector<signalbox::models::LabelFile> mappings;
  for (std::size_t i = 1; i < files.size(); ++i) mappings.push_back({"mapping", files[i]});
  if (signalbox::models::agreed_labels({"config", files[0]}, mappings).size() < 2) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::span<const std::byte> rest(reinterpret_cast<const std::byte*>(data) + 1, size - 1);
  try {
    if (data[0] == 'A') {
      signalbox::models::read_lora_config({reinterpret_cast<const char*>(rest.data()), rest.size()}, "fuzz");
    } else if (data[0] == 'L') {
      check_labels(rest);
    } else if (data[0] % 2 == 0) {
      check_weights(rest);
    } else {
      check_config(rest);
    }
  } catch (const signalbox::tensor::LoadError&) {
    return 0;
  }
  return 0;
}
