// The safetensors format: named tensors in one file, read where they lie.
//
// Source: https://github.com/huggingface/safetensors (8 bytes of header length, a JSON header, the data). As in the
// reference, the tensors must cover the data without gap or overlap, and nothing may follow them. Immutable, any thread
// may read; a tensor's bytes live as long as the file object.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tensor/mapped_file.h"

namespace signalbox::tensor {

enum class Dtype : std::uint8_t { f32, f16, bf16, f64, i64, i32, i16, i8, u8, boolean };
std::string_view to_string(Dtype dtype);  // as the format spells it: "F32"
std::size_t size_of(Dtype dtype);         // bytes of an element

using Shape = std::vector<std::int64_t>;
std::string to_string(const Shape& shape);  // "[384, 1536]"

struct TensorView {
  Dtype dtype = Dtype::f32;
  Shape shape;
  std::span<const std::byte> bytes;  // row-major, little-endian, not necessarily aligned

  std::int64_t elements() const;
  // As fp32, exactly (f16, bf16) or rounded (f64). Throws LoadError for an integer dtype.
  std::vector<float> to_floats() const;
};

// The tensors in `bytes`. Throws LoadError; `name` is what its messages call the file. Bounded: a header of at most 32
// MiB and 100,000 tensors.
std::map<std::string, TensorView, std::less<>> parse_safetensors(std::span<const std::byte> bytes,
                                                                 const std::string& name);

class SafetensorsFile {
 public:
  explicit SafetensorsFile(const std::filesystem::path& path);

  const std::string& name() const { return name_; }
  const std::map<std::string, TensorView, std::less<>>& tensors() const { return tensors_; }
  const TensorView* find(std::string_view tensor) const;
  std::span<const std::byte> bytes() const { return file_.bytes(); }

 private:
  std::string name_;
  MappedFile file_;
  std::map<std::string, TensorView, std::less<>> tensors_;
};

}  // namespace signalbox::tensor
