#include "vision/decode.h"

#include <new>

namespace signalbox::vision {

std::expected<Pixels, DecodeError> decode(Bytes bytes, std::string_view media_type, const Limits& limits) {
  const auto header = read_header(bytes, media_type, limits);
  if (!header) return std::unexpected(header.error());
  try {
    return header->format == Format::png ? decode_png(bytes, *header) : decode_jpeg(bytes, *header);
  } catch (const std::bad_alloc&) {
    return std::unexpected(DecodeError{DecodeFault::out_of_memory, "the picture needs more memory than there is"});
  }
}

}  // namespace signalbox::vision
