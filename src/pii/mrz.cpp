// PASSPORT: the machine-readable zone of passports and identity cards (ICAO 9303), by its check digits.
#include "pii/ascii.h"
#include "pii/candidate.h"
#include "pii/checksum.h"

namespace signalbox::pii {
namespace {

bool in_mrz(char c) {
  return is_upper(c) || is_digit(c) || c == '<';
}

struct Line {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// The run of the zone's characters around `at`, as far as one line can be long.
Line line_around(std::string_view text, std::size_t at) {
  constexpr std::size_t kLongest = 46;
  Line line{at, at};
  while (line.begin > 0 && at - line.begin < kLongest && in_mrz(text[line.begin - 1])) --line.begin;
  while (line.end < text.size() && line.end - line.begin <= kLongest && in_mrz(text[line.end])) ++line.end;
  return line;
}

Line line_after(std::string_view text, const Line& line) {
  std::size_t i = line.end;
  while (i < text.size() && i - line.end < 4 && is_space(text[i])) ++i;
  if (i == line.end || i >= text.size() || !in_mrz(text[i])) return {i, i};
  return line_around(text, i);
}

bool checks(std::string_view line, std::size_t begin, std::size_t size) {
  const char digit = line[begin + size];
  return is_digit(digit) && icao_digit(line.substr(begin, size)) == digit - '0';
}

// Document number, birth and expiry of the second line of TD2 (36) and TD3 (44).
bool is_second_line(std::string_view line) {
  return checks(line, 0, 9) && checks(line, 13, 6) && checks(line, 21, 6);
}

}  // namespace

void find_mrz(Sink& sink, std::size_t at) {
  const std::string_view text = sink.text();
  // Judged at the first '<' of the zone's first line: "P<UTOERIKSSON<<ANNA…", "I<UTOD231458907<<<…".
  if (!sink.wants(Type::passport) || !in_mrz(pii::at(text, at + 1)) || at == 0 || !in_mrz(text[at - 1])) return;
  const Line first = line_around(text, at);
  const std::size_t length = first.end - first.begin;
  if (length != 44 && length != 36 && length != 30) return;
  if (text.substr(first.begin, at - first.begin).find('<') != std::string_view::npos) return;
  const Line second = line_after(text, first);
  if (second.end - second.begin != length) return;
  const std::string_view one = text.substr(first.begin, length);
  const std::string_view two = text.substr(second.begin, length);
  if (length != 30) {
    if (is_second_line(two)) sink.add(Type::passport, first.begin, second.end, 1, "mrz");
    return;
  }
  const Line third = line_after(text, second);
  if (checks(one, 5, 9) && checks(two, 0, 6) && checks(two, 8, 6)) {
    const std::size_t end = third.end - third.begin == length ? third.end : second.end;
    sink.add(Type::passport, first.begin, end, 1, "mrz");
  }
}

}  // namespace signalbox::pii
