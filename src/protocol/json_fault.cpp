#include "protocol/json_fault.h"

namespace signalbox::protocol {
namespace {

using Kind = LexicalFault::Kind;

// Moves `at` from behind an opening quote to behind the closing one.
LexicalFault skip_string(std::string_view body, std::size_t& at) {
  const std::size_t begin = at - 1;
  for (; at < body.size(); ++at) {
    if (static_cast<std::uint8_t>(body[at]) < 0x20) return {Kind::control_character, at};
    if (body[at] == '"') {
      ++at;
      return {};
    }
    if (body[at] == '\\') ++at;
  }
  return {Kind::open_string, begin};
}

}  // namespace

bool is_json_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

LexicalFault find_lexical_fault(std::string_view body) {
  std::size_t depth = 0;
  bool closed = false;
  for (std::size_t at = 0; at < body.size();) {
    const char c = body[at];
    if (closed && !is_json_space(c)) return {Kind::trailing_bytes, at};
    ++at;
    if (c == '"') {
      const LexicalFault fault = skip_string(body, at);
      if (fault.kind != Kind::none) return fault;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if ((c == '}' || c == ']') && depth > 0) {
      closed = --depth == 0;
    }
  }
  return depth == 0 ? LexicalFault{} : LexicalFault{Kind::open_container, body.size()};
}

}  // namespace signalbox::protocol
