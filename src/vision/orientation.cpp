#include "vision/orientation.h"

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace signalbox::vision {

using imaging::Pixels;
namespace {

constexpr std::uint32_t kOrientationTag = 0x0112;
constexpr std::uint32_t kTypeShort = 3, kTypeLong = 4;
constexpr std::size_t kEntryBytes = 12;

class TiffView {
 public:
  TiffView(Bytes bytes, bool big_endian) : bytes_(bytes), big_endian_(big_endian) {}

  std::optional<std::uint32_t> number(std::size_t at, std::size_t width) const {
    if (at > bytes_.size() || bytes_.size() - at < width) return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < width; ++i) value = value << 8 | bytes_[at + (big_endian_ ? i : width - 1 - i)];
    return value;
  }

 private:
  Bytes bytes_;
  bool big_endian_;
};

// The value of one directory entry, if it is the orientation. Writers use 16 bits; Pillow takes 32 as well.
std::optional<int> orientation_at(const TiffView& tiff, std::size_t entry) {
  const auto type = tiff.number(entry + 2, 2);
  if (tiff.number(entry, 2) != kOrientationTag || (type != kTypeShort && type != kTypeLong) ||
      tiff.number(entry + 4, 4) != 1U)
    return std::nullopt;
  const auto value = tiff.number(entry + 8, type == kTypeShort ? 2 : 4);
  if (!value) return std::nullopt;
  return *value >= 1 && *value <= 8 ? static_cast<int>(*value) : 1;
}

struct Place {
  std::size_t x, y;
};

// Where the sample shown at (x, y) lies in the stored picture of `width` x `height`.
Place source_of(std::size_t x, std::size_t y, std::size_t width, std::size_t height, int orientation) {
  const std::size_t right = width - 1, bottom = height - 1;
  switch (orientation) {
    case 2:
      return {right - x, y};
    case 3:
      return {right - x, bottom - y};
    case 4:
      return {x, bottom - y};
    case 5:
      return {y, x};
    case 6:
      return {y, bottom - x};
    case 7:
      return {right - y, bottom - x};
    case 8:
      return {right - y, x};
    default:
      return {x, y};
  }
}

std::vector<std::uint8_t> turned(const std::vector<std::uint8_t>& from, std::size_t channels, const Pixels& stored,
                                 const Pixels& shown, int orientation) {
  std::vector<std::uint8_t> to(from.size());
  std::size_t out = 0;
  for (std::size_t y = 0; y < shown.height; ++y) {
    for (std::size_t x = 0; x < shown.width; ++x, out += channels) {
      const Place place = source_of(x, y, stored.width, stored.height, orientation);
      std::copy_n(&from[(place.y * stored.width + place.x) * channels], channels, &to[out]);
    }
  }
  return to;
}

}  // namespace

std::optional<int> exif_orientation(Bytes bytes) {
  constexpr std::string_view kPrefix("Exif\0", 6);
  if (bytes.size() >= kPrefix.size() && std::equal(kPrefix.begin(), kPrefix.end(), bytes.begin()))
    bytes = bytes.subspan(kPrefix.size());
  if (bytes.size() < 8) return std::nullopt;
  const bool big_endian = bytes[0] == 'M' && bytes[1] == 'M';
  if (!big_endian && !(bytes[0] == 'I' && bytes[1] == 'I')) return std::nullopt;
  const TiffView tiff(bytes, big_endian);
  if (tiff.number(2, 2) != 42U) return std::nullopt;
  const std::size_t directory = tiff.number(4, 4).value_or(0);
  const std::size_t entries = tiff.number(directory, 2).value_or(0);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t entry = directory + 2 + i * kEntryBytes;
    if (entry + kEntryBytes > bytes.size()) return std::nullopt;
    if (const auto found = orientation_at(tiff, entry)) return found;
  }
  return std::nullopt;
}

// As an attribute (tiff:Orientation="6") or an element (<tiff:Orientation>6<).
std::optional<int> xmp_orientation(Bytes xmp) {
  constexpr std::string_view kName = "tiff:Orientation";
  std::string_view rest(reinterpret_cast<const char*>(xmp.data()), xmp.size());
  for (std::size_t at = rest.find(kName); at != std::string_view::npos; at = rest.find(kName)) {
    rest.remove_prefix(at + kName.size());
    std::size_t skip = 0;
    if (rest.starts_with("=\"")) skip = 2;
    if (rest.starts_with(">")) skip = 1;
    if (skip == 0 || rest.size() <= skip || rest[skip] < '0' || rest[skip] > '9') continue;
    const int value = rest[skip] - '0';
    return value >= 1 && value <= 8 ? value : 1;
  }
  return std::nullopt;
}

int orientation_of(Bytes exif, Bytes xmp) {
  if (const auto found = exif_orientation(exif)) return *found;
  return xmp_orientation(xmp).value_or(1);
}

Pixels apply_orientation(Pixels pixels, int orientation) {
  if (orientation < 2 || orientation > 8) return pixels;
  Pixels shown;
  const bool swapped = orientation >= 5;
  shown.width = swapped ? pixels.height : pixels.width;
  shown.height = swapped ? pixels.width : pixels.height;
  shown.rgb = turned(pixels.rgb, 3, pixels, shown, orientation);
  if (!pixels.alpha.empty()) shown.alpha = turned(pixels.alpha, 1, pixels, shown, orientation);
  return shown;
}

}  // namespace signalbox::vision
