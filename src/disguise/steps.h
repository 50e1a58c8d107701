// The steps of views.h, one function for each group. Each gives the changed text and notes what it did, or gives
// nothing where the text needs no change. No result is longer than the text.
//
// Internal to disguise/. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "disguise/views.h"

namespace signalbox::disguise {

using Changed = std::optional<std::string>;
using Notes = std::vector<Step>;

// invisible, tags, compatibility, confusables
Changed plain_letters(std::string_view text, Notes& notes);
// escapes, percent, base64, hex. `payloads`: what base64 and hex held, a line each, is appended.
Changed decoded(std::string_view text, Notes& notes, std::string& payloads);
// spaced
Changed joined(std::string_view text, Notes& notes);
// rot13, reversed
Changed deciphered(std::string_view text, Notes& notes);
// leet
Changed without_digits(std::string_view text, Notes& notes);

}  // namespace signalbox::disguise
