#include "tensor/safetensors.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <nlohmann/json.hpp>

#include "tensor/half.h"
#include "tensor/load_error.h"

namespace signalbox::tensor {
namespace {

using nlohmann::json;

constexpr std::uint64_t kMaxHeader = 32U << 20U;
constexpr std::size_t kMaxTensors = 100'000;
constexpr std::size_t kMaxRank = 8;

struct DtypeName {
  Dtype dtype;
  std::string_view name;
  std::size_t size;
};
constexpr std::array<DtypeName, 10> kDtypes{{{Dtype::f32, "F32", 4},
                                             {Dtype::f16, "F16", 2},
                                             {Dtype::bf16, "BF16", 2},
                                             {Dtype::f64, "F64", 8},
                                             {Dtype::i64, "I64", 8},
                                             {Dtype::i32, "I32", 4},
                                             {Dtype::i16, "I16", 2},
                                             {Dtype::i8, "I8", 1},
                                             {Dtype::u8, "U8", 1},
                                             {Dtype::boolean, "BOOL", 1}}};

const DtypeName& row_of(Dtype dtype) {
  return kDtypes[static_cast<std::size_t>(dtype)];
}

class HeaderReader {
 public:
  HeaderReader(std::string name, std::span<const std::byte> data) : name_(std::move(name)), data_(data) {}

  TensorView read(const std::string& tensor, const json& entry) {
    if (!entry.is_object()) refuse(tensor, "its entry is not an object");
    TensorView view;
    view.dtype = dtype_of(tensor, entry);
    view.shape = shape_of(tensor, entry);
    const auto [begin, end] = range_of(tensor, entry);
    const std::uint64_t expected = bytes_of(tensor, view);
    if (end - begin != expected) {
      refuse(tensor, fmt::format("{} {} needs {} bytes and has {}", to_string(view.dtype), to_string(view.shape),
                                 expected, end - begin));
    }
    view.bytes = data_.subspan(begin, end - begin);
    ranges_.emplace_back(begin, end);
    return view;
  }

  // After the last tensor: they cover the data.
  void check_cover() {
    std::sort(ranges_.begin(), ranges_.end());
    std::uint64_t at = 0;
    for (const auto& [begin, end] : ranges_) {
      if (begin != at) throw LoadError(fmt::format("{}: the tensors overlap or leave a gap at byte {}", name_, at));
      at = end;
    }
    if (at != data_.size()) {
      throw LoadError(
          fmt::format("{}: its tensors take {} bytes of data and the file has {}", name_, at, data_.size()));
    }
  }

 private:
  [[noreturn]] void refuse(const std::string& tensor, const std::string& why) const {
    throw LoadError(fmt::format("{}: tensor \"{}\": {}", name_, tensor, why));
  }

  Dtype dtype_of(const std::string& tensor, const json& entry) const {
    const auto found = entry.find("dtype");
    if (found == entry.end() || !found->is_string()) refuse(tensor, "has no dtype");
    const auto& word = found->get_ref<const std::string&>();
    const auto* const row =
        std::find_if(kDtypes.begin(), kDtypes.end(), [&](const DtypeName& d) { return d.name == word; });
    if (row == kDtypes.end()) refuse(tensor, fmt::format("its dtype {} is not supported", word.substr(0, 16)));
    return row->dtype;
  }

  Shape shape_of(const std::string& tensor, const json& entry) const {
    const auto found = entry.find("shape");
    if (found == entry.end() || !found->is_array() || found->size() > kMaxRank) refuse(tensor, "has no valid shape");
    Shape shape;
    for (const json& extent : *found) {
      if (!extent.is_number_unsigned() || extent.get<std::uint64_t>() > (1ULL << 40U)) {
        refuse(tensor, "its shape is not a list of sizes");
      }
      shape.push_back(extent.get<std::int64_t>());
    }
    return shape;
  }

  std::pair<std::uint64_t, std::uint64_t> range_of(const std::string& tensor, const json& entry) const {
    const auto found = entry.find("data_offsets");
    if (found == entry.end() || !found->is_array() || found->size() != 2 || !(*found)[0].is_number_unsigned() ||
        !(*found)[1].is_number_unsigned()) {
      refuse(tensor, "has no valid data_offsets");
    }
    const auto begin = (*found)[0].get<std::uint64_t>();
    const auto end = (*found)[1].get<std::uint64_t>();
    if (begin > end || end > data_.size()) {
      refuse(tensor, fmt::format("its bytes {}..{} lie outside of the file's {} bytes of data: is the file cut off?",
                                 begin, end, data_.size()));
    }
    return {begin, end};
  }

