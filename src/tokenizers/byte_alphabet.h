// The byte-level alphabet: each byte as a printable character (a space is "Ġ"), as GPT-2's vocabulary is written.
//
// Promises: pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace signalbox::tokenizers {

char32_t byte_character(char byte);
// The bytes that a token stands for; nothing if a character of it stands for none.
std::optional<std::string> alphabet_to_bytes(std::string_view token);

}  // namespace signalbox::tokenizers
