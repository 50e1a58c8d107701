#include "vision/second_reading.h"

#include <algorithm>
#include <cctype>

namespace signalbox::vision {
namespace {

constexpr std::size_t kShortest = 24;  // some characters of ICAO's 30 may be lost
constexpr std::size_t kLongest = 60;   // and a run of fillers may be read as more than it is

// AWS key ids have 20 characters, GitHub tokens 40, and some of them are lost when a word is misread as two.
constexpr std::size_t kDenseWord = 14;

bool is_dense(std::string_view word) {
  std::size_t digits = 0, capitals = 0, small = 0;
  for (const char letter : word) {
    const auto c = static_cast<unsigned char>(letter);
    digits += std::isdigit(c) != 0 ? 1U : 0U;
    capitals += std::isupper(c) != 0 ? 1U : 0U;
    small += std::islower(c) != 0 ? 1U : 0U;
  }
  return digits + capitals + small >= kDenseWord && (digits > 0 || small == 0);
}

}  // namespace

bool looks_like_mrz(std::string_view line) {
  std::size_t letters = 0, fillers = 0, small = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const auto c = static_cast<unsigned char>(line[i]);
    if (std::isspace(c) != 0) continue;
    const bool guillemet = c == 0xc2 && i + 1 < line.size() && static_cast<unsigned char>(line[i + 1]) == 0xab;
    if (guillemet) ++i;
    if (c == '<' || guillemet) ++fillers;
    if (std::islower(c) != 0 && c != 'c' && c != 'e' && c != 'k') ++small;  // fillers are misread as these
    ++letters;
  }
  return letters >= kShortest && letters <= kLongest && fillers >= 1 && small * 10 <= letters;
}

bool holds_dense_word(std::string_view line) {
  while (!line.empty()) {
    const std::size_t end = std::min(line.find_first_of(" \t\n"), line.size());
    if (is_dense(line.substr(0, end))) return true;
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return false;
}

ReadLine without_blanks(ReadLine line) {
  while (line.words.size() > 1) {
    ReadWord& first = line.words.front();
    first.text += line.words[1].text;
    first.confidence = std::min(first.confidence, line.words[1].confidence);
    line.words.erase(line.words.begin() + 1);
  }
  return line;
}

}  // namespace signalbox::vision
