// JSON string literals: decoding escapes strictly, and writing literals.
//
// Why not simdjson's own decoding: it accepts some lone surrogates, and it works byte by byte. Here runs without an
// escape are copied whole, and every fault has an offset. Pure functions; callable from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace signalbox::protocol {

struct StringFault {
  enum class Kind : std::uint8_t { bad_escape, lone_surrogate };
  Kind kind = Kind::bad_escape;
  std::size_t offset = 0;  // of the backslash, in `raw`
};

// Decodes what stands between the quotes of a literal that is valid UTF-8 without control characters (stage 1 of the
// parser has proved both) to `out`, which has room for raw.size() bytes. Returns the bytes written, never more than
// raw.size().
std::expected<std::size_t, StringFault> unescape(std::string_view raw, char* out);

// Appends `text` as a JSON literal with quotes. Bytes that are not UTF-8 become U+FFFD, so the result is always valid.
void append_quoted(std::string& out, std::string_view text);

}  // namespace signalbox::protocol
