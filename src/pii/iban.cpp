// IBAN_CODE: the country's length, and mod 97 (ISO 13616).
#include <array>
#include <string>

#include "pii/ascii.h"
#include "pii/candidate.h"
#include "pii/checksum.h"

namespace signalbox::pii {
namespace {

struct Length {
  std::string_view country;
  std::size_t length;
};
// SWIFT IBAN registry, release 99.
constexpr std::array<Length, 89> kLengths{{
    {"AD", 24}, {"AE", 23}, {"AL", 28}, {"AT", 20}, {"AZ", 28}, {"BA", 20}, {"BE", 16}, {"BG", 22}, {"BH", 22},
    {"BI", 27}, {"BR", 29}, {"BY", 28}, {"CH", 21}, {"CR", 22}, {"CY", 28}, {"CZ", 24}, {"DE", 22}, {"DJ", 27},
    {"DK", 18}, {"DO", 28}, {"EE", 20}, {"EG", 29}, {"ES", 24}, {"FI", 18}, {"FK", 18}, {"FO", 18}, {"FR", 27},
    {"GB", 22}, {"GE", 22}, {"GI", 23}, {"GL", 18}, {"GR", 27}, {"GT", 28}, {"HN", 28}, {"HR", 21}, {"HU", 28},
    {"IE", 22}, {"IL", 23}, {"IQ", 23}, {"IS", 26}, {"IT", 27}, {"JO", 30}, {"KW", 30}, {"KZ", 20}, {"LB", 28},
    {"LC", 32}, {"LI", 21}, {"LT", 20}, {"LU", 20}, {"LV", 21}, {"LY", 25}, {"MC", 27}, {"MD", 24}, {"ME", 22},
    {"MK", 19}, {"MN", 20}, {"MR", 27}, {"MT", 31}, {"MU", 30}, {"NI", 28}, {"NL", 18}, {"NO", 15}, {"OM", 23},
    {"PK", 24}, {"PL", 28}, {"PS", 29}, {"PT", 25}, {"QA", 29}, {"RO", 24}, {"RS", 22}, {"RU", 33}, {"SA", 24},
    {"SC", 31}, {"SD", 18}, {"SE", 24}, {"SI", 19}, {"SK", 24}, {"SM", 27}, {"SO", 23}, {"ST", 25}, {"SV", 28},
    {"TL", 23}, {"TN", 24}, {"TR", 26}, {"UA", 29}, {"VA", 22}, {"VG", 24}, {"XK", 20}, {"YE", 30},
}};

std::size_t length_of(char first, char second) {
  for (const Length& entry : kLengths) {
    if (entry.country[0] == to_upper(first) && entry.country[1] == to_upper(second)) return entry.length;
  }
  return 0;
}

// Letters and digits from `begin`, single blanks and hyphens between them skipped. The end in the text, or 0.
std::size_t read(std::string_view text, std::size_t begin, std::size_t length, std::string& alnum) {
  std::size_t i = begin;
  while (i < text.size() && alnum.size() < length) {
    if (is_alnum(text[i])) {
      alnum += text[i];
    } else if ((text[i] != ' ' && text[i] != '-') || !is_alnum(at(text, i + 1))) {
      return 0;
    }
    ++i;
  }
  return alnum.size() == length ? i : 0;
}

}  // namespace

void find_iban(const Place& place) {
  const std::string_view text = place.text;
  const std::size_t begin = place.token.begin;
  if (place.token.size() < 4 || !is_alpha(text[begin]) || !is_alpha(text[begin + 1])) return;
  if (!is_digit(text[begin + 2]) || !is_digit(text[begin + 3]) || !free_left(text, begin)) return;
  const std::size_t length = length_of(text[begin], text[begin + 1]);
  if (length == 0) return;
  std::string alnum;
  const std::size_t end = read(text, begin, length, alnum);
  if (end == 0 || !free_right(text, end)) return;
  const std::string_view view = alnum;
  if (mod97(view.substr(0, 4), mod97(view.substr(4))) == 1) place.sink.add(Type::iban_code, begin, end, 1, "mod97");
}

}  // namespace signalbox::pii
