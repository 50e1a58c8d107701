#include <algorithm>
#include <optional>

#include "vision/header_parts.h"

namespace signalbox::vision {
namespace {

constexpr std::size_t kScreenBytes = 13;
constexpr std::size_t kImageBytes = 9;

// Bytes of the colour table that the flags of a screen or image announce.
std::size_t table_bytes(std::uint8_t flags) {
  return (flags & 0x80U) != 0 ? std::size_t{3} << ((flags & 7U) + 1U) : 0;
}

// Walks the blocks; everything behind the first frame is only counted.
class Walker {
 public:
  explicit Walker(Bytes bytes) : bytes_(bytes), at_(kScreenBytes + table_bytes(bytes[10])) {}

  // To behind an image separator. Bytes that begin no block are passed over, as Pillow does. False: no more images.
  bool to_image() {
    while (at_ < bytes_.size()) {
      const std::uint8_t kind = bytes_[at_++];
      if (kind == ';') return false;
      if (kind == ',') return true;
      if (kind != '!') continue;
      ++at_;  // the label
      skip_blocks();
    }
    return false;
  }
  std::optional<std::size_t> image() const {
    return at_ + kImageBytes <= bytes_.size() ? std::optional(at_) : std::nullopt;
  }
  void skip_image() {
    at_ += kImageBytes + table_bytes(bytes_[at_ + 8]) + 1;  // and the size of the first codes
    skip_blocks();
  }

 private:
  void skip_blocks() {
    while (at_ < bytes_.size() && bytes_[at_] != 0) at_ += std::size_t{bytes_[at_]} + 1;
    ++at_;
  }

  Bytes bytes_;
  std::size_t at_;
};

}  // namespace

HeaderResult gif_header(Bytes bytes) {
  if (bytes.size() < kScreenBytes) return fail(DecodeFault::truncated, "GIF ends inside its header");
  Header header{.format = Format::gif, .width = little16(bytes, 6), .height = little16(bytes, 8), .frames = 0};
  Walker walker(bytes);
  while (walker.to_image()) {
    const auto image = walker.image();
    if (!image) break;
    if (++header.frames == 1) {
      header.width = std::max(header.width, little16(bytes, *image) + little16(bytes, *image + 4));
      header.height = std::max(header.height, little16(bytes, *image + 2) + little16(bytes, *image + 6));
    }
    walker.skip_image();
  }
  if (header.frames == 0) return fail(DecodeFault::truncated, "GIF holds no image");
  return header;
}

}  // namespace signalbox::vision
