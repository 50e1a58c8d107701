// Text out of poppler's code points. Pure.
#pragma once

#include <cstdint>
#include <string>

namespace signalbox::document_worker {

// As UTF-8. Nothing that would read as the end of a page; what is no character becomes U+FFFD.
void append_character(std::uint32_t character, std::string& out);

// Whether this says what was drawn: a control character, one of a private area, a surrogate or U+FFFD does not.
bool has_meaning(std::uint32_t character);

// Are the two the same but for white space?
bool same_letters(const std::string& a, const std::string& b);

}  // namespace signalbox::document_worker
