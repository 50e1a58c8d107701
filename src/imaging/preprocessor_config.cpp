#include "imaging/preprocessor_config.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

namespace signalbox::imaging {
namespace {

using Json = nlohmann::json;
using Triple = std::array<double, 3>;

// What a class of processors does where its file says nothing.
struct Defaults {
  bool by_shortest_edge;
  bool crop;
  Triple mean, std;
};

constexpr Triple kHalf = {0.5, 0.5, 0.5};
constexpr std::uint32_t kDefaultSide = 224;
constexpr Defaults kSiglip{false, false, kHalf, kHalf};
constexpr Defaults kClip{true, true, {0.48145466, 0.4578275, 0.40821073}, {0.26862954, 0.26130258, 0.27577711}};

struct Known {
  std::string_view name;
  const Defaults& defaults;
};
constexpr std::array<Known, 7> kKnown = {{{"SiglipImageProcessor", kSiglip},
                                          {"SiglipImageProcessorFast", kSiglip},
                                          {"SiglipImageProcessorPil", kSiglip},
                                          {"CLIPImageProcessor", kClip},
                                          {"CLIPImageProcessorFast", kClip},
                                          {"CLIPImageProcessorPil", kClip},
                                          {"CLIPFeatureExtractor", kClip}}};

// The keys of the file. The first thing found wrong is kept and is the outcome; what is read after it counts nothing.
class Reader {
 public:
  Reader(const Json& json, const std::string& name) : json_(json), name_(name) {}

  const Defaults& defaults() {
    for (const char* key : {"image_processor_type", "feature_extractor_type"}) {
      const Json* type = find(key);
      if (type == nullptr) continue;
      for (const Known& known : kKnown) {
        if (type->is_string() && type->get_ref<const std::string&>() == known.name) return known.defaults;
      }
      wrong(key, fmt::format("is {}; known are SiglipImageProcessor (fixed resolution) and CLIPImageProcessor",
                             type->dump()));
      return kSiglip;
    }
    wrong("image_processor_type", "is missing; SiglipImageProcessor or CLIPImageProcessor was expected");
    return kSiglip;
  }

  bool boolean(const char* key, bool otherwise) {
    const Json* value = find(key);
    if (value == nullptr) return otherwise;
    if (!value->is_boolean()) wrong(key, "must be true or false");
    return value->is_boolean() ? value->get<bool>() : otherwise;
  }

  double number(const char* key, double otherwise) {
    const Json* value = find(key);
    if (value == nullptr) return otherwise;
    if (value->is_number() && std::isfinite(value->get<double>())) return value->get<double>();
    wrong(key, "must be a number");
    return otherwise;
  }

  // One number for all channels, or three.
  Triple triple(const char* key, const Triple& otherwise, bool may_be_zero) {
    const Json* value = find(key);
    if (value == nullptr) return otherwise;
    Triple read = otherwise;
    for (std::size_t i = 0; i < 3; ++i) {
      const Json* one = value->is_array() && value->size() == 3 ? &(*value)[i] : value;
      if (!one->is_number() || !std::isfinite(one->get<double>()) ||
          (!may_be_zero && static_cast<float>(one->get<double>()) == 0)) {
        wrong(key, may_be_zero ? "must be a number or three" : "must be a number or three, and not zero");
        return otherwise;
      }
      read[i] = one->get<double>();
    }
    return read;
  }

  Filter filter(const char* key) {
    const Json* value = find(key);
    if (value == nullptr) return Filter::bicubic;
    const bool known = value->is_number_integer() && value->get<std::int64_t>() >= 1 && value->get<std::int64_t>() <= 4;
    if (!known)
      wrong(key, fmt::format("is {}; 1 (lanczos), 2 (bilinear), 3 (bicubic) and 4 (box) are supported", value->dump()));
    return known ? static_cast<Filter>(value->get<std::int64_t>()) : Filter::bicubic;
  }

