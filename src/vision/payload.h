// The base64 payload of a data URI to bytes, strictly (evidence/base64.h); an empty one is no picture.
//
// What a lenient decoder upstream might still accept is refused here, so it becomes `unjudged`, never misread.
// The size is checked before anything is allocated. Pure; any thread.
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>
#include <vector>

#include "vision/decode_error.h"
#include "vision/header.h"

namespace signalbox::vision {

std::expected<std::vector<std::uint8_t>, DecodeError> decode_payload(std::string_view base64, const Limits& limits);

}  // namespace signalbox::vision
