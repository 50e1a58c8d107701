// A reader of our own: BMP is rows of numbers, and no library is as strict. Run lengths are followed as Pillow does,
// which reads them as one stream of indices over the whole picture.
#include <algorithm>
#include <bit>
#include <cstring>

#include "vision/bmp_layout.h"
#include "vision/decode.h"
#include "vision/header_parts.h"

namespace signalbox::vision {

using imaging::Pixels;
namespace {

std::size_t row_bytes(const BmpLayout& layout) {
  return (std::size_t{layout.width} * layout.bits + 31) / 32 * 4;
}

// The sample under `mask` to eight bits; Pillow divides 5 and 6 bits as integers.
std::uint8_t sample(std::uint32_t pixel, std::uint32_t mask) {
  const std::uint32_t most = mask >> std::countr_zero(mask);
  return static_cast<std::uint8_t>(((pixel & mask) >> std::countr_zero(mask)) * 255 / most);
}

std::uint8_t index_at(const std::uint8_t* row, std::size_t x, std::uint32_t bits) {
  const std::size_t a_byte = 8 / bits;
  const std::size_t shift = (a_byte - 1 - x % a_byte) * bits;
  return static_cast<std::uint8_t>(row[x / a_byte] >> shift & ((1U << bits) - 1U));
}

std::uint32_t pixel_at(const std::uint8_t* row, std::size_t x, std::uint32_t bits) {
  std::uint32_t pixel = 0;
  std::memcpy(&pixel, row + x * (bits / 8), bits / 8);
  static_assert(std::endian::native == std::endian::little);
  return pixel;
}

void read_row(const BmpLayout& layout, const std::uint8_t* row, std::uint8_t* rgb) {
  for (std::size_t x = 0; x < layout.width; ++x, rgb += 3) {
    if (layout.bits <= 8) {
      std::memcpy(rgb, layout.colours[index_at(row, x, layout.bits)].data(), 3);
    } else {
      const std::uint32_t pixel = pixel_at(row, x, layout.bits);
      for (std::size_t c = 0; c < 3; ++c) rgb[c] = sample(pixel, layout.masks.rgb[c]);
    }
  }
}

void read_alpha(const BmpLayout& layout, const std::uint8_t* row, std::uint8_t* alpha) {
  for (std::size_t x = 0; x < layout.width; ++x) alpha[x] = sample(pixel_at(row, x, layout.bits), layout.masks.alpha);
}

StoredResult read_rows(Bytes bytes, const BmpLayout& layout) {
  const std::size_t step = row_bytes(layout), width = layout.width;
  if (layout.pixels > bytes.size() || bytes.size() - layout.pixels < step * layout.height)
    return fail(DecodeFault::truncated, "BMP: the file ends early");
  Pixels pixels{.width = layout.width, .height = layout.height, .rgb = {}, .alpha = {}};
  pixels.rgb.resize(width * layout.height * 3);
  if (layout.masks.alpha != 0) pixels.alpha.resize(width * layout.height);
  for (std::size_t i = 0; i < layout.height; ++i) {
    const std::size_t y = layout.top_down ? i : layout.height - 1 - i;
    const std::uint8_t* row = &bytes[layout.pixels + i * step];
    read_row(layout, row, &pixels.rgb[y * width * 3]);
    if (!pixels.alpha.empty()) read_alpha(layout, row, &pixels.alpha[y * width]);
  }
  if (std::ranges::all_of(pixels.alpha, [](std::uint8_t a) { return a == 255; })) pixels.alpha = {};
  return Stored{std::move(pixels), 1};
}

// Indices of the whole picture in the order of the file, from runs.
class RunReader {
 public:
  RunReader(Bytes bytes, const BmpLayout& layout)
      : bytes_(bytes),
        at_(layout.pixels),
        nibbles_(layout.bits == 4),
        width_(layout.width),
        wanted_(std::size_t{layout.width} * layout.height) {}

  // Fewer than width * height: the runs end early.
  std::vector<std::uint8_t> read() {
    indices_.reserve(wanted_);
    while (indices_.size() < wanted_ && at_ + 2 <= bytes_.size()) {
      const std::uint8_t count = bytes_[at_], value = bytes_[at_ + 1];
      at_ += 2;
      if (count != 0) {
        run(count, value);
      } else if (!escape(value)) {
        break;
      }
    }
    return std::move(indices_);
  }

 private:
  void put(std::size_t count, std::uint8_t index) {
    indices_.insert(indices_.end(), std::min(count, wanted_ - indices_.size()), index);
  }
  void run(std::size_t count, std::uint8_t value) {
    count = std::min(count, width_ - std::min(x_, width_));
    for (std::size_t i = 0; i < count; ++i) put(1, nibbles_ ? nibble(value, i) : value);
    x_ += count;
  }
  static std::uint8_t nibble(std::uint8_t value, std::size_t i) {
    return static_cast<std::uint8_t>(i % 2 == 0 ? value >> 4 : value & 15);
  }
  // False: the picture ends.
  bool escape(std::uint8_t code) {
    if (code == 0) return end_row();
    if (code == 1) return false;
    return code == 2 ? jump() : literal(code);
  }
  bool end_row() {
    put((width_ - indices_.size() % width_) % width_, 0);
    x_ = 0;
    return true;
  }
  bool jump() {
    if (at_ + 2 > bytes_.size()) return false;
    put(bytes_[at_] + bytes_[at_ + 1] * width_, 0);
    at_ += 2;
    x_ = indices_.size() % width_;
    return true;
  }
  bool literal(std::size_t count) {
    const std::size_t taken = std::min(count, wanted_ - indices_.size());
    const std::size_t size = nibbles_ ? (taken + 1) / 2 : taken;
    if (at_ + size > bytes_.size()) return false;
    for (std::size_t i = 0; i < taken; ++i) put(1, nibbles_ ? nibble(bytes_[at_ + i / 2], i) : bytes_[at_ + i]);
    at_ += size;
    at_ += at_ % 2;
    x_ += count;
    return true;
  }

  Bytes bytes_;
  std::size_t at_;
  bool nibbles_;
  std::size_t width_, wanted_;
  std::size_t x_ = 0;
  std::vector<std::uint8_t> indices_;
};

StoredResult read_runs(Bytes bytes, const BmpLayout& layout) {
  if (layout.pixels > bytes.size()) return fail(DecodeFault::truncated, "BMP: the file ends early");
  const std::vector<std::uint8_t> indices = RunReader(bytes, layout).read();
  const std::size_t width = layout.width, height = layout.height;
  if (indices.size() < width * height) return fail(DecodeFault::truncated, "BMP: its runs end early");
  Pixels pixels{.width = layout.width, .height = layout.height, .rgb = {}, .alpha = {}};
  pixels.rgb.resize(width * height * 3);
  for (std::size_t i = 0; i < indices.size(); ++i) {
    const std::size_t row = layout.top_down ? i / width : height - 1 - i / width;
    std::memcpy(&pixels.rgb[(row * width + i % width) * 3], layout.colours[indices[i]].data(), 3);
  }
  return Stored{std::move(pixels), 1};
}

}  // namespace

StoredResult decode_bmp(Bytes bytes, const Header& header) {
  const auto layout = bmp_layout(bytes);
  if (!layout) return std::unexpected(layout.error());
  if (layout->width != header.width || layout->height != header.height)
    return fail(DecodeFault::damaged, "BMP: two headers disagree");
  return layout->run_lengths ? read_runs(bytes, *layout) : read_rows(bytes, *layout);
}

}  // namespace signalbox::vision
