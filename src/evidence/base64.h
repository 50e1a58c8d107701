// Strict, bounded base64 (RFC 4648 §4): the standard alphabet, padding exactly where it belongs, no white space, and
// unused bits zero. Two decoders must not be able to see two pictures in one string.
//
// Pure; callable from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace signalbox::evidence {

struct Base64Error {
  enum class Kind : std::uint8_t { malformed, too_large };
  Kind kind = Kind::malformed;
  std::size_t offset = 0;  // of the first wrong character
};

// The size is checked before anything is allocated.
std::expected<std::string, Base64Error> decode_base64(std::string_view text, std::size_t max_bytes);

}  // namespace signalbox::evidence
