// CREDIT_CARD: Luhn, and a number range that an issuer has. Short and old ranges without a word such as "card" before
// are less sure.
#include <array>

#include "pii/ascii.h"
#include "pii/candidate.h"
#include "pii/checksum.h"
#include "pii/groups.h"

namespace signalbox::pii {
namespace {

// First digits (as many as `low` has), and the lengths that the network gives out. Sources: ISO/IEC 7812 ranges as the
// networks publish them (Visa, Mastercard 2017 2-series, American Express, Discover, Diners Club, JCB, UnionPay,
// Maestro, Mir, RuPay, Troy).
struct Range {
  std::string_view low;
  std::string_view high;
  std::size_t shortest;
  std::size_t longest;
  bool alone;  // sure without a context word
};
constexpr std::array<Range, 26> kRanges{{
    {"4", "4", 16, 16, true},       {"4", "4", 13, 13, false},          {"4", "4", 19, 19, false},
    {"51", "55", 16, 16, true},     {"2221", "2720", 16, 16, true},     {"34", "34", 15, 15, true},
    {"37", "37", 15, 15, true},     {"6011", "6011", 16, 19, true},     {"644", "649", 16, 19, true},
    {"65", "65", 16, 19, true},     {"622126", "622925", 16, 19, true}, {"300", "305", 14, 14, true},
    {"3095", "3095", 14, 14, true}, {"36", "36", 14, 14, true},         {"38", "39", 14, 14, true},
    {"3528", "3589", 16, 19, true}, {"2131", "2131", 15, 15, false},    {"1800", "1800", 15, 15, false},
    {"62", "62", 16, 19, true},     {"50", "50", 12, 19, false},        {"56", "58", 12, 19, false},
    {"63", "63", 12, 19, false},    {"67", "67", 12, 19, false},        {"2200", "2204", 16, 19, true},
    {"60", "60", 12, 19, false},    {"9792", "9792", 16, 16, true},
}};

enum class Issuer : std::uint8_t { none, weak, strong };

Issuer issuer_of(std::string_view digits) {
  Issuer best = Issuer::none;
  for (const Range& range : kRanges) {
    const std::string_view first = digits.substr(0, range.low.size());
    if (first < range.low || first > range.high) continue;
    if (digits.size() < range.shortest || digits.size() > range.longest) continue;
    if (range.alone) return Issuer::strong;
    best = Issuer::weak;
  }
  return best;
}

// Cards are printed 4-4-4-4(-3), 4-6-5 and 4-6-4; 12 to 19 digits in groups of four, the last one shorter.
bool plausible(const Groups& groups, std::size_t count) {
  if (count == 1) return true;
  if (groups.sizes({4, 6, 5}) || groups.sizes({4, 6, 4})) return count == 3;
  for (std::size_t i = 0; i < count; ++i) {
    const bool last = i + 1 == count;
    if (groups.groups[i].size != 4 && !(last && groups.groups[i].size < 4)) return false;
    if (i > 1 && groups.groups[i].separator != groups.groups[1].separator) return false;
  }
  return true;
}

bool same_digit(std::string_view digits) {
  return digits.find_first_not_of(digits.front()) == std::string_view::npos;
}

double score_of(std::string_view digits, const Place& place) {
  if (!luhn(digits) || same_digit(digits)) return 0;
  const Issuer issuer = issuer_of(digits);
  const Topic nearest = place.context().nearest;
  if (nearest == Topic::card || place.context().has(Topic::card)) return issuer == Issuer::none ? 0.95 : 1;
  if (issuer == Issuer::none || nearest == Topic::other || nearest == Topic::version) return 0;
  return issuer == Issuer::strong ? 0.9 : 0.6;
}

}  // namespace

void find_cards(const Place& place) {
  constexpr std::size_t kShortest = 12;
  constexpr std::size_t kLongest = 19;
  const std::size_t size = place.token.size();
  if (size > kLongest || (size < kShortest && (size != 4 || !place.grouped()))) return;
  if (!place.sink.wants(Type::credit_card) || !free_left(place.text, place.token.begin)) return;
  const Groups groups = read_groups(place.text, place.token.begin, " -");
  for (std::size_t count = groups.count; count > 0; --count) {
    const Groups::Group& last = groups.groups[count - 1];
    if (last.total < kShortest || last.total > kLongest) continue;
    if (!plausible(groups, count) || !free_right(place.text, last.end)) continue;
    const double score = score_of(groups.digits(last.total), place);
    if (score > 0) return place.sink.add(Type::credit_card, place.token.begin, last.end, score, "luhn");
  }
}

}  // namespace signalbox::pii
