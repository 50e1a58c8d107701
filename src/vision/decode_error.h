// Why a picture was refused: one typed fault, and a sentence for people that never quotes the picture.
//
// Plain values; usable from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "evidence/evidence.h"

namespace signalbox::vision {

enum class DecodeFault : std::uint8_t {
  bad_base64,           // the data URI's payload is not strict base64
  not_an_image,         // no image format we can name
  unsupported_format,   // an image, but not of a kind this build decodes
  media_type_mismatch,  // the bytes are not what the data URI declares
  too_large,            // over a limit, known before anything was allocated
  truncated,            // the bytes end early
  damaged,              // the bytes contradict the format
  out_of_memory,        // the decoder met the memory limit
};
std::string_view to_string(DecodeFault fault);

struct DecodeError {
  DecodeFault fault = DecodeFault::damaged;
  std::string detail;
};

// The reason that rules and headers see.
evidence::Unjudged to_unjudged(DecodeFault fault);

}  // namespace signalbox::vision
