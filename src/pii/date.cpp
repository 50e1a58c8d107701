#include "pii/date.h"

#include <array>

#include "pii/ascii.h"

namespace signalbox::pii {
namespace {

using std::string_view_literals::operator""sv;

constexpr int kFirstYear = 1850;
constexpr int kLastYear = 2100;

struct Number {
  int value = 0;
  std::size_t size = 0;
};

Number number_at(std::string_view text, std::size_t pos) {
  Number number;
  while (number.size < 5 && is_digit(at(text, pos + number.size))) {
    number.value = number.value * 10 + (text[pos + number.size] - '0');
    ++number.size;
  }
  return number;
}

bool is_year(const Number& n) {
  return n.size == 4 ? n.value >= kFirstYear && n.value <= kLastYear : n.size == 2;
}

int full_year(const Number& n) {
  return n.size == 2 ? 2000 + n.value : n.value;  // only for the length of February
}

bool fits(const Number& year, const Number& month, const Number& day) {
  if (!is_year(year) || month.size == 0 || month.size > 2 || day.size == 0 || day.size > 2) return false;
  return is_date(full_year(year), month.value, day.value);
}

// English, German, French, Spanish, Italian and Dutch by their first three letters.
bool is_month(std::string_view word) {
  constexpr std::array<std::string_view, 33> kMonths{
      "jan", "feb", "mar", "apr", "may",       "jun", "jul", "aug",    "sep",       "oct",       "nov",
      "dec", "mai", "okt", "dez", "f\xC3\xA9", "avr", "jui", "ao\xC3", "d\xC3\xA9", "ene",       "abr",
      "ago", "dic", "gen", "mag", "giu",       "lug", "set", "ott",    "mei",       "m\xC3\xA4", "maa"};
  if (word.size() < 3 || word.size() > 11) return false;
  std::array<char, 3> lower{to_lower(word[0]), to_lower(word[1]), to_lower(word[2])};
  for (const std::string_view month : kMonths) {
    if (month == std::string_view(lower.data(), 3)) return true;
  }
  return false;
}

bool in_word(char c) {
  return is_alpha(c) || is_high(c);
}

// "16. April 1990", "16th of April, 1990", from behind the day.
std::optional<std::size_t> named_month(std::string_view text, std::size_t pos) {
  std::size_t i = pos;
  for (const std::string_view suffix : {"st"sv, "nd"sv, "rd"sv, "th"sv}) {
    if (text.substr(i, 2) == suffix) i += 2;
  }
  if (at(text, i) == '.') ++i;
  if (at(text, i) != ' ' && at(text, i) != '-') return std::nullopt;
  ++i;
  for (const std::string_view of : {"of "sv, "de "sv}) {
    if (text.substr(i, 3) == of) i += 3;
  }
  std::size_t end = i;
  while (end - i < 12 && in_word(at(text, end))) ++end;
  if (!is_month(text.substr(i, end - i))) return std::nullopt;
  while (end - i < 16 && (at(text, end) == ',' || at(text, end) == '.' || at(text, end) == ' ' || at(text, end) == '-'))
    ++end;
  for (const std::string_view of : {"of "sv, "de "sv}) {
    if (text.substr(end, 3) == of) end += 3;
  }
  const Number year = number_at(text, end);
  if (year.size != 4 || !is_year(year)) return std::nullopt;
  return end + year.size;
}

}  // namespace

bool is_date(int year, int month, int day) {
  constexpr std::array<int, 12> kDays{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12 || day < 1 || day > kDays[static_cast<std::size_t>(month - 1)]) return false;
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month != 2 || day < 29 || leap;
}

bool is_date(std::string_view yyyymmdd) {
  const auto number = [&](std::size_t from, std::size_t size) {
    int value = 0;
    for (const char c : yyyymmdd.substr(from, size)) value = value * 10 + (c - '0');
    return value;
  };
  const int year = number(0, 4);
  return year >= kFirstYear && year <= kLastYear && is_date(year, number(4, 2), number(6, 2));
}

std::optional<std::size_t> date_end(std::string_view text, std::size_t begin) {
  const Number first = number_at(text, begin);
  if (first.size == 0 || first.size > 4) return std::nullopt;
  std::size_t i = begin + first.size;
  const char separator = at(text, i);
  if (separator == '-' || separator == '/' || separator == '.') {
    const Number second = number_at(text, i + 1);
    i += 1 + second.size;
    if (second.size > 0 && at(text, i) == separator) {
      std::size_t third_at = i + 1;
      if (separator == '.' && at(text, third_at) == ' ') ++third_at;
      const Number third = number_at(text, third_at);
      const std::size_t end = third_at + third.size;
      if (first.size == 4 && fits(first, second, third)) return end;
      if (fits(third, second, first) || fits(third, first, second)) return end;
    }
  }
  if (first.size > 2 || first.value < 1 || first.value > 31) return std::nullopt;
  return named_month(text, begin + first.size);
}

std::optional<std::size_t> month_before(std::string_view text, std::size_t digits) {
  std::size_t end = digits;
  while (end > 0 && digits - end < 2 && (text[end - 1] == ' ' || text[end - 1] == '.')) --end;
  std::size_t begin = end;
  while (begin > 0 && end - begin < 12 && in_word(text[begin - 1])) --begin;
  if (!is_month(text.substr(begin, end - begin))) return std::nullopt;
  return begin;
}

}  // namespace signalbox::pii
