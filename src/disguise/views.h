// What a text says once its disguises are taken off: the views that a rule must judge beside the text as it was sent.
//
//   invisible      characters that show nothing inside words, marks that were heaped on letters
//   tags           letters of Unicode's invisible tag block
//   compatibility  other forms of Latin letters: full width, mathematical, in circles, ligatures
//   confusables    letters of other scripts in Latin words (ICU's uspoof skeleton)
//   escapes, percent, base64, hex   encodings, decoded where they stand if text comes out
//   spaced         letters with a space or a sign between each and the next
//   rot13, reversed   runs of words that are English only when read so
//   leet           digits and signs for letters
//
// Encodings may be nested: all steps are repeated until nothing changes or the rounds are used up; what is nested
// deeper makes the result incomplete. No view is longer than the text, there are at most two, and the work is linear
// in the text. A plain text has no views and costs one look.
//
// Pure; any bytes are accepted; never throws but for memory. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox::disguise {

enum class Step : std::uint8_t {
  invisible,
  tags,
  compatibility,
  confusables,
  escapes,
  percent,
  base64,
  hex,
  spaced,
  rot13,
  reversed,
  leet,
};
inline constexpr std::size_t kSteps = 12;
std::string_view to_string(Step step);

struct View {
  std::string text;
  std::vector<Step> steps;  // that made it, in order; a step that was needed again stands again
  bool excerpt = false;     // only what was encoded, without the text around it
};

struct Views {
  std::vector<View> views;  // other texts than the one that was given
  bool complete = true;     // false: something was still encoded when the rounds were used up
};

inline constexpr std::size_t kRounds = 4;
Views views_of(std::string_view text, std::size_t rounds = kRounds);

// "base64 > hex > confusables"
std::string to_string(const std::vector<Step>& steps);

// Builds the tables that the first text would otherwise wait for (tens of milliseconds).
void prepare();

}  // namespace signalbox::disguise
