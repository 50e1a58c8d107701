// UTF-8 validity by position, for error messages and for text that comes from outside JSON.
//
// Pure functions without state; callable from any thread. The fast path of bodies is simdjson's validator; this one
// tells where the fault is.
#pragma once

#include <cstddef>
#include <string_view>

namespace signalbox::protocol {

// Length of the well-formed UTF-8 sequence that starts at `at` (1..4), or 0: overlong forms, surrogates, values over
// U+10FFFF, stray continuation bytes and cut sequences are not well-formed.
std::size_t utf8_sequence_length(std::string_view text, std::size_t at);

// Offset of the first byte that starts no well-formed sequence, or npos.
std::size_t first_invalid_utf8(std::string_view text);

// The longest prefix of at most `max_bytes` bytes that cuts no sequence in two. `text` must be valid UTF-8.
std::string_view utf8_prefix(std::string_view text, std::size_t max_bytes);

}  // namespace signalbox::protocol
