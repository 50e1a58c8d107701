#include "vision/decode_error.h"

namespace signalbox::vision {

std::string_view to_string(DecodeFault fault) {
  switch (fault) {
    case DecodeFault::bad_base64:
      return "bad_base64";
    case DecodeFault::not_an_image:
      return "not_an_image";
    case DecodeFault::unsupported_format:
      return "unsupported_format";
    case DecodeFault::media_type_mismatch:
      return "media_type_mismatch";
    case DecodeFault::too_large:
      return "too_large";
    case DecodeFault::truncated:
      return "truncated";
    case DecodeFault::damaged:
      return "damaged";
    case DecodeFault::out_of_memory:
      return "out_of_memory";
  }
  return "unknown";
}

evidence::Unjudged to_unjudged(DecodeFault fault) {
  switch (fault) {
    case DecodeFault::unsupported_format:
    case DecodeFault::media_type_mismatch:
      return evidence::Unjudged::unsupported_format;
    case DecodeFault::too_large:
    case DecodeFault::out_of_memory:
      return evidence::Unjudged::too_large;
    case DecodeFault::bad_base64:
    case DecodeFault::not_an_image:
    case DecodeFault::truncated:
    case DecodeFault::damaged:
      break;
  }
  return evidence::Unjudged::decode_failed;
}

}  // namespace signalbox::vision
