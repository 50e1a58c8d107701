// Picture bytes to pixels, inside limits: PNG, JPEG, WebP, GIF (its first frame) and BMP.
//
// The header is read first, so a picture over the limits costs nothing. The codecs are libpng, libjpeg-turbo, libwebp
// and giflib with Pillow's choices (islow DCT, fancy upsampling, high byte of 16-bit samples, inverted Adobe CMYK), and
// the EXIF orientation is applied: what comes out is what transformers' load_image gives, which is Pillow's
// exif_transpose().convert("RGB"). docs/images.md has where it differs.
// Hostile bytes: call it in a worker process (vision/pool.h). Re-entrant; any thread.
#pragma once

#include <expected>
#include <string_view>

#include "imaging/pixels.h"
#include "vision/decode_error.h"
#include "vision/header.h"

namespace signalbox::vision {

enum class Grey16 : std::uint8_t {
  clipped,  // as Pillow: everything above 255 is white
  scaled,   // the high byte: what a person sees, text included
};

struct DecodeOptions {
  bool upright = true;  // apply the orientation
  Grey16 grey16 = Grey16::clipped;
};

std::expected<imaging::Pixels, DecodeError> decode(Bytes bytes, std::string_view media_type, const Limits& limits,
                                                   const DecodeOptions& options = {});

// A picture as it is stored, and how it is to be turned.
struct Stored {
  imaging::Pixels pixels;
  int orientation = 1;
};
using StoredResult = std::expected<Stored, DecodeError>;

// One per codec; the header must be read_header()'s of the same bytes.
StoredResult decode_png(Bytes bytes, const Header& header, Grey16 grey16);
StoredResult decode_jpeg(Bytes bytes, const Header& header);
StoredResult decode_webp(Bytes bytes, const Header& header);
StoredResult decode_gif(Bytes bytes, const Header& header);
StoredResult decode_bmp(Bytes bytes, const Header& header);

}  // namespace signalbox::vision
