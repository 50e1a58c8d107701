// How like English a word is spelt: the mean of log P(letter | letter before), from pairs of letters counted in
// training/letter_pairs.py.
//
// Internal to disguise/. Pure; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace signalbox::disguise {

inline constexpr std::size_t kLetters = 26;
inline constexpr std::size_t kEdge = kLetters;  // begin or end of a word
// 16 ln P(second | first), [first][second].
extern const std::array<std::array<std::int8_t, kLetters + 1>, kLetters + 1> kLetterPairs;

// 16 times the sum over a word of ASCII letters, its edges included; `letter` maps each to another first.
template <class Letter>
int spelling(std::string_view word, Letter letter) {
  int sum = 0;
  std::size_t before = kEdge;
  for (const char c : word) {
    const std::size_t now = letter(c);
    sum += kLetterPairs[before][now];
    before = now;
  }
  return sum + kLetterPairs[before][kEdge];
}

}  // namespace signalbox::disguise
