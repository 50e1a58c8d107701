// US_SSN and US_DRIVER_LICENSE. Neither has a check digit: an SSN stands in its form or after its name, a licence only
// after its name.
#include "pii/ascii.h"
#include "pii/candidate.h"
#include "pii/groups.h"

namespace signalbox::pii {
namespace {

// SSA: no area 000, 666 or 900 to 999 (those are ITINs), no group 00, no serial 0000; and the number that was printed
// on cards in wallets, and those that are reserved for advertising.
bool could_be_ssn(std::string_view digits) {
  const std::string_view area = digits.substr(0, 3);
  if (area == "000" || area == "666" || area[0] == '9') return false;
  if (digits.substr(3, 2) == "00" || digits.substr(5) == "0000") return false;
  return digits != "078051120" && digits != "123456789" &&
         digits.find_first_not_of(digits[0]) != std::string_view::npos;
}

void find_ssn(const Place& place) {
  const std::size_t size = place.token.size();
  if ((size != 9 && (size != 3 || !place.grouped())) || !free_left(place.text, place.token.begin)) return;
  const Groups groups = read_groups(place.text, place.token.begin, "- .");
  const bool formatted = groups.sizes({3, 2, 4});
  if (!formatted && size != 9) return;
  const Groups::Group& last = groups.groups[formatted ? 2 : 0];
  if (last.total != 9 || !free_right(place.text, last.end) || !could_be_ssn(groups.digits(9))) return;
  const bool named = place.context().has(Topic::ssn);
  if (!named && (!formatted || groups.groups[1].separator != '-')) return;
  const double score = named ? 1 : place.context().nearest == Topic::other ? 0.4 : 0.9;
  place.sink.add(Type::us_ssn, place.token.begin, last.end, score, "ssn");
}

// Forms differ by state and year: a token with five digits at least, of 6 to 16 characters, hyphens within.
void find_license(const Place& place) {
  if (!place.sink.wants(Type::us_driver_license) || !free_left(place.text, place.token.begin)) return;
  if (place.token.digits < 3 || place.token.size() > 16) return;
  const Context& context = place.context();
  if (!context.has(Topic::license) || !context.has(Topic::driver)) return;
  std::size_t end = place.token.begin;
  std::size_t digits = 0;
  while (end < place.text.size() && end - place.token.begin <= 20) {
    const char c = place.text[end];
    if (!is_alnum(c) && !(c == '-' && is_alnum(at(place.text, end + 1)))) break;
    digits += is_digit(c) ? 1 : 0;
    ++end;
  }
  const std::size_t size = end - place.token.begin;
  if (digits >= 5 && size >= 6 && size <= 20 && free_right(place.text, end)) {
    place.sink.add(Type::us_driver_license, place.token.begin, end, 0.9, "driver_license");
  }
}

}  // namespace

void find_us_numbers(const Place& place) {
  if (place.token.only_digits() && place.sink.wants(Type::us_ssn)) find_ssn(place);
  find_license(place);
}

}  // namespace signalbox::pii
