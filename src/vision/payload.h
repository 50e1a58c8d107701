// The base64 payload of a data URI to bytes, strictly: RFC 4648's alphabet, full padding, no blanks, no stray bits.
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
