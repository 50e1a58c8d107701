// Classes of ASCII bytes, as tables: the steps look at every byte of every request.
//
// Internal to disguise/. Constants.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace signalbox::disguise {

inline constexpr std::int8_t kNone = -1;

constexpr bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

constexpr bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

// 0 to 25; kNone for what is no letter.
inline constexpr std::array<std::int8_t, 256> kLetterIndex = [] {
  std::array<std::int8_t, 256> table{};
  table.fill(kNone);
  for (int i = 0; i < 26; ++i) {
    table[static_cast<std::size_t>('a' + i)] = table[static_cast<std::size_t>('A' + i)] = static_cast<std::int8_t>(i);
  }
  return table;
}();

inline constexpr std::array<std::int8_t, 256> kHexValue = [] {
  std::array<std::int8_t, 256> table{};
  table.fill(kNone);
  for (int i = 0; i < 10; ++i) table[static_cast<std::size_t>('0' + i)] = static_cast<std::int8_t>(i);
  for (int i = 0; i < 6; ++i) {
    table[static_cast<std::size_t>('a' + i)] = table[static_cast<std::size_t>('A' + i)] =
        static_cast<std::int8_t>(10 + i);
  }
  return table;
}();

// Of both alphabets, the one for URLs as well.
inline constexpr std::array<std::int8_t, 256> kBase64Value = [] {
  std::array<std::int8_t, 256> table{};
  table.fill(kNone);
  for (int i = 0; i < 26; ++i) {
    table[static_cast<std::size_t>('A' + i)] = static_cast<std::int8_t>(i);
    table[static_cast<std::size_t>('a' + i)] = static_cast<std::int8_t>(26 + i);
  }
  for (int i = 0; i < 10; ++i) table[static_cast<std::size_t>('0' + i)] = static_cast<std::int8_t>(52 + i);
  table['+'] = table['-'] = 62;
  table['/'] = table['_'] = 63;
  return table;
}();

constexpr std::int8_t at(const std::array<std::int8_t, 256>& table, char c) {
  return table[static_cast<unsigned char>(c)];
}

}  // namespace signalbox::disguise
