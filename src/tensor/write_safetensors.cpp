#include "tensor/write_safetensors.h"

#include <cstring>
#include <nlohmann/json.hpp>

namespace signalbox::tensor {

std::string safetensors_text(const std::map<std::string, NamedFloats>& tensors) {
  constexpr std::size_t kAlignment = 8;  // of the data, as the reference writes it
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  std::string data;
  for (const auto& [name, tensor] : tensors) {
    const std::size_t begin = data.size();
    data.append(reinterpret_cast<const char*>(tensor.values.data()), tensor.values.size() * sizeof(float));
    header[name] = {{"dtype", "F32"}, {"shape", tensor.shape}, {"data_offsets", {begin, data.size()}}};
  }
  std::string text = header.dump();
  text.append((kAlignment - text.size() % kAlignment) % kAlignment, ' ');
  const std::uint64_t length = text.size();
  std::string file(sizeof length, '\0');
  std::memcpy(file.data(), &length, sizeof length);
  return file + text + data;
}

}  // namespace signalbox::tensor
