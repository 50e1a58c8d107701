// UK_NINO and UK_NHS.
#include <algorithm>
#include <array>
#include <string>

#include "pii/ascii.h"
#include "pii/candidate.h"
#include "pii/checksum.h"
#include "pii/groups.h"

namespace signalbox::pii {
namespace {

// HMRC NIM39110: neither letter of the prefix is D, F, I, Q, U or V, the second not O; some prefixes are not given out.
bool nino_prefix(char first, char second) {
  constexpr std::array<std::string_view, 7> kNever{"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"};
  constexpr std::string_view kNoLetter = "DFIQUV";
  if (kNoLetter.find(first) != std::string_view::npos || kNoLetter.find(second) != std::string_view::npos) return false;
  if (second == 'O') return false;
  const std::array<char, 2> prefix{first, second};
  return std::find(kNever.begin(), kNever.end(), std::string_view(prefix.data(), 2)) == kNever.end();
}

// Where the nine characters from `begin` end, single blanks or hyphens between the pairs; 0: there are none.
std::size_t read_nino(std::string_view text, std::size_t begin, std::string& nine) {
  std::size_t i = begin;
  while (i < text.size() && nine.size() < 9) {
    const bool between = nine.size() >= 2 && nine.size() % 2 == 0;
    if (is_alnum(text[i])) {
      nine += text[i];
    } else if (!between || (text[i] != ' ' && text[i] != '-') || !is_alnum(before(text, i))) {
      return 0;
    }
    ++i;
  }
  return nine.size() == 9 ? i : 0;
}

void find_nino(const Place& place) {
  std::size_t begin = place.token.begin;
  // "QQ 12 34 56 C": the scan stops at the first digits; the letters stand before.
  if (place.token.only_digits()) {
    if (place.token.size() % 2 != 0 || place.token.size() > 6 || begin < 3) return;
    const char gap = place.text[begin - 1];
    if ((gap != ' ' && gap != '-') || !is_alpha(place.text[begin - 2]) || !is_alpha(place.text[begin - 3])) return;
    begin -= 3;
  } else if (!is_alpha(place.text[begin]) || !is_alpha(at(place.text, begin + 1))) {
    return;
  }
  if (!free_left(place.text, begin)) return;
  std::string nine;
  const std::size_t end = read_nino(place.text, begin, nine);
  if (end == 0 || !free_right(place.text, end)) return;
  const std::string_view view = nine;
  if (!all_of(view.substr(0, 2), is_alpha) || !all_of(view.substr(2, 6), is_digit) || !is_alpha(view[8])) return;
  const bool named = place.context().has(Topic::insurance);
  if (!named && !(is_upper(view[0]) && is_upper(view[1]) && is_upper(view[8]))) return;
  const char suffix = to_upper(view[8]);
  if (suffix < 'A' || suffix > 'D' || !nino_prefix(to_upper(view[0]), to_upper(view[1]))) return;
  place.sink.add(Type::uk_nino, begin, end, named ? 1 : 0.85, "nino");
}

// Ten digits look like a phone number, so the word has to stand there.
void find_nhs(const Place& place) {
  const std::size_t size = place.token.size();
  if (!place.token.only_digits() || (size != 10 && (size != 3 || !place.grouped())) ||
      !free_left(place.text, place.token.begin))
    return;
  if (!place.context().has(Topic::nhs)) return;
  const Groups groups = read_groups(place.text, place.token.begin, " -");
  const bool formatted = groups.sizes({3, 3, 4});
  const Groups::Group& last = groups.groups[formatted ? 2 : 0];
  if (last.total != 10 || !free_right(place.text, last.end) || !nhs_check(groups.digits(10))) return;
  place.sink.add(Type::uk_nhs, place.token.begin, last.end, 1, "nhs_mod11");
}

}  // namespace

void find_uk_numbers(const Place& place) {
  if (place.sink.wants(Type::uk_nino)) find_nino(place);
  if (place.sink.wants(Type::uk_nhs)) find_nhs(place);
}

}  // namespace signalbox::pii
