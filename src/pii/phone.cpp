// PHONE_NUMBER: what libphonenumber's numbering plans allow behind a calling code; the North American form; a national
// number with its trunk prefix; and any plausible digits behind a word such as "phone".
#include <algorithm>
#include <array>

#include "pii/ascii.h"
#include "pii/candidate.h"
#include "pii/date.h"
#include "pii/phone_plans.h"

namespace signalbox::pii {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::size_t kFewest = 7;
constexpr std::size_t kMost = 15;  // E.164, without the calling prefix "00"

struct Group {
  std::size_t total = 0;  // digits up to here
  std::size_t size = 0;
  std::size_t end = 0;  // in the text
};

struct Dialled {
  std::array<char, kMost + 2> storage{};
  std::array<Group, 10> groups{};
  std::size_t count = 0;
  bool only_blanks = true;  // between the groups
  bool parenthesis = false;

  std::string_view digits(std::size_t group) const { return {storage.data(), groups[group].total}; }
  bool sizes(std::size_t first, std::size_t a, std::size_t b, std::size_t c) const {
    return count >= first + 3 && groups[first].size == a && groups[first + 1].size == b && groups[first + 2].size == c;
  }
};

// Length of what may stand between two groups at `i`: " ", "-", ".", "/", ") ", " (", "(0)", "\u00A0"; 0: nothing does.
std::size_t separator_at(std::string_view text, std::size_t i) {
  constexpr std::string_view kFirst = " ().-/\xC2";
  if (i >= text.size() || kFirst.find(text[i]) == std::string_view::npos) return 0;
  if (text[i] == ' ' && is_digit(at(text, i + 1))) return 1;
  for (const std::string_view s :
       {" (0) ", " (0)", "(0)", ") ", ")-", ")", " (", "(", " - ", "-", ".", "/", "\xC2\xA0", " "}) {
    if (text.substr(i, s.size()) == s && is_digit(at(text, i + s.size()))) return s.size();
  }
  return 0;
}

// From the digit at `begin`: groups that fit as a whole.
Dialled read(std::string_view text, std::size_t begin) {
  Dialled number;
  std::size_t total = 0;
  std::size_t i = begin;
  while (number.count < number.groups.size()) {
    std::size_t end = i;
    while (is_digit(at(text, end)) && end - i <= number.storage.size()) ++end;
    const std::size_t size = end - i;
    if (size == 0 || total + size > number.storage.size()) break;
    for (std::size_t k = i; k < end; ++k) number.storage[total++] = text[k];
    number.groups[number.count++] = {total, size, end};
    const std::size_t gap = separator_at(text, end);
    if (gap == 0) break;
    const std::string_view separator = text.substr(end, gap);
    number.only_blanks = number.only_blanks && separator == " ";
    number.parenthesis = number.parenthesis || separator.find(')') != std::string_view::npos;
    i = end + gap;
  }
  return number;
}

// "x123", " ext. 123": the end behind it, or `end`.
std::size_t extension_end(std::string_view text, std::size_t end) {
  std::size_t i = end;
  if (at(text, i) == ' ') ++i;
  for (const std::string_view word : {"extension"sv, "ext."sv, "ext"sv, "x"sv}) {
    if (!equal_caseless(text.substr(i, word.size()), word)) continue;
    std::size_t first = i + word.size();
    if (at(text, first) == ' ') ++first;
    std::size_t last = first;
    while (last - first < 7 && is_digit(at(text, last))) ++last;
    if (last > first && last - first < 7 && !is_alnum(at(text, last))) return last;
  }
  return end;
}

// "655 437 108 office", "(mobile)": what a number is may stand behind it.
bool said_behind(std::string_view text, std::size_t end) {
  std::size_t i = end;
  while (i < text.size() && i - end < 2 && (text[i] == ' ' || text[i] == '(')) ++i;
  if (i == end) return false;
  constexpr std::array<std::string_view, 10> kWords{"office", "fax",  "mobile", "cell",  "phone",
                                                    "home",   "work", "tel",    "handy", "landline"};
  return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) {
    return equal_caseless(text.substr(i, word.size()), word) && !is_alnum(at(text, i + word.size()));
  });
}

class Judge {
 public:
  Judge(const Place& place, const Dialled& number, std::size_t begin, bool plus, bool area)
      : place_(place), number_(number), begin_(begin), plus_(plus), area_(area) {}

  void run() {
    for (std::size_t group = number_.count; group-- > 0;) {
      const std::size_t total = number_.groups[group].total;
      if (total < kFewest) return;
      const std::size_t plain_end = number_.groups[group].end;
      const std::size_t end = extension_end(place_.text, plain_end);
      if (end == plain_end && !free_right(place_.text, end)) continue;
      if (at(place_.text, end) == ':' && is_digit(at(place_.text, end + 1))) continue;
      const double score = score_of(group);
      if (score == 0) continue;
      return place_.sink.add(Type::phone_number, begin_, end, score, validator_);
    }
  }

