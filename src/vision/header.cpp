#include "vision/header.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include "vision/header_parts.h"

namespace signalbox::vision {
namespace {

using Result = HeaderResult;

constexpr std::string_view kPngMagic("\x89PNG\r\n\x1a\n", 8);

bool has_at(Bytes bytes, std::size_t offset, std::string_view magic) {
  return bytes.size() >= offset + magic.size() &&
         std::equal(magic.begin(), magic.end(), bytes.begin() + static_cast<std::ptrdiff_t>(offset),
                    [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

std::uint32_t big16(Bytes bytes, std::size_t at) {
  return static_cast<std::uint32_t>(bytes[at] << 8 | bytes[at + 1]);
}
std::uint32_t big32(Bytes bytes, std::size_t at) {
  return big16(bytes, at) << 16 | big16(bytes, at + 2);
}

struct Magic {
  std::size_t offset;
  std::string_view bytes;
  Format format;
};

// ISO media brands (HEIC, AVIF) stand behind the box length, so their magic starts at byte 4.
constexpr std::array kMagics = {
    Magic{0, kPngMagic, Format::png},
    Magic{0, "\xff\xd8\xff", Format::jpeg},
    Magic{0, "GIF87a", Format::gif},
    Magic{0, "GIF89a", Format::gif},
    Magic{8, "WEBP", Format::webp},
    Magic{0, "BM", Format::bmp},
    Magic{0, {"II*\0", 4}, Format::tiff},
    Magic{0, {"MM\0*", 4}, Format::tiff},
    Magic{4, "ftypheic", Format::heic},
    Magic{4, "ftypheix", Format::heic},
    Magic{4, "ftyphevc", Format::heic},
    Magic{4, "ftypmif1", Format::heic},
    Magic{4, "ftypmsf1", Format::heic},
    Magic{4, "ftypavif", Format::avif},
    Magic{4, "ftypavis", Format::avif},
    Magic{4, "jP  ", Format::jpeg2000},
    Magic{0, {"\xff\x4f\xff\x51", 4}, Format::jpeg2000},
    Magic{0, {"\xff\x0a", 2}, Format::jpeg_xl},
    Magic{4, "JXL ", Format::jpeg_xl},
    Magic{0, {"\0\0\1\0", 4}, Format::ico},
    Magic{0, "%PDF-", Format::pdf},
    Magic{0, "<svg", Format::svg},
};

bool is_decoded(Format format) {
  return format == Format::png || format == Format::jpeg || format == Format::gif || format == Format::webp ||
         format == Format::bmp;
}

// "Image/PNG; q=1" -> "image/png"
std::string bare_media_type(std::string_view declared) {
  std::string bare(declared.substr(0, std::min<std::size_t>(declared.find(';'), 64)));
  std::erase_if(bare, [](unsigned char c) { return std::isspace(c) != 0; });
  std::ranges::transform(bare, bare.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return bare;
}

bool agrees(Format format, const std::string& media_type) {
  struct Name {
    std::string_view media_type;
    Format format;
  };
  constexpr std::array kTypes = {
      Name{"image/png", Format::png},   Name{"image/apng", Format::png},     Name{"image/x-png", Format::png},
      Name{"image/jpeg", Format::jpeg}, Name{"image/jpg", Format::jpeg},     Name{"image/pjpeg", Format::jpeg},
      Name{"image/webp", Format::webp}, Name{"image/gif", Format::gif},      Name{"image/bmp", Format::bmp},
      Name{"image/x-bmp", Format::bmp}, Name{"image/x-ms-bmp", Format::bmp},
  };
  return media_type.empty() || std::ranges::any_of(kTypes, [&](const Name& type) {
           return type.format == format && type.media_type == media_type;
         });
}

// An animated PNG says so (acTL) before its picture, which need not be one of the frames: two at least.
std::uint32_t png_frames(Bytes bytes) {
  constexpr std::size_t kSignature = 8, kFrame = 12;  // length, type and checksum around the data
  for (std::size_t at = kSignature; at + kFrame <= bytes.size(); at += kFrame + std::size_t{big32(bytes, at)}) {
    if (has_at(bytes, at + 4, "IDAT")) break;
    if (has_at(bytes, at + 4, "acTL")) return std::max(2U, big32(bytes, at + 8));
  }
  return 1;
}

Result png_header(Bytes bytes) {
  if (bytes.size() < 33) return fail(DecodeFault::truncated, "PNG ends inside its header");
  if (big32(bytes, 8) != 13 || !has_at(bytes, 12, "IHDR"))
    return fail(DecodeFault::damaged, "PNG does not begin with IHDR");
  constexpr std::uint8_t kGrey = 0;
  return Header{.format = Format::png,
                .width = big32(bytes, 16),
                .height = big32(bytes, 20),
                .frames = png_frames(bytes),
                .grey16 = bytes[24] == 16 && bytes[25] == kGrey};
}

bool is_standalone(std::uint8_t marker) {
  return marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}

// C4 (tables), C8 (extension) and CC (arithmetic conditioning) share the range of the frame headers.
bool is_frame(std::uint8_t marker) {
  return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

Result jpeg_frame(Bytes bytes, std::size_t at, std::size_t length, std::uint8_t marker) {
  if (length < 8) return fail(DecodeFault::damaged, "JPEG frame header is too short");
  const bool decodable = marker <= 0xc2 || marker == 0xc9 || marker == 0xca;
  if (!decodable) return fail(DecodeFault::unsupported_format, "lossless or hierarchical JPEG is not supported");
  if (bytes[at + 2] != 8)
    return fail(DecodeFault::unsupported_format,
                fmt::format("JPEG with {} bits a sample is not supported", bytes[at + 2]));
  const std::uint8_t components = bytes[at + 7];
  if (components != 1 && components != 3 && components != 4)
    return fail(DecodeFault::unsupported_format, fmt::format("JPEG with {} components is not supported", components));
  return Header{.format = Format::jpeg, .width = big16(bytes, at + 5), .height = big16(bytes, at + 3)};
}

// Walks the segments up to the first frame header; `at` stands on a marker's 0xff.
Result jpeg_header(Bytes bytes) {
  std::size_t at = 2;
  while (true) {
    if (at + 1 >= bytes.size()) return fail(DecodeFault::truncated, "JPEG ends before its frame header");
    if (bytes[at] != 0xff) return fail(DecodeFault::damaged, "JPEG has bytes between its segments");
    const std::uint8_t marker = bytes[at + 1];
    if (marker == 0xff) {  // fill byte
      ++at;
      continue;
    }
    at += 2;
    if (is_standalone(marker)) continue;
    if (marker == 0x00 || marker == 0xd9 || marker == 0xda)
      return fail(DecodeFault::damaged, "JPEG has no frame header before its data");
    if (at + 2 > bytes.size()) return fail(DecodeFault::truncated, "JPEG ends inside a segment");
    const std::size_t length = big16(bytes, at);
    if (length < 2) return fail(DecodeFault::damaged, "JPEG segment has an impossible length");
    if (at + length > bytes.size()) return fail(DecodeFault::truncated, "JPEG ends inside a segment");
    if (is_frame(marker)) return jpeg_frame(bytes, at, length, marker);
    at += length;
  }
}

Result within(const Header& header, const Limits& limits) {
  const std::string_view name = to_string(header.format);
  if (header.width == 0 || header.height == 0) return fail(DecodeFault::damaged, fmt::format("{} has no size", name));
  if (header.width > limits.side || header.height > limits.side)
    return fail(DecodeFault::too_large, fmt::format("{} {}x{} is over the limit of {} pixels a side", name,
                                                    header.width, header.height, limits.side));
  if (std::uint64_t{header.width} * header.height > limits.pixels)
    return fail(DecodeFault::too_large, fmt::format("{} {}x{} is over the limit of {} pixels", name, header.width,
                                                    header.height, limits.pixels));
  if (header.frames > limits.frames)
    return fail(DecodeFault::too_large,
                fmt::format("{} with {} frames is over the limit of {}", name, header.frames, limits.frames));
  return header;
}

Result header_of(Format format, Bytes bytes) {
  switch (format) {
    case Format::png:
      return png_header(bytes);
    case Format::jpeg:
      return jpeg_header(bytes);
    case Format::gif:
      return gif_header(bytes);
    case Format::webp:
      return webp_header(bytes);
    default:
      return bmp_header(bytes);
  }
}

}  // namespace

std::string_view to_string(Format format) {
  constexpr std::array<std::string_view, 14> kNames = {"unknown", "PNG",  "JPEG",      "GIF",     "WebP", "BMP", "TIFF",
                                                       "HEIC",    "AVIF", "JPEG 2000", "JPEG XL", "ICO",  "PDF", "SVG"};
  const auto index = static_cast<std::size_t>(format);
  return index < kNames.size() ? kNames[index] : "unknown";
}

Format recognise(Bytes bytes) {
  for (const Magic& magic : kMagics) {
    if (has_at(bytes, magic.offset, magic.bytes)) return magic.format;
  }
  return Format::unknown;
}

std::expected<Header, DecodeError> read_header(Bytes bytes, std::string_view media_type, const Limits& limits) {
  if (bytes.size() > limits.bytes)
    return fail(DecodeFault::too_large,
                fmt::format("{} bytes are over the limit of {} bytes a picture", bytes.size(), limits.bytes));
  if (bytes.empty()) return fail(DecodeFault::truncated, "the picture is empty");
  const Format format = recognise(bytes);
  if (format == Format::unknown) return fail(DecodeFault::not_an_image, "not an image");
  if (!is_decoded(format))
    return fail(DecodeFault::unsupported_format, fmt::format("{} is not supported", to_string(format)));
  if (!agrees(format, bare_media_type(media_type)))
    return fail(DecodeFault::media_type_mismatch, fmt::format("a {} declared as something else", to_string(format)));
  const Result header = header_of(format, bytes);
  return header ? within(*header, limits) : header;
}

}  // namespace signalbox::vision
