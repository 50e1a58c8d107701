// What the header readers of the formats share: numbers at a place, errors, and the readers themselves.
//
// Each reader is given bytes that begin with its format's magic and returns what the picture declares, limits not yet
// checked. It never reads outside the span and allocates nothing. Pure; any thread.
#pragma once

#include <string>
#include <utility>

#include "vision/header.h"

namespace signalbox::vision {

using HeaderResult = std::expected<Header, DecodeError>;

inline std::unexpected<DecodeError> fail(DecodeFault fault, std::string detail) {
  return std::unexpected(DecodeError{fault, std::move(detail)});
}

inline std::uint32_t little16(Bytes bytes, std::size_t at) {
  return static_cast<std::uint32_t>(bytes[at] | bytes[at + 1] << 8);
}
inline std::uint32_t little24(Bytes bytes, std::size_t at) {
  return little16(bytes, at) | static_cast<std::uint32_t>(bytes[at + 2]) << 16;
}
inline std::uint32_t little32(Bytes bytes, std::size_t at) {
  return little16(bytes, at) | little16(bytes, at + 2) << 16;
}

// The canvas is the screen, enlarged to the first frame where that goes beyond it (as Pillow does).
HeaderResult gif_header(Bytes bytes);
HeaderResult webp_header(Bytes bytes);
HeaderResult bmp_header(Bytes bytes);

}  // namespace signalbox::vision
