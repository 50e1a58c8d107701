#include "protocol/text_edits.h"

#include <charconv>
#include <cstdint>

#include "protocol/json_string.h"

namespace signalbox::protocol {
namespace {

// One character as a literal spells it.
struct Spelling {
  std::size_t raw = 1;      // bytes in the literal
  std::size_t decoded = 1;  // bytes that they stand for
};

std::uint32_t unit_at(std::string_view raw, std::size_t at) {
  std::uint32_t unit = 0;
  std::from_chars(raw.data() + at + 2, raw.data() + at + 6, unit, 16);
  return unit;
}

std::size_t plain_length(unsigned char first) {
  return first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

Spelling spelling_at(std::string_view raw, std::size_t at) {
  if (raw[at] != '\\') {
    const std::size_t length = plain_length(static_cast<unsigned char>(raw[at]));
    return {length, length};
  }
  if (raw[at + 1] != 'u') return {2, 1};
  const std::uint32_t unit = unit_at(raw, at);
  if (unit >= 0xD800 && unit < 0xDC00) return {12, 4};
  return {6, unit < 0x80 ? 1U : unit < 0x800 ? 2U : 3U};
}

}  // namespace

std::vector<ByteEdit> in_literal(std::string_view body, Range literal, const std::vector<TextEdit>& edits) {
  std::vector<ByteEdit> out;
  const std::string_view raw = body.substr(literal.begin + 1, literal.size() - 2);
  const std::size_t offset = literal.begin + 1;
  std::size_t at = 0;    // in raw
  std::size_t text = 0;  // in what it stands for
  for (const TextEdit& edit : edits) {
    if (edit.range.size() == 0 || edit.range.end <= text) continue;
    Spelling next;
    while (at < raw.size() && text + (next = spelling_at(raw, at)).decoded <= edit.range.begin) {
      at += next.raw;
      text += next.decoded;
    }
    const std::size_t begin = at;
    while (at < raw.size() && text < edit.range.end) {
      next = spelling_at(raw, at);
      at += next.raw;
      text += next.decoded;
    }
    if (at > begin) out.push_back({{offset + begin, offset + at}, escaped(edit.text)});
  }
  return out;
}

std::string escaped(std::string_view text) {
  std::string literal;
  append_quoted(literal, text);
  return literal.substr(1, literal.size() - 2);
}

}  // namespace signalbox::protocol
