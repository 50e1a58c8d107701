#include "config/values.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "config/scalar.h"

namespace signalbox::config {

namespace {

// ---- token counts ------------------------------------------------------------------------------------------------

std::int64_t token_factor(char suffix) {
  switch (suffix) {
    case 'k':
    case 'K':
      return 1'000;
    case 'm':
    case 'M':
      return 1'000'000;
    default:
      return 1;
  }
}

std::string parse_tokens(void* value, const std::string& text) {
  const std::string problem = fmt::format("\"{}\" is not a token count", shortened(text));
  const std::int64_t factor = text.empty() ? 1 : token_factor(text.back());
  const std::string_view digits = std::string_view(text).substr(0, text.size() - (factor == 1 ? 0 : 1));
  const std::expected<double, NumberError> number = number_of(digits);
  if (!number || *number < 0) return problem;
  const double tokens = *number * static_cast<double>(factor);
  constexpr double kMost = 1e15;  // far beyond any context window, exact in a double
  // "1.5K" is 1500; "1.5" and "1.0005K" are not whole tokens.
  if (tokens > kMost || std::abs(tokens - std::round(tokens)) > 1e-6) return problem;
  static_cast<TokenCount*>(value)->tokens = std::llround(tokens);
  return {};
}

std::string print_tokens(const void* value) {
  const std::int64_t tokens = static_cast<const TokenCount*>(value)->tokens;
  if (tokens != 0 && tokens % 1'000'000 == 0) return fmt::format("{}M", tokens / 1'000'000);
  if (tokens != 0 && tokens % 1'000 == 0) return fmt::format("{}K", tokens / 1'000);
  return fmt::format("{}", tokens);
}

// ---- durations ---------------------------------------------------------------------------------------------------

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};

// Longer names first, so that "ms" is not read as "m".
constexpr auto kUnits = std::to_array<Unit>({{"ns", 1},
                                             {"us", 1'000},
                                             {"µs", 1'000},  // U+00B5
                                             {"μs", 1'000},  // U+03BC
                                             {"ms", 1'000'000},
                                             {"s", 1'000'000'000},
                                             {"m", 60'000'000'000},
                                             {"h", 3'600'000'000'000}});

// Takes one "1.5h" off the front; false when there is none.
bool take_part(std::string_view& rest, double& nanoseconds) {
  const std::size_t digits = std::min(rest.find_first_not_of("0123456789."), rest.size());
  const std::expected<double, NumberError> number = number_of(rest.substr(0, digits));
  if (!number) return false;
  rest.remove_prefix(digits);
  for (const Unit& unit : kUnits) {
    if (!rest.starts_with(unit.name)) continue;
    rest.remove_prefix(unit.name.size());
    nanoseconds += *number * static_cast<double>(unit.nanoseconds);
    return true;
  }
  return false;
}

std::string parse_duration(void* value, const std::string& text) {
  auto& duration = *static_cast<Duration*>(value);
  // Zero needs no unit, in Go too.
  if (text == "0") return duration.value = {}, std::string();
  const std::string problem = fmt::format("\"{}\" is not a duration", shortened(text));
  if (number_of(text)) return problem + "; say the unit";
  std::string_view rest = text;
  double nanoseconds = 0;
  while (!rest.empty()) {
    if (!take_part(rest, nanoseconds)) return problem;
  }
  constexpr double kMost = 9e18;  // 285 years, within int64
  if (text.empty() || nanoseconds > kMost) return problem;
  duration.value = std::chrono::nanoseconds(std::llround(nanoseconds));
  return {};
}

std::string print_duration(const void* value) {
  std::int64_t left = static_cast<const Duration*>(value)->value.count();
  if (left == 0) return "0s";
  std::string out;
  for (const Unit& unit : {Unit{"h", 3'600'000'000'000}, Unit{"m", 60'000'000'000}, Unit{"s", 1'000'000'000},
                           Unit{"ms", 1'000'000}, Unit{"us", 1'000}, Unit{"ns", 1}}) {
    if (left >= unit.nanoseconds) out += fmt::format("{}{}", left / unit.nanoseconds, unit.name);
    left %= unit.nanoseconds;
  }
  return out;
}

}  // namespace

const CustomScalar TokenCount::custom_scalar = {"string|integer", "token count such as 32K", parse_tokens,
                                                print_tokens};
const CustomScalar Duration::custom_scalar = {"string", "duration such as 300s or 1m30s", parse_duration,
                                              print_duration};

}  // namespace signalbox::config