  // The resize, from `size`: a number, {"height", "width"} or {"shortest_edge"}.
  void size(bool by_shortest_edge, ImageGeometry& geometry) {
    const Json* value = find("size");
    geometry.resize = by_shortest_edge ? ImageGeometry::Resize::shortest_edge : ImageGeometry::Resize::exact;
    geometry.resize_width = geometry.resize_height = kDefaultSide;
    if (value == nullptr) return;
    if (value->is_number()) {
      geometry.resize = ImageGeometry::Resize::shortest_edge;
      geometry.resize_width = geometry.resize_height = side("size", *value);
    } else if (has_only(*value, {"shortest_edge"})) {
      geometry.resize = ImageGeometry::Resize::shortest_edge;
      geometry.resize_width = geometry.resize_height = side("size.shortest_edge", (*value)["shortest_edge"]);
    } else if (has_only(*value, {"height", "width"})) {
      geometry.resize = ImageGeometry::Resize::exact;
      geometry.resize_width = side("size.width", (*value)["width"]);
      geometry.resize_height = side("size.height", (*value)["height"]);
    } else {
      wrong("size", R"(must be a number, {"height", "width"} or {"shortest_edge"})");
    }
  }

  // The crop, from `crop_size`: a number or {"height", "width"}.
  void crop_size(ImageGeometry& geometry) {
    const Json* value = find("crop_size");
    geometry.width = geometry.height = kDefaultSide;
    if (value == nullptr) return;
    if (value->is_number()) {
      geometry.width = geometry.height = side("crop_size", *value);
    } else if (has_only(*value, {"height", "width"})) {
      geometry.width = side("crop_size.width", (*value)["width"]);
      geometry.height = side("crop_size.height", (*value)["height"]);
    } else {
      wrong("crop_size", R"(must be a number or {"height", "width"})");
    }
  }

  void wrong(std::string_view key, std::string_view what) {
    if (!error_) error_ = fmt::format("{}: \"{}\" {}", name_, key, what);
  }
  const std::optional<std::string>& error() const { return error_; }

 private:
  const Json* find(const char* key) const {
    const auto found = json_.find(key);
    return found == json_.end() || found->is_null() ? nullptr : &*found;
  }
  static bool has_only(const Json& value, std::initializer_list<const char*> keys) {
    if (!value.is_object() || value.size() != keys.size()) return false;
    for (const char* key : keys) {
      if (!value.contains(key)) return false;
    }
    return true;
  }
  std::uint32_t side(std::string_view key, const Json& value) {
    const bool good =
        value.is_number_integer() && value.get<std::int64_t>() >= 1 && value.get<std::int64_t>() <= kMaxModelSide;
    if (!good) wrong(key, fmt::format("is {}; a whole number from 1 to {} was expected", value.dump(), kMaxModelSide));
    return good ? value.get<std::uint32_t>() : 1;
  }

  const Json& json_;
  const std::string& name_;
  std::optional<std::string> error_;
};

void read_geometry(Reader& reader, const Defaults& defaults, ImageGeometry& geometry) {
  geometry.filter = reader.filter("resample");
  const bool crop = reader.boolean("do_center_crop", defaults.crop);
  if (reader.boolean("do_resize", true)) {
    reader.size(defaults.by_shortest_edge, geometry);
  } else {
    geometry.resize = ImageGeometry::Resize::none;
  }
  if (crop) return reader.crop_size(geometry);
  geometry.width = geometry.resize_width;
  geometry.height = geometry.resize_height;
  if (geometry.resize != ImageGeometry::Resize::exact)
    reader.wrong("do_center_crop",
                 "is false, and then the tensor's size depends on the picture, which is not supported");
}

}  // namespace

std::expected<PreprocessorConfig, std::string> parse_preprocessor_config(std::string_view text,
                                                                         const std::string& name) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return std::unexpected(fmt::format("{}: is not a JSON object", name));
  Reader reader(json, name);
  const Defaults& defaults = reader.defaults();
  PreprocessorConfig config;
  read_geometry(reader, defaults, config.geometry);
  config.rescale = reader.boolean("do_rescale", true);
  config.rescale_factor = reader.number("rescale_factor", config.rescale_factor);
  config.normalize = reader.boolean("do_normalize", true);
  config.mean = reader.triple("image_mean", defaults.mean, true);
  config.std = reader.triple("image_std", defaults.std, false);
  for (const char* key : {"do_pad", "do_thumbnail", "do_align_long_axis"}) {
    if (reader.boolean(key, false)) reader.wrong(key, "is true, which is not supported");
  }
  if (reader.error()) return std::unexpected(*reader.error());
  return config;
}

}  // namespace signalbox::imaging
