// Replacements in the text that a JSON string stands for, as replacements of the bytes that spell it.
//
// A text is found by what it says; what must be changed is how the body writes it, and that may be an escape (\u0040)
// for any character. All that is not replaced keeps its spelling. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "protocol/byte_edits.h"

namespace signalbox::protocol {

struct TextEdit {
  Range range{};       // of the decoded text
  std::string text{};  // not escaped
};

// `literal`: where a valid string literal stands in `body`, with quotes. `edits` ascend and do not overlap. A character
// that an edit cuts is replaced whole.
std::vector<ByteEdit> in_literal(std::string_view body, Range literal, const std::vector<TextEdit>& edits);

// What stands between the quotes of a literal for this text.
std::string escaped(std::string_view text);

}  // namespace signalbox::protocol
