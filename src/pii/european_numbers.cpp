// National numbers of Germany, France and Spain.
#include <algorithm>
#include <array>
#include <string>

#include "pii/ascii.h"
#include "pii/candidate.h"
#include "pii/checksum.h"
#include "pii/groups.h"

namespace signalbox::pii {
namespace {

// § 139b AO: of the first ten digits one occurs twice or three times, the others once at most; no leading zero; ISO
// 7064.
bool is_tax_id(std::string_view digits) {
  if (digits[0] == '0' || !mod11_10(digits)) return false;
  std::array<int, 10> counts{};
  for (const char c : digits.substr(0, 10)) ++counts[static_cast<std::size_t>(c - '0')];
  const auto repeated = std::count_if(counts.begin(), counts.end(), [](int n) { return n > 1; });
  return repeated == 1 && *std::max_element(counts.begin(), counts.end()) <= 3;
}

void find_tax_id(const Place& place) {
  const std::size_t size = place.token.size();
  if ((size != 11 && (size != 2 || !place.grouped())) || !free_left(place.text, place.token.begin)) return;
  const Groups groups = read_groups(place.text, place.token.begin, " ");
  const bool formatted = groups.sizes({2, 3, 3, 3});
  const Groups::Group& last = groups.groups[formatted ? 3 : 0];
  if (last.total != 11 || !free_right(place.text, last.end) || !is_tax_id(groups.digits(11))) return;
  const double score = place.context().has(Topic::tax) ? 1 : place.context().nearest == Topic::other ? 0.4 : 0.8;
  place.sink.add(Type::de_tax_id, place.token.begin, last.end, score, "mod11_10");
}

// Nine characters without vowels and their check digit (weights 7, 3, 1). Without its name it would be any product key.
void find_id_card(const Place& place) {
  constexpr std::string_view kLetters = "CFGHJKLMNPRTVWXYZ";
  if (place.token.size() != 10 || !free_left(place.text, place.token.begin)) return;
  const std::string_view word = place.word();
  const auto known = [&](char c) { return is_digit(c) || kLetters.find(c) != std::string_view::npos; };
  if (kLetters.find(word[0]) == std::string_view::npos || !all_of(word, known) || !is_digit(word[9])) return;
  if (icao_digit(word.substr(0, 9)) != word[9] - '0' || !free_right(place.text, place.token.end)) return;
  if (!place.context().has(Topic::id_card) && !place.context().has(Topic::passport)) return;
  place.sink.add(Type::de_id_card, place.token.begin, place.token.end, 1, "icao_731");
}

int two_digits(std::string_view text) {
  return (text[0] - '0') * 10 + (text[1] - '0');
}

// INSEE: sex 1 to 4, 7 or 8; month 1 to 12 or from 20 for an unknown one; department, where 2A and 2B (Corsica) count
// as 19 and 18; key = 97 - n mod 97.
bool is_nir(std::string_view fifteen) {
  constexpr std::string_view kSex = "123478";
  if (kSex.find(fifteen[0]) == std::string_view::npos) return false;
  const int month = two_digits(fifteen.substr(3));
  if (month < 1 || (month > 12 && month < 20) || (month > 42 && month < 50)) return false;
  std::string digits(fifteen.substr(0, 13));
  if (digits[5] == '2' && is_alpha(digits[6])) {
    const char letter = to_upper(digits[6]);
    if (letter != 'A' && letter != 'B') return false;
    digits[5] = '1';
    digits[6] = letter == 'A' ? '9' : '8';
  }
  const std::string_view key = fifteen.substr(13);
  if (!all_of(digits, is_digit) || !all_of(key, is_digit)) return false;
  return 97 - mod97(digits) == two_digits(key);
}

// "1 85 05 78 006 084 36" or without blanks.
void find_nir(const Place& place) {
  const std::size_t size = place.token.size();
  if ((size != 13 && size != 15 && (size != 1 || !place.grouped())) || !is_digit(place.text[place.token.begin])) return;
  if (!free_left(place.text, place.token.begin)) return;
  constexpr std::array<std::size_t, 7> kEnds{1, 3, 5, 7, 10, 13, 15};
  std::string fifteen;
  std::size_t i = place.token.begin;
  while (i < place.text.size() && fifteen.size() < 15) {
    if (is_alnum(place.text[i])) {
      fifteen += place.text[i];
    } else if (place.text[i] != ' ' || std::find(kEnds.begin(), kEnds.end(), fifteen.size()) == kEnds.end()) {
      return;
    }
    ++i;
  }
  if (fifteen.size() != 15 || !all_of(std::string_view(fifteen).substr(0, 5), is_digit)) return;
  if (is_nir(fifteen) && free_right(place.text, i)) place.sink.add(Type::fr_nir, place.token.begin, i, 1, "nir97");
}

char dni_letter(int number) {
  return std::string_view("TRWAGMYFPDXBNJZSQVHLCKE")[static_cast<std::size_t>(number % 23)];
}

int number_of(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

// Eight digits and their letter, "12345678Z" or "12345678-Z"; a NIE begins with X, Y or Z for 0, 1 or 2.
void find_spanish(const Place& place) {
  std::size_t end = place.token.end;
  std::string word(place.word());
  if (word.size() == 8 && at(place.text, end) == '-' && is_alpha(at(place.text, end + 1))) {
    word += place.text[end + 1];
    end += 2;
  }
  if (word.size() != 9 || !is_alpha(word[8]) || !all_of(std::string_view(word).substr(1, 7), is_digit)) return;
  if (!free_left(place.text, place.token.begin) || !free_right(place.text, end)) return;
  const char first = to_upper(word[0]);
  const bool foreign = first >= 'X' && first <= 'Z';
  if (!foreign && !is_digit(first)) return;
  const int number = (foreign ? first - 'X' : first - '0') * 10000000 + number_of(std::string_view(word).substr(1, 7));
  if (dni_letter(number) != to_upper(word[8])) return;
  const bool named = place.context().has(Topic::id_card);
  if (!named && (!is_upper(word[8]) || (foreign && !is_upper(word[0])))) return;
  place.sink.add(foreign ? Type::es_nie : Type::es_nif, place.token.begin, end, named ? 1 : 0.85, "dni_mod23");
}

}  // namespace

void find_european_numbers(const Place& place) {
  if (place.token.only_digits()) find_tax_id(place);
  find_id_card(place);
  find_nir(place);
  find_spanish(place);
}

}  // namespace signalbox::pii
