#include "protocol/json_string.h"

#include <cstring>
#include <optional>

#include "protocol/splice.h"
#include "protocol/utf8.h"

namespace signalbox::protocol {
namespace {

constexpr std::uint32_t kHighSurrogate = 0xD800;
constexpr std::uint32_t kLowSurrogate = 0xDC00;
constexpr std::uint32_t kAfterSurrogates = 0xE000;

// The character a two-character escape stands for, or 0 (no such escape decodes to NUL).
char simple_escape(char c) {
  switch (c) {
    case '"':
      return '"';
    case '\\':
      return '\\';
    case '/':
      return '/';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return 0;
  }
}

std::optional<std::uint32_t> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::uint32_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint32_t>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<std::uint32_t>(c - 'A' + 10);
  return std::nullopt;
}

// The code unit of `\uXXXX` at `at`, if it stands there.
std::optional<std::uint32_t> unit_at(std::string_view raw, std::size_t at) {
  if (raw.size() < at + 6 || raw[at] != '\\' || raw[at + 1] != 'u') return std::nullopt;
  std::uint32_t unit = 0;
  for (std::size_t i = at + 2; i < at + 6; ++i) {
    const std::optional<std::uint32_t> digit = hex_digit(raw[i]);
    if (!digit) return std::nullopt;
    unit = unit * 16 + *digit;
  }
  return unit;
}

char* append_utf8(char* out, std::uint32_t code) {
  if (code < 0x80) {
    *out++ = static_cast<char>(code);
    return out;
  }
  if (code < 0x800) {
    *out++ = static_cast<char>(0xC0 | (code >> 6));
  } else {
    if (code < 0x10000) {
      *out++ = static_cast<char>(0xE0 | (code >> 12));
    } else {
      *out++ = static_cast<char>(0xF0 | (code >> 18));
      *out++ = static_cast<char>(0x80 | ((code >> 12) & 0x3F));
    }
    *out++ = static_cast<char>(0x80 | ((code >> 6) & 0x3F));
  }
  *out++ = static_cast<char>(0x80 | (code & 0x3F));
  return out;
}

// Decodes the `\u` escape (or pair of them) at `at` and moves `at` behind it.
std::expected<char*, StringFault> decode_unicode(std::string_view raw, std::size_t& at, char* out) {
  const std::optional<std::uint32_t> first = unit_at(raw, at);
  if (!first) return std::unexpected(StringFault{StringFault::Kind::bad_escape, at});
  if (*first < kHighSurrogate || *first >= kAfterSurrogates) {
    at += 6;
    return append_utf8(out, *first);
  }
  const std::optional<std::uint32_t> second = *first < kLowSurrogate ? unit_at(raw, at + 6) : std::nullopt;
  if (!second || *second < kLowSurrogate || *second >= kAfterSurrogates) {
    return std::unexpected(StringFault{StringFault::Kind::lone_surrogate, at});
  }
  at += 12;
  return append_utf8(out, 0x10000 + ((*first - kHighSurrogate) << 10) + (*second - kLowSurrogate));
}

void append_escaped_byte(std::string& out, char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  out += "\\u00";
  out += kHex[static_cast<std::uint8_t>(c) >> 4];
  out += kHex[static_cast<std::uint8_t>(c) & 15];
}

bool is_plain(char c) {
  return static_cast<std::uint8_t>(c) >= 0x20 && c != '"' && c != '\\' && (c & 0x80) == 0;
}

}  // namespace

std::expected<std::size_t, StringFault> unescape(std::string_view raw, char* out) {
  char* const begin = out;
  for (std::size_t at = 0;;) {
    const std::size_t escape = raw.find('\\', at);
    const std::size_t run = (escape == std::string_view::npos ? raw.size() : escape) - at;
    if (run != 0) std::memcpy(out, raw.data() + at, run);
    out += run;
    if (escape == std::string_view::npos) return static_cast<std::size_t>(out - begin);
    at = escape;
    const char kind = at + 1 < raw.size() ? raw[at + 1] : '\0';
    if (kind == 'u') {
      const std::expected<char*, StringFault> end = decode_unicode(raw, at, out);
      if (!end) return std::unexpected(end.error());
      out = *end;
    } else if (const char c = simple_escape(kind)) {
      *out++ = c;
      at += 2;
    } else {
      return std::unexpected(StringFault{StringFault::Kind::bad_escape, at});
    }
  }
}

void append_quoted(std::string& out, std::string_view text) {
  out.reserve(out.size() + text.size() + 2);
  out += '"';
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && is_plain(text[end])) ++end;
    out.append(text, at, end - at);
    at = end;
    if (at == text.size()) break;
    if ((text[at] & 0x80) == 0) {
      append_escaped_byte(out, text[at++]);
    } else if (const std::size_t length = utf8_sequence_length(text, at)) {
      out.append(text, at, length);
      at += length;
    } else {
      out += "\xEF\xBF\xBD";
      ++at;
    }
  }
  out += '"';
}

std::string quote(std::string_view text) {
  std::string out;
  append_quoted(out, text);
  return out;
}

}  // namespace signalbox::protocol
