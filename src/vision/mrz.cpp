#include "vision/mrz.h"

#include <algorithm>
#include <cctype>

namespace signalbox::vision {
namespace {

constexpr std::size_t kShortest = 24;  // some characters of ICAO's 30 may be lost
constexpr std::size_t kLongest = 60;   // and a run of fillers may be read as more than it is

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

std::string tidy_mrz(std::string_view line) {
  std::string tidy(line);
  std::erase_if(tidy, [](unsigned char c) { return std::isspace(c) != 0; });
  if (!tidy.empty()) tidy += '\n';
  return tidy;
}

}  // namespace signalbox::vision