 private:
  double score_of(std::size_t group) {
    const std::string_view digits = number_.digits(group);
    if (plus_ || digits.starts_with("00")) {
      validator_ = "calling_code";
      if (is_international(plus_ ? digits : digits.substr(2))) return plus_ ? 0.95 : said() ? 0.95 : 0.7;
    }
    if (digits.size() > kMost || denied()) return 0;
    if (const double score = north_american(group); score > 0) return score;
    if (const double score = with_trunk(group); score > 0) return score;
    return behind_word(group);
  }

  bool said() const { return place_.context().nearest == Topic::phone || place_.context().nearest == Topic::talk; }
  // The nearest word says that the number is something else.
  bool denied() const {
    const Topic nearest = place_.context().nearest;
    return nearest != Topic::none && nearest != Topic::number && nearest != Topic::address && nearest != Topic::birth &&
           nearest != Topic::age && nearest != Topic::zip && !said();
  }

  // 212-555-0123, (212) 555-0123, 212.555.0123, each also behind "1-". Area and exchange begin with 2 to 9.
  double north_american(std::size_t group) {
    const std::size_t first = number_.groups[0].size == 1 && number_.storage[0] == '1' ? 1 : 0;
    if (group != first + 2 || !number_.sizes(first, 3, 3, 4)) return 0;
    validator_ = "north_american";
    const std::string_view digits = number_.digits(group).substr(first);
    const bool exact = digits[0] >= '2' && digits[3] >= '2';
    if (said()) return 0.9;
    if (!exact) return 0;
    return number_.only_blanks && !number_.parenthesis ? 0.6 : 0.75;
  }

  // 0490 75 40 81, 0157/548 8912: three groups, or two that are not just blanks.
  double with_trunk(std::size_t group) {
    const std::string_view digits = number_.digits(group);
    if (digits[0] != '0' || digits[1] == '0' || number_.groups[0].size < 2 || digits.size() < 9) return 0;
    const char gap = at(place_.text, number_.groups[0].end);
    if (group == 0 || (group == 1 && gap != '-' && gap != '/')) return 0;
    if (!is_national_with_zero(digits)) return 0;
    validator_ = "trunk_prefix";
    return said() ? 0.9 : 0.6;
  }

  // Behind "phone" anything of a phone number's length; behind "call" or "number" only what is written in groups, as
  // by itself when the first one stands in parentheses.
  double behind_word(std::size_t group) {
    const std::size_t size = number_.digits(group).size();
    const Topic nearest = place_.context().nearest;
    const bool behind = group > 0 && said_behind(place_.text, number_.groups[group].end);
    if (!said() && nearest != Topic::number && !area_ && !behind) return 0;
    if (date_end(place_.text, place_.token.begin) == number_.groups[group].end || is_year_range(group)) return 0;
    validator_ = "phone_word";
    if (nearest == Topic::phone) return size <= 13 ? 0.9 : 0;
    if (group == 0 || size > 13 || (size < 8 && !said() && !behind)) return 0;
    return said() || behind ? 0.75 : 0.6;
  }

  // "1999-2001"
  bool is_year_range(std::size_t group) const {
    const std::string_view digits = number_.digits(group);
    const auto year = [](std::string_view d) { return d.starts_with("19") || d.starts_with("20"); };
    return group == 1 && digits.size() == 8 && number_.groups[0].size == 4 && year(digits) && year(digits.substr(4));
  }

  const Place& place_;
  const Dialled& number_;
  std::size_t begin_;
  bool plus_;
  bool area_;  // the first group stands in parentheses
  std::string_view validator_ = "phone";
};

// Whether the token goes on with a number that began before ("075 40" of "0490 075 40").
bool continues(std::string_view text, std::size_t begin) {
  std::size_t i = begin;
  while (i > 0 && begin - i < 2 && (text[i - 1] == ' ' || text[i - 1] == ')' || text[i - 1] == '(')) --i;
  return i < begin && i > 0 && is_digit(text[i - 1]);
}

}  // namespace

void find_phone(const Place& place) {
  if (!place.sink.wants(Type::phone_number) || (place.token.size() < kFewest && !place.grouped())) return;
  std::size_t begin = place.token.begin;
  const bool parenthesis = before(place.text, begin) == '(';
  const bool plus = before(place.text, begin) == '+' || (parenthesis && before(place.text, begin - 1) == '+');
  if (!plus && (continues(place.text, begin) || (!parenthesis && !free_left(place.text, begin)))) return;
  const Dialled number = read(place.text, begin);
  if (number.count == 0 || number.groups[number.count - 1].total < kFewest) return;
  // "(212) 555-0123": the parenthesis belongs to the number when it closes behind the first group.
  const bool area = parenthesis && at(place.text, number.groups[0].end) == ')';
  if (area) --begin;
  if (plus) --begin;
  if (is_alnum(before(place.text, begin)) || (!plus && !free_left(place.text, begin))) return;
  Judge(place, number, begin, plus, area).run();
}

}  // namespace signalbox::pii
