#include "config/scalar.h"

#include <array>
#include <charconv>
#include <cmath>

namespace signalbox::config {

namespace {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool one_of_ignoring_case(std::string_view text, std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words) {
    if (text.size() != word.size()) continue;
    bool same = true;
    for (std::size_t i = 0; i < word.size(); ++i) same = same && (text[i] | 0x20) == word[i];
    if (same) return true;
  }
  return false;
}

std::size_t skip_digits(std::string_view text, std::size_t i) {
  while (i < text.size() && is_digit(text[i])) ++i;
  return i;
}

// [-+]? ( digits [. digits?] | . digits ) ( [eE] [-+]? digits )?
bool has_number_form(std::string_view text) {
  std::size_t i = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  const std::size_t whole = i;
  i = skip_digits(text, i);
  std::size_t digits = i - whole;
  if (i < text.size() && text[i] == '.') {
    const std::size_t fraction = i + 1;
    i = skip_digits(text, fraction);
    digits += i - fraction;
  }
  if (digits == 0) return false;
  if (i < text.size() && (text[i] | 0x20) == 'e') {
    ++i;
    if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
    const std::size_t exponent = i;
    i = skip_digits(text, i);
    if (i == exponent) return false;
  }
  return i == text.size();
}

NumberError why_not_a_number(std::string_view text) {
  std::string_view body = text;
  if (body.starts_with('-') || body.starts_with('+')) body.remove_prefix(1);
  if (one_of_ignoring_case(body, {".inf", ".nan", "inf", "nan", "infinity"})) return NumberError::not_finite;
  std::string joined;
  for (const char c : text) {
    if (c != '_') joined += c;
  }
  const bool underscored = joined.size() != text.size() && has_number_form(joined);
  return underscored ? NumberError::underscore : NumberError::not_a_number;
}

}  // namespace

bool is_null_text(std::string_view text) {
  return text == "null" || text == "Null" || text == "NULL" || text == "~";
}

std::optional<bool> boolean_of(std::string_view text) {
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  return std::nullopt;
}

std::optional<bool> old_boolean_of(std::string_view text) {
  if (one_of_ignoring_case(text, {"yes", "on", "y"})) return true;
  if (one_of_ignoring_case(text, {"no", "off", "n"})) return false;
  return std::nullopt;
}

std::expected<double, NumberError> number_of(std::string_view text) {
  if (!has_number_form(text)) return std::unexpected(why_not_a_number(text));
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec == std::errc::result_out_of_range) {
    // Too small is as good as zero, too large is not a number we can hold.
    const bool tiny = text.find("e-") != std::string_view::npos || text.find("E-") != std::string_view::npos;
    if (tiny) return 0.0;
    return std::unexpected(NumberError::too_large);
  }
  return value;
}

std::expected<std::int64_t, NumberError> integer_of(std::string_view text) {
  std::string_view digits = text;
  if (digits.starts_with('-') || digits.starts_with('+')) digits.remove_prefix(1);
  const bool plain = !digits.empty() && skip_digits(digits, 0) == digits.size();
  if (plain && digits.size() > 1 && digits[0] == '0') return std::unexpected(NumberError::leading_zero);
  if (plain) {
    if (text.starts_with('+')) text.remove_prefix(1);
    std::int64_t value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (parsed.ec != std::errc()) return std::unexpected(NumberError::too_large);
    return value;
  }
  const std::expected<double, NumberError> number = number_of(text);
  if (!number) return std::unexpected(number.error());
  if (*number != std::floor(*number)) return std::unexpected(NumberError::not_integral);
  constexpr double kLargestExact = 9007199254740992.0;  // 2^53: beyond it 1e17 would be rounded silently
  if (std::abs(*number) > kLargestExact) return std::unexpected(NumberError::too_large);
  return static_cast<std::int64_t>(*number);
}

namespace {

// Length of the valid sequence at `i`, or 0.
std::size_t utf8_length(std::string_view text, std::size_t i) {
  const auto byte = [&](std::size_t k) { return k < text.size() ? static_cast<unsigned char>(text[k]) : 0u; };
  const auto tail = [&](std::size_t k) { return (byte(k) & 0xC0u) == 0x80u; };
  const unsigned lead = byte(i);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return tail(i + 1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const bool overlong = lead == 0xE0 && byte(i + 1) < 0xA0;
    const bool surrogate = lead == 0xED && byte(i + 1) > 0x9F;
    return tail(i + 1) && tail(i + 2) && !overlong && !surrogate ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const bool overlong = lead == 0xF0 && byte(i + 1) < 0x90;
    const bool beyond = lead == 0xF4 && byte(i + 1) > 0x8F;
    return tail(i + 1) && tail(i + 2) && tail(i + 3) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

}  // namespace

std::size_t invalid_utf8_at(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text, i);
    if (length == 0) return i;
    i += length;
  }
  return std::string_view::npos;
}

std::string shortened(std::string_view text) {
  std::size_t end = 60;
  if (text.size() <= end) return std::string(text);
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0u) == 0x80u) --end;
  return std::string(text.substr(0, end)) + "...";
}

}  // namespace signalbox::config
