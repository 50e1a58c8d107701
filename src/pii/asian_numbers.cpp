// National numbers of India and China.
#include "pii/ascii.h"
#include "pii/candidate.h"
#include "pii/checksum.h"
#include "pii/date.h"
#include "pii/groups.h"

namespace signalbox::pii {
namespace {

// UIDAI: twelve digits, the first one 2 to 9, Verhoeff. Twelve digits by themselves are anything; in groups of four, or
// after the name, they are an Aadhaar number.
void find_aadhaar(const Place& place) {
  const std::size_t size = place.token.size();
  if ((size != 12 && (size != 4 || !place.grouped())) || place.text[place.token.begin] < '2') return;
  if (!free_left(place.text, place.token.begin)) return;
  const Groups groups = read_groups(place.text, place.token.begin, " -");
  const bool formatted = groups.count == 3 && groups.sizes({4, 4, 4});
  const Groups::Group& last = groups.groups[formatted ? 2 : 0];
  if (last.total != 12 || !free_right(place.text, last.end) || !verhoeff(groups.digits(12))) return;
  // The last three of four groups are no number of their own.
  const bool tail = before(place.text, place.token.begin) == ' ' && is_digit(before(place.text, place.token.begin - 1));
  if (tail) return;
  const bool named = place.context().has(Topic::aadhaar);
  if (!named && (!formatted || place.context().nearest == Topic::other)) return;
  place.sink.add(Type::in_aadhaar, place.token.begin, last.end, named ? 1 : 0.8, "verhoeff");
}

// Five letters, the fourth of which is the kind of holder, four digits, a letter. Its check letter is not published.
void find_pan(const Place& place) {
  constexpr std::string_view kHolders = "ABCFGHJLPT";
  if (place.token.size() != 10 || !free_left(place.text, place.token.begin)) return;
  const std::string_view word = place.word();
  if (!all_of(word.substr(0, 5), is_alpha) || !all_of(word.substr(5, 4), is_digit) || !is_alpha(word[9])) return;
  if (kHolders.find(to_upper(word[3])) == std::string_view::npos || word.substr(5, 4) == "0000") return;
  if (!free_right(place.text, place.token.end)) return;
  const bool named = place.context().has(Topic::pan);
  const bool upper = all_of(word, [](char c) { return !is_lower(c); });
  if (!named && (!upper || place.context().nearest == Topic::other)) return;
  place.sink.add(Type::in_pan, place.token.begin, place.token.end, named ? 1 : 0.8, "pan");
}

// GB 11643: region (11 to 82), date of birth, order, ISO 7064 mod 11-2.
void find_resident_id(const Place& place) {
  if (place.token.size() != 18 || !free_left(place.text, place.token.begin)) return;
  const std::string_view word = place.word();
  const char last = word[17];
  if (!all_of(word.substr(0, 17), is_digit) || (!is_digit(last) && last != 'X' && last != 'x')) return;
  if (word[0] < '1' || word[0] > '8' || !is_date(word.substr(6, 8)) || !mod11_2(word)) return;
  if (!free_right(place.text, place.token.end)) return;
  place.sink.add(Type::cn_resident_id, place.token.begin, place.token.end, 1, "mod11_2");
}

}  // namespace

void find_asian_numbers(const Place& place) {
  if (place.token.only_digits()) find_aadhaar(place);
  find_pan(place);
  find_resident_id(place);
}

}  // namespace signalbox::pii
