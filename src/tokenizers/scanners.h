// Hand-written matchers for the expressions by which the well-known tokenizers cut text into words.
//
// Promises: each matches what Oniguruma matches with that expression, in time linear in the match. Pure; any thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "tokenizers/chars.h"

namespace signalbox::tokenizers {

// The end of the match that begins at `at` (less than the size), or `at` when none begins there.
using Scanner = std::uint32_t (*)(const CharTable& chars, std::string_view text, std::uint32_t at);

// The scanner for exactly this expression, or nullptr.
Scanner find_scanner(std::string_view expression);
// Whether one match follows another without a gap, whatever the text.
bool matches_everything(Scanner scanner);

std::uint32_t scan_gpt2(const CharTable& chars, std::string_view text, std::uint32_t at);
// \w+|[^\w\s]+ of the pre-tokenizer Whitespace.
std::uint32_t scan_words(const CharTable& chars, std::string_view text, std::uint32_t at);

}  // namespace signalbox::tokenizers
