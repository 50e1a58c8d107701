// UTF-8 in the hot loops of the tokenizers: decoding of text that is known to be valid.
//
// Promises: pure, inline, any thread. The text must be valid UTF-8 (broken_text.h makes it so) and `at` must be where a
// code point starts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace signalbox::tokenizers {

inline bool is_ascii_byte(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}
inline bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// Bytes of the code point that this byte starts.
inline std::uint32_t sequence_length(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  if (byte < 0x80) return 1;
  if (byte < 0xE0) return 2;
  return byte < 0xF0 ? 3 : 4;
}

struct Decoded {
  char32_t value;
  std::uint32_t length;
};

inline Decoded decode_valid(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(text[at + i])); };
  const char32_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  if (lead < 0xE0) return {(lead & 0x1F) << 6 | (byte(1) & 0x3F), 2};
  if (lead < 0xF0) return {(lead & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F), 3};
  return {(lead & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F), 4};
}

// The code point that ends before `at` (> 0).
inline Decoded decode_valid_before(std::string_view text, std::size_t at) {
  std::size_t begin = at - 1;
  while (begin > 0 && is_continuation(text[begin])) --begin;
  return decode_valid(text, begin);
}

inline std::uint32_t encoded_length(char32_t c) {
  if (c < 0x80) return 1;
  if (c < 0x800) return 2;
  return c < 0x10000 ? 3 : 4;
}

inline std::uint32_t encode_utf8(char32_t c, char* out) {
  const auto put = [&](std::size_t i, char32_t value) {
    out[i] = static_cast<char>(static_cast<unsigned char>(value));
  };
  const std::uint32_t length = encoded_length(c);
  if (length == 1) {
    put(0, c);
  } else if (length == 2) {
    put(0, 0xC0 | c >> 6);
    put(1, 0x80 | (c & 0x3F));
  } else if (length == 3) {
    put(0, 0xE0 | c >> 12);
    put(1, 0x80 | (c >> 6 & 0x3F));
    put(2, 0x80 | (c & 0x3F));
  } else {
    put(0, 0xF0 | c >> 18);
    put(1, 0x80 | (c >> 12 & 0x3F));
    put(2, 0x80 | (c >> 6 & 0x3F));
    put(3, 0x80 | (c & 0x3F));
  }
  return length;
}

}  // namespace signalbox::tokenizers
