#include "vision/bmp_layout.h"

#include <fmt/format.h>

#include <algorithm>

#include "vision/header_parts.h"

namespace signalbox::vision {
namespace {

constexpr std::size_t kFileHead = 14;
constexpr std::uint32_t kCoreHead = 12;  // OS/2 1.x: sizes of 16 bits, colours of 3 bytes
constexpr std::array<std::uint32_t, 7> kHeads = {kCoreHead, 40, 52, 56, 64, 108, 124};
constexpr std::uint32_t kRaw = 0, kRle8 = 1, kRle4 = 2, kBitfields = 3;
constexpr std::size_t kMasksAt = kFileHead + 40;  // inside long headers, behind the short one

// Only what the fields say; what they mean comes after.
struct Fields {
  std::uint32_t head = 0, bits = 0, compression = kRaw, colours = 0;
};

constexpr BmpMasks kBgr{{0xff0000, 0xff00, 0xff}, 0};
constexpr BmpMasks kRgb555{{0x7c00, 0x3e0, 0x1f}, 0};
constexpr BmpMasks kRgb565{{0xf800, 0x7e0, 0x1f}, 0};
// The layouts that Pillow reads.
constexpr std::array kMasks32 = {
    kBgr,
    BmpMasks{{0xff000000, 0xff0000, 0xff00}, 0},
    BmpMasks{{0xff000000, 0xff00, 0xff}, 0},
    BmpMasks{{0xff000000, 0xff0000, 0xff00}, 0xff},
    BmpMasks{{0xff, 0xff00, 0xff0000}, 0xff000000},
    BmpMasks{{0xff0000, 0xff00, 0xff}, 0xff000000},
    BmpMasks{{0xff000000, 0xff00, 0xff}, 0xff0000},
};

std::unexpected<DecodeError> unsupported(std::string what) {
  return fail(DecodeFault::unsupported_format, fmt::format("BMP with {} is not supported", what));
}

void read_core(Bytes bytes, Fields& fields, BmpLayout& layout) {
  layout.width = little16(bytes, kFileHead + 4);
  layout.height = little16(bytes, kFileHead + 6);
  fields.bits = little16(bytes, kFileHead + 10);
}

void read_info(Bytes bytes, Fields& fields, BmpLayout& layout) {
  layout.width = little32(bytes, kFileHead + 4);
  layout.height = little32(bytes, kFileHead + 8);
  layout.top_down = bytes[kFileHead + 11] == 0xff;  // a small negative number
  if (layout.top_down) layout.height = 0U - layout.height;
  fields.bits = little16(bytes, kFileHead + 14);
  fields.compression = little32(bytes, kFileHead + 16);
  fields.colours = little32(bytes, kFileHead + 32);
}

bool same(const BmpMasks& a, const BmpMasks& b) {
  return a.rgb == b.rgb && a.alpha == b.alpha;
}

std::expected<BmpMasks, DecodeError> read_masks(Bytes bytes, const Fields& fields) {
  const bool with_alpha = fields.head >= 56;
  if (bytes.size() < kMasksAt + (with_alpha ? 16 : 12))
    return fail(DecodeFault::truncated, "BMP ends inside its header");
  BmpMasks masks;
  for (std::size_t i = 0; i < 3; ++i) masks.rgb[i] = little32(bytes, kMasksAt + i * 4);
  if (with_alpha) masks.alpha = little32(bytes, kMasksAt + 12);
  const bool none = masks.rgb == std::array<std::uint32_t, 3>{} && masks.alpha == 0;
  if (fields.bits == 32 && none) return BmpMasks{kBgr.rgb, 0xff000000};
  const BmpMasks colours{masks.rgb, 0};
  const bool known =
      (fields.bits == 32 && std::ranges::any_of(kMasks32, [&](const BmpMasks& one) { return same(one, masks); })) ||
      (fields.bits == 24 && same(colours, kBgr)) ||
      (fields.bits == 16 && (same(colours, kRgb565) || same(colours, kRgb555)));
  if (!known) return unsupported("these bit fields");
  return fields.bits == 32 ? masks : colours;
}

// Of pixels that hold colours themselves.
std::expected<void, DecodeError> direct(Bytes bytes, const Fields& fields, BmpLayout& layout) {
  if (fields.compression == kBitfields) {
    const auto masks = read_masks(bytes, fields);
    if (!masks) return std::unexpected(masks.error());
    layout.masks = *masks;
    return {};
  }
  if (fields.compression != kRaw) return unsupported(fmt::format("compression {}", fields.compression));
  layout.masks = fields.bits == 16 ? kRgb555 : kBgr;
  return {};
}

// A table whose colours are their own indices is greyscale to Pillow, and indices behind its end then mean themselves.
bool is_ramp(const std::vector<Colour>& colours) {
  for (std::size_t i = 0; i < colours.size(); ++i) {
    if (std::ranges::any_of(colours[i], [i](std::uint8_t sample) { return sample != i; })) return false;
  }
  return true;
}

std::expected<void, DecodeError> indexed(Bytes bytes, const Fields& fields, BmpLayout& layout) {
  layout.run_lengths =
      (fields.bits == 8 && fields.compression == kRle8) || (fields.bits == 4 && fields.compression == kRle4);
  if (fields.compression != kRaw && !layout.run_lengths)
    return unsupported(fmt::format("compression {} of {} bits", fields.compression, fields.bits));
  const std::uint32_t count = fields.colours == 0 ? 1U << fields.bits : fields.colours;
  if (count > 256) return fail(DecodeFault::damaged, "BMP has more than 256 colours in its table");
  const std::size_t step = fields.head == kCoreHead ? 3 : 4;
  const std::size_t table = kFileHead + fields.head;
  if (table + count * step > bytes.size()) return fail(DecodeFault::truncated, "BMP ends inside its colours");
  for (std::size_t at = table; at < table + count * step; at += step)
    layout.colours.push_back({bytes[at + 2], bytes[at + 1], bytes[at]});
  const bool ramp = is_ramp(layout.colours);
  for (std::size_t i = count; i < 256; ++i) {
    const auto grey = static_cast<std::uint8_t>(ramp ? i : 0);
    layout.colours.push_back({grey, grey, grey});
  }
  // Some writers give the end of the header as the place of the rows, which lie behind the colours.
  if (layout.pixels == table || layout.pixels == 0) layout.pixels = table + count * step;
  return {};
}

}  // namespace

std::expected<BmpLayout, DecodeError> bmp_layout(Bytes bytes) {
  if (bytes.size() < kFileHead + kCoreHead) return fail(DecodeFault::truncated, "BMP ends inside its header");
  Fields fields;
  fields.head = little32(bytes, kFileHead);
  if (std::ranges::find(kHeads, fields.head) == kHeads.end())
    return unsupported(fmt::format("a header of {} bytes", fields.head));
  if (bytes.size() < kFileHead + fields.head) return fail(DecodeFault::truncated, "BMP ends inside its header");
  BmpLayout layout;
  layout.pixels = little32(bytes, 10);
  if (fields.head == kCoreHead) {
    read_core(bytes, fields, layout);
  } else {
    read_info(bytes, fields, layout);
  }
  layout.bits = fields.bits;
  const bool by_table = fields.bits == 1 || fields.bits == 4 || fields.bits == 8;
  if (!by_table && fields.bits != 16 && fields.bits != 24 && fields.bits != 32)
    return unsupported(fmt::format("{} bits a pixel", fields.bits));
  const auto read = by_table ? indexed(bytes, fields, layout) : direct(bytes, fields, layout);
  if (!read) return std::unexpected(read.error());
  if (layout.pixels == 0)
    layout.pixels = kFileHead + fields.head + (fields.head == 40 && fields.compression == kBitfields ? 12 : 0);
  return layout;
}

HeaderResult bmp_header(Bytes bytes) {
  const auto layout = bmp_layout(bytes);
  if (!layout) return std::unexpected(layout.error());
  return Header{.format = Format::bmp, .width = layout->width, .height = layout->height};
}

}  // namespace signalbox::vision
