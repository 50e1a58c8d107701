// DATE_OF_BIRTH: a date behind a word of birth. AGE: a number that the words around call one.
#include <array>

#include "pii/ascii.h"
#include "pii/candidate.h"
#include "pii/date.h"

namespace signalbox::pii {
namespace {

// A separator or a blank behind it; the shapes are date.h's.
bool may_begin_date(const Place& place) {
  const char next = at(place.text, place.token.end);
  return next == '-' || next == '/' || next == '.' || next == ' ' || next == ',' || !place.token.only_digits();
}

void find_date_of_birth(const Place& place) {
  if (!place.sink.wants(Type::date_of_birth) || !is_digit(place.text[place.token.begin])) return;
  if (!free_left(place.text, place.token.begin) || !may_begin_date(place) || !place.context().has(Topic::birth)) return;
  std::size_t begin = place.token.begin;
  std::optional<std::size_t> end = date_end(place.text, begin);
  if (!end) {
    const auto month = month_before(place.text, begin);
    if (!month || place.token.digits > 2) return;
    // "April 16, 1990" reads as "16 April 1990" with the year behind the day.
    std::size_t year = place.token.end;
    while (year < place.text.size() && year - place.token.end < 4 && !is_digit(place.text[year])) ++year;
    std::size_t year_end = year;
    while (is_digit(at(place.text, year_end)) && year_end - year < 5) ++year_end;
    if (year_end - year != 4) return;
    begin = *month;
    end = year_end;
  }
  if (is_alnum(at(place.text, *end))) return;
  place.sink.add(Type::date_of_birth, begin, *end, 0.95, "date_of_birth");
}

bool says_years(std::string_view after) {
  constexpr std::array<std::string_view, 12> kYears{"-year-old",  " year old",      " years old", "-years-old",
                                                    " y/o",       " yo ",           " yr old",    " yrs old",
                                                    " jahre alt", "-j\xC3\xA4hrig", " ans ",      " a\xC3\xB1os "};
  for (const std::string_view words : kYears) {
    if (equal_caseless(after.substr(0, words.size()), words)) return true;
  }
  return false;
}

void find_age(const Place& place) {
  const std::size_t size = place.token.size();
  if (!place.sink.wants(Type::age) || !place.token.only_digits() || size > 3) return;
  if (!free_left(place.text, place.token.begin)) return;
  int age = 0;
  for (const char c : place.word()) age = age * 10 + (c - '0');
  if (age < 1 || age > 120) return;
  const std::string_view after = place.text.substr(place.token.end, 16);
  const bool years = says_years(after);
  if (!years && !free_right(place.text, place.token.end)) return;
  if (!years && (place.context().nearest != Topic::age || place.context().distance > 2 || after.starts_with("%") ||
                 after.starts_with(":")))
    return;
  place.sink.add(Type::age, place.token.begin, place.token.end, years ? 0.9 : 0.7, "age");
}

}  // namespace

void find_birth(const Place& place) {
  if (place.token.size() > 4) return;
  find_date_of_birth(place);
  find_age(place);
}

}  // namespace signalbox::pii