  std::uint64_t bytes_of(const std::string& tensor, const TensorView& view) const {
    std::uint64_t bytes = size_of(view.dtype);
    for (const std::int64_t extent : view.shape) {
      if (__builtin_mul_overflow(bytes, static_cast<std::uint64_t>(extent), &bytes))
        refuse(tensor, "its shape overflows");
    }
    return bytes;
  }

  std::string name_;
  std::span<const std::byte> data_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges_;
};

// Two entries of one name: which one counts would be a matter of the parser.
json parse_header(std::string_view text, const std::string& name) {
  std::vector<std::string> seen;
  const json::parser_callback_t no_duplicates = [&](int depth, json::parse_event_t event, json& parsed) {
    if (depth == 1 && event == json::parse_event_t::key) seen.push_back(parsed.get<std::string>());
    return true;
  };
  json header = json::parse(text, no_duplicates, /*allow_exceptions=*/false);
  if (!header.is_object()) throw LoadError(name + ": its header is not a JSON object");
  if (seen.size() != header.size()) throw LoadError(name + ": its header names a tensor twice");
  return header;
}

}  // namespace

std::string_view to_string(Dtype dtype) {
  return row_of(dtype).name;
}

std::size_t size_of(Dtype dtype) {
  return row_of(dtype).size;
}

std::string to_string(const Shape& shape) {
  return fmt::format("[{}]", fmt::join(shape, ", "));
}

std::int64_t TensorView::elements() const {
  return static_cast<std::int64_t>(bytes.size() / size_of(dtype));
}

std::vector<float> TensorView::to_floats() const {
  std::vector<float> floats(static_cast<std::size_t>(elements()));
  const auto read = [&]<class T>(auto convert, T) {
    for (std::size_t i = 0; i < floats.size(); ++i) {
      T element;
      std::memcpy(&element, bytes.data() + i * sizeof(T), sizeof(T));
      floats[i] = convert(element);
    }
  };
  switch (dtype) {
    case Dtype::f32:
      if (!floats.empty()) std::memcpy(floats.data(), bytes.data(), bytes.size());  // an empty vector has no place
      break;
    case Dtype::f16:
      read(float_of_f16, std::uint16_t{});
      break;
    case Dtype::bf16:
      read(float_of_bf16, std::uint16_t{});
      break;
    case Dtype::f64:
      read([](double x) { return static_cast<float>(x); }, double{});
      break;
    default:
      throw LoadError(fmt::format("{} {} holds no floating-point numbers", to_string(dtype), to_string(shape)));
  }
  return floats;
}

std::map<std::string, TensorView, std::less<>> parse_safetensors(std::span<const std::byte> bytes,
                                                                 const std::string& name) {
  std::uint64_t length = 0;
  if (bytes.size() < sizeof length) throw LoadError(name + ": is too short for a safetensors file");
  std::memcpy(&length, bytes.data(), sizeof length);
  if (length > kMaxHeader || length > bytes.size() - sizeof length) {
    throw LoadError(
        fmt::format("{}: says its header has {} bytes: this is no safetensors file, or it is cut off", name, length));
  }
  const auto* const text = reinterpret_cast<const char*>(bytes.data()) + sizeof length;
  const json header = parse_header({text, length}, name);
  if (header.size() > kMaxTensors) throw LoadError(fmt::format("{}: more than {} tensors", name, kMaxTensors));
  HeaderReader reader(name, bytes.subspan(sizeof length + length));
  std::map<std::string, TensorView, std::less<>> tensors;
  for (const auto& [key, entry] : header.items()) {
    if (key != "__metadata__") tensors.emplace(key, reader.read(key, entry));
  }
  reader.check_cover();
  return tensors;
}

SafetensorsFile::SafetensorsFile(const std::filesystem::path& path)
    : name_(path.string()), file_(path), tensors_(parse_safetensors(file_.bytes(), name_)) {}

const TensorView* SafetensorsFile::find(std::string_view tensor) const {
  const auto found = tensors_.find(tensor);
  return found != tensors_.end() ? &found->second : nullptr;
}

}  // namespace signalbox::tensor
