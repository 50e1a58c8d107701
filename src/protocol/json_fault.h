// Where a body that the parser refused goes wrong: run only on the way to an error, never on good bodies.
//
// simdjson says what is wrong with a document as a whole (a control character in some string, something not closed);
// a person needs the offset. Pure; callable from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace signalbox::protocol {

struct LexicalFault {
  enum class Kind : std::uint8_t { none, control_character, open_string, open_container, trailing_bytes };
  Kind kind = Kind::none;
  std::size_t offset = 0;
};

bool is_json_space(char c);

// The first fault seen by looking at strings and brackets only. Bytes after the end of a root object or array are
// trailing_bytes; a root scalar is not looked into.
LexicalFault find_lexical_fault(std::string_view body);

}  // namespace signalbox::protocol
