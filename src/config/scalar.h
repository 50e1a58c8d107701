// How the text of a plain YAML scalar is typed, by the core schema of YAML 1.2 minus its oddities (see each function).
//
// Pure functions; any thread.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace signalbox::config {

// What went wrong with a number.
enum class NumberError : std::uint8_t { not_a_number, not_integral, not_finite, too_large, leading_zero, underscore };

// null, Null, NULL, ~ (the empty text is the caller's business).
bool is_null_text(std::string_view text);
// true/True/TRUE, false/False/FALSE.
std::optional<bool> boolean_of(std::string_view text);
// What `yes`, `no`, `on`, `off`, `y`, `n` (any case) would have meant in YAML 1.1.
std::optional<bool> old_boolean_of(std::string_view text);
// A decimal integer: "8", "-3", "+3", also "8.0" and "1e3" (integral numbers). "010" is refused: some readers take it
// for eight.
std::expected<std::int64_t, NumberError> integer_of(std::string_view text);
// A finite decimal number.
std::expected<double, NumberError> number_of(std::string_view text);

// Valid UTF-8 (no surrogates, no overlong forms); returns the offset of the first bad byte, or npos.
std::size_t invalid_utf8_at(std::string_view text);

// Text for a message: cut after about 60 bytes, between characters.
std::string shortened(std::string_view text);

}  // namespace signalbox::config
