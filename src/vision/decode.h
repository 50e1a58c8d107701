// PNG and JPEG bytes to pixels, inside limits.
//
// The header is read first, so a picture over the limits costs nothing. The codecs are libpng and libjpeg-turbo with
// Pillow's choices (islow DCT, fancy upsampling, high byte of 16-bit samples, inverted Adobe CMYK), and the EXIF
// orientation is applied: what comes out is what Pillow's exif_transpose().convert("RGB") gives. One deliberate
// difference: 16-bit grey is scaled, where Pillow clips everything above 255 to white and would hide text.
// Hostile bytes: call it in a worker process (vision/pool.h). Re-entrant; any thread.
#pragma once

#include <expected>
#include <string_view>

#include "vision/decode_error.h"
#include "vision/header.h"
#include "vision/pixels.h"

namespace signalbox::vision {

std::expected<Pixels, DecodeError> decode(Bytes bytes, std::string_view media_type, const Limits& limits);

// One per codec; the header must be read_header()'s of the same bytes.
std::expected<Pixels, DecodeError> decode_png(Bytes bytes, const Header& header);
std::expected<Pixels, DecodeError> decode_jpeg(Bytes bytes, const Header& header);

}  // namespace signalbox::vision
