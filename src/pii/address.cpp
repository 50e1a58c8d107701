// STREET_ADDRESS: a house number beside a word for a street, flats and suites, post boxes. ZIP_CODE: behind its word,
// or in a form of its own. Both find what is written plainly; the rest is a model's.
#include <algorithm>
#include <array>

#include "pii/ascii.h"
#include "pii/candidate.h"

namespace signalbox::pii {
namespace {

using std::string_view_literals::operator""sv;

struct Word {
  std::size_t begin = 0;
  std::size_t end = 0;  // without a dot behind it
};

bool in_word(char c) {
  return is_alnum(c) || is_high(c) || c == '\'' || c == '-';
}

std::string_view of(std::string_view text, const Word& word) {
  return text.substr(word.begin, word.end - word.begin);
}

// The word behind the blank at `pos` (a dot before the blank is skipped); empty where something else stands.
Word word_after(std::string_view text, std::size_t pos) {
  std::size_t i = pos;
  if (at(text, i) == '.') ++i;
  if (at(text, i) != ' ' || !in_word(at(text, i + 1))) return {pos, pos};
  Word word{i + 1, i + 1};
  while (word.end - word.begin < 32 && in_word(at(text, word.end))) ++word.end;
  return word;
}

Word word_before(std::string_view text, std::size_t pos) {
  std::size_t i = pos;
  if (before(text, i) != ' ') return {pos, pos};
  --i;
  if (before(text, i) == '.') --i;
  Word word{i, i};
  while (word.begin > 0 && word.end - word.begin < 32 && in_word(text[word.begin - 1])) --word.begin;
  return word;
}

template <std::size_t N>
bool one_of(std::string_view word, const std::array<std::string_view, N>& list) {
  return std::any_of(list.begin(), list.end(), [&](std::string_view entry) { return equal_caseless(entry, word); });
}

// Behind the name: "1668 Glyn St".
constexpr std::array<std::string_view, 36> kBehind{
    "street", "st",        "avenue",  "ave",   "road",    "rd",      "drive",   "dr",       "lane",
    "ln",     "boulevard", "blvd",    "court", "ct",      "way",     "place",   "pl",       "terrace",
    "square", "sq",        "highway", "hwy",   "parkway", "pkwy",    "circle",  "crescent", "close",
    "trail",  "alley",     "row",     "mews",  "grove",   "gardens", "streets", "squares",  "utca"};
// Before the name: "12 rue de la Paix", "Via Franscini 71".
constexpr std::array<std::string_view, 22> kBefore{
    "rue",    "avenue", "boulevard", "place", "chemin", "quai",   "impasse", "via", "viale", "piazza", "corso",
    "vicolo", "calle",  "avenida",   "plaza", "paseo",  "carrer", "rua",     "ul",  "ulica", "aleja",  "travessa"};
// At the end of a compound: "Hauptstraße 5", "Puruntie 82".
constexpr std::array<std::string_view, 29> kEndings{
    "stra\xC3\x9F"
    "e",
    "strasse",
    "str",
    "gasse",
    "weg",
    "allee",
    "platz",
    "damm",
    "ufer",
    "straat",
    "laan",
    "plein",
    "vej",
    "vejen",
    "gade",
    "gaden",
    "gata",
    "gatan",
    "v\xC3\xA4gen",
    "veien",
    "vegen",
    "gate",
    "tie",
    "katu",
    "kuja",
    "str\xC3\xA6ti",
    "stigen",
    "bakken",
    "kade"};

// Nothing that a sentence is made of: a name begins with a capital (or a letter beyond ASCII) or is a number's ordinal.
bool is_name(std::string_view word) {
  return is_upper(word.front()) || is_high(word.front()) || is_digit(word.front());
}

bool is_particle(std::string_view word) {
  constexpr std::array<std::string_view, 12> kParticles{"de",  "la",    "le",  "les", "des", "du",
                                                        "del", "della", "dei", "di",  "da",  "of"};
  return one_of(word, kParticles);
}

bool is_compound(std::string_view word) {
  return is_name(word) && std::any_of(kEndings.begin(), kEndings.end(), [&](std::string_view ending) {
           return word.size() >= ending.size() + 3 && equal_caseless(word.substr(word.size() - ending.size()), ending);
         });
}

constexpr std::array<std::string_view, 6> kFlats{"apt", "apartment", "suite", "ste", "unit", "flat"};

// "Apt. 595", ", Suite 501" behind an address: the end behind it, or `end`.
std::size_t flat_end(std::string_view text, std::size_t end) {
  std::size_t i = end;
  if (at(text, i) == '.' || at(text, i) == ',') ++i;
  const Word word = word_after(text, i);
  if (!one_of(of(text, word), kFlats)) return end;
  const Word number = word_after(text, word.end);
  return number.end > number.begin && is_digit(text[number.begin]) ? number.end : end;
}

void add(const Place& place, std::size_t begin, std::size_t end, double score, std::string_view validator) {
  place.sink.add(Type::street_address, begin, flat_end(place.text, end), score, validator);
}

// From a house number: up to four words to the one that means a street.
void number_first(const Place& place) {
  std::size_t pos = place.token.end;
  std::size_t names = 0;
  for (int i = 0; i < 5; ++i) {
    const Word word = word_after(place.text, pos);
    if (word.begin == word.end) return;
    const std::string_view said = of(place.text, word);
    if (names > 0 && one_of(said, kBehind)) return add(place, place.token.begin, word.end, 0.85, "street");
    if (i == 0 && one_of(said, kBefore)) {
      std::size_t end = word.end;
      for (int k = 0; k < 4; ++k) {
        const Word next = word_after(place.text, end);
        if (next.begin == next.end) break;
        const std::string_view name = of(place.text, next);
        if ((!is_name(name) && !is_particle(name)) || one_of(name, kFlats)) break;
        end = next.end;
        names += is_name(name) ? 1 : 0;
      }
      if (names > 0) add(place, place.token.begin, end, 0.85, "street");
      return;
    }
    if (!is_name(said) && !is_particle(said)) return;
    names += is_name(said) ? 1 : 0;
    pos = word.end;
  }
}

// To a house number: a compound, or a name with the word for a street before it.
void number_last(const Place& place) {
  const Word last = word_before(place.text, place.token.begin);
  if (last.begin == last.end) return;
  if (is_compound(of(place.text, last))) return add(place, last.begin, place.token.end, 0.85, "street");
  Word word = last;
  for (int i = 0; i < 4; ++i) {
    const std::string_view said = of(place.text, word);
    if (i > 0 && one_of(said, kBefore)) return add(place, word.begin, place.token.end, 0.8, "street");
    if (!is_name(said) && !is_particle(said)) return;
    word = word_before(place.text, word.begin);
    if (word.begin == word.end) return;
  }
}

// "Apt. 595", "P.O. Box 149", "PSC 1437, Box 3833".
void box_or_flat(const Place& place) {
  constexpr std::array<std::string_view, 4> kAlone{"apt", "apartment", "suite", "postfach"};
  const Word word = word_before(place.text, place.token.begin);
  if (one_of(of(place.text, word), kAlone) && is_upper(place.text[word.begin])) {
    return place.sink.add(Type::street_address, word.begin, place.token.end, 0.7, "flat");
  }
  if (!equal_caseless(of(place.text, word), "box")) return;
  const std::string_view ahead = place.text.substr(0, word.begin);
  for (const std::string_view post : {"P.O. "sv, "PO "sv, "P.O "sv, "p.o. "sv, "po "sv, "Po "sv}) {
    if (ahead.ends_with(post)) {
      return place.sink.add(Type::street_address, word.begin - post.size(), place.token.end, 0.9, "post_box");
    }
  }
}

void find_street(const Place& place) {
  const std::size_t size = place.token.size();
  const bool number = place.token.only_digits() ? size <= 6 : size <= 5 && place.token.digits + 1 == size;
  if (!number || !is_digit(place.text[place.token.begin]) || !free_left(place.text, place.token.begin)) return;
  if (!is_alnum(at(place.text, place.token.end))) number_first(place);
  if (!free_right(place.text, place.token.end)) return;
  number_last(place);
  box_or_flat(place);
}

// UK ("SW1A 1AA") and Canada ("K1A 0B1"): forms of their own.
bool is_post_code(std::string_view outward, std::string_view inward) {
  if (inward.size() != 3 || outward.size() < 2 || outward.size() > 4) return false;
  const auto upper = [](char c) { return is_upper(c); };
  if (is_digit(inward[0]) && upper(inward[1]) && upper(inward[2])) {
    const std::size_t letters = upper(outward[1]) ? 2 : 1;
    if (!upper(outward[0]) || outward.size() <= letters || outward.size() > letters + 2) return false;
    return is_digit(outward[letters]) &&
           (outward.size() == letters + 1 || is_digit(outward.back()) || upper(outward.back()));
  }
  const bool canada = outward.size() == 3 && upper(outward[0]) && is_digit(outward[1]) && upper(outward[2]);
  return canada && is_digit(inward[0]) && upper(inward[1]) && is_digit(inward[2]);
}

void find_zip(const Place& place) {
  const std::size_t begin = place.token.begin;
  if (place.token.size() > 6 || !free_left(place.text, begin)) return;
  const char gap = at(place.text, place.token.end);
  Word second{place.token.end, place.token.end};
  if (gap == ' ' || gap == '-') {
    second = {place.token.end + 1, place.token.end + 1};
    while (second.end - second.begin < 5 && is_alnum(at(place.text, second.end))) ++second.end;
    if (is_alnum(at(place.text, second.end))) second.end = second.begin;
  }
  const std::string_view inward = of(place.text, second);
  if (gap == ' ' && is_post_code(place.word(), inward)) {
    return place.sink.add(Type::zip_code, begin, second.end, 0.8, "post_code");
  }
  if (place.context().nearest != Topic::zip || place.context().distance > 3 || place.token.digits < 3) return;
  const bool more = inward.size() >= 2 && all_of(inward, [](char c) { return is_digit(c) || is_upper(c); });
  const std::size_t end = more ? second.end : place.token.end;
  if (free_right(place.text, end)) place.sink.add(Type::zip_code, begin, end, 0.8, "zip_word");
}

}  // namespace

void find_address(const Place& place) {
  if (place.token.size() > 6) return;
  if (place.sink.wants(Type::street_address)) find_street(place);
  if (place.sink.wants(Type::zip_code)) find_zip(place);
}

}  // namespace signalbox::pii
