// Bytes as the validators see them: ASCII classes without a locale, and where something stands alone.
//
// Internal to pii/. Every function accepts any bytes and reads only inside its view; pure.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace signalbox::pii {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
constexpr bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
constexpr bool is_alpha(char c) {
  return is_upper(c) || is_lower(c);
}
constexpr bool is_alnum(char c) {
  return is_alpha(c) || is_digit(c);
}
constexpr bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
constexpr bool is_high(char c) {
  return static_cast<unsigned char>(c) >= 0x80;
}
constexpr bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
constexpr char to_lower(char c) {
  return is_upper(c) ? static_cast<char>(c + 32) : c;
}
constexpr char to_upper(char c) {
  return is_lower(c) ? static_cast<char>(c - 32) : c;
}

constexpr bool equal_caseless(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return to_lower(x) == to_lower(y); });
}

template <class Holds>
constexpr bool all_of(std::string_view text, Holds holds) {
  return std::all_of(text.begin(), text.end(), holds);
}

// The byte at `pos`, or 0 outside.
constexpr char at(std::string_view text, std::size_t pos) {
  return pos < text.size() ? text[pos] : '\0';
}
constexpr char before(std::string_view text, std::size_t pos) {
  return pos > 0 ? text[pos - 1] : '\0';
}

// Whether the character that ends at `pos` is a letter of a script with words: two bytes of UTF-8 (Latin, Greek,
// Cyrillic, Hebrew, Arabic) but not the signs of Latin-1. A number may follow a Chinese letter or a quotation mark.
constexpr bool high_letter_before(std::string_view text, std::size_t pos) {
  if (pos < 2 || !is_high(text[pos - 1])) return false;
  const auto lead = static_cast<unsigned char>(text[pos - 2]);
  return lead >= 0xC3 && lead <= 0xDF;
}
constexpr bool high_letter_at(std::string_view text, std::size_t pos) {
  const auto lead = static_cast<unsigned char>(at(text, pos));
  return lead >= 0xC3 && lead <= 0xDF;
}

// Whether a number or identifier may begin (end) at `pos`: it is not the tail (head) of a longer one, such as a
// version, a path or a UUID.
constexpr bool free_left(std::string_view text, std::size_t pos) {
  const char previous = before(text, pos);
  if (previous == '\0') return true;
  if (is_alnum(previous) || previous == '_' || previous == '%' || high_letter_before(text, pos)) return false;
  const bool joins = previous == '-' || previous == '.' || previous == '/' || previous == '\\' || previous == '+';
  return !joins || !is_alnum(before(text, pos - 1));
}
constexpr bool free_right(std::string_view text, std::size_t pos) {
  const char next = at(text, pos);
  if (next == '\0') return true;
  if (is_alnum(next) || next == '_' || high_letter_at(text, pos)) return false;
  const bool joins = next == '-' || next == '.' || next == '/' || next == '\\' || next == '@';
  return !joins || !is_alnum(at(text, pos + 1));
}

}  // namespace signalbox::pii
