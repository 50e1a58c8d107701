#include "vision/decode.h"

#include <new>
#include <utility>

#include "vision/orientation.h"

namespace signalbox::vision {

using imaging::Pixels;
namespace {

StoredResult decode_stored(Bytes bytes, const Header& header, Grey16 grey16) {
  switch (header.format) {
    case Format::png:
      return decode_png(bytes, header, grey16);
    case Format::jpeg:
      return decode_jpeg(bytes, header);
    case Format::webp:
      return decode_webp(bytes, header);
    case Format::gif:
      return decode_gif(bytes, header);
    default:
      return decode_bmp(bytes, header);  // read_header() lets no other format through
  }
}

}  // namespace

std::expected<Pixels, DecodeError> decode(Bytes bytes, std::string_view media_type, const Limits& limits,
                                          const DecodeOptions& options) {
  const auto header = read_header(bytes, media_type, limits);
  if (!header) return std::unexpected(header.error());
  try {
    StoredResult stored = decode_stored(bytes, *header, options.grey16);
    if (!stored) return std::unexpected(stored.error());
    return apply_orientation(std::move(stored->pixels), options.upright ? stored->orientation : 1);
  } catch (const std::bad_alloc&) {
    return std::unexpected(DecodeError{DecodeFault::out_of_memory, "the picture needs more memory than there is"});
  }
}

}  // namespace signalbox::vision
