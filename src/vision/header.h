// What a picture says it is, read from its first bytes before anything is allocated.
//
// Promises: never reads outside the span, never allocates in proportion to what the header claims, and a Header it
// returns is inside the limits. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string_view>

#include "vision/decode_error.h"

namespace signalbox::vision {

using Bytes = std::span<const std::uint8_t>;

struct Limits {
  std::uint64_t bytes = 4ULL * 1024 * 1024;  // of the encoded picture
  std::uint32_t side = 8192;                 // pixels
  std::uint64_t pixels = 16'777'216;         // width * height
  std::uint32_t frames = 1000;               // of an animation; only its first one is ever decoded
};

enum class Format : std::uint8_t {
  unknown,
  png,
  jpeg,
  gif,
  webp,
  bmp,
  tiff,
  heic,
  avif,
  jpeg2000,
  jpeg_xl,
  ico,
  pdf,
  svg
};
std::string_view to_string(Format format);

struct Header {
  Format format = Format::unknown;
  std::uint32_t width = 0, height = 0;
  std::uint32_t frames = 1;  // more: an animation
  bool grey16 = false;       // PNG with 16-bit grey: see DecodeOptions
};

// By magic alone.
Format recognise(Bytes bytes);

// Format and size of a PNG, JPEG, WebP, GIF or BMP inside the limits whose magic agrees with `media_type` ("" agrees
// with everything).
std::expected<Header, DecodeError> read_header(Bytes bytes, std::string_view media_type, const Limits& limits);

}  // namespace signalbox::vision
