// A long text in overlapping pieces, for rules that must have seen all of it.
//
// Pure; views into the caller's text.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace signalbox::models {

// `count` pieces (fewer where the text is shorter than that) of about equal length, which together are the text. Each
// begins an eighth of a piece before the last one's end, so that a phrase on a border stands whole in one of them.
// Borders never part a UTF-8 character.
std::vector<std::string_view> windows_of(std::string_view text, std::size_t count);
// Where a piece begins that follows one of the first `end` bytes: an eighth of these before it.
std::size_t begin_of_next(std::string_view text, std::size_t end);

}  // namespace signalbox::models
