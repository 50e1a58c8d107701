#include "models/text_windows.h"

#include <algorithm>

namespace signalbox::models {
namespace {

constexpr std::size_t kOverlapShare = 8;

// The beginning of the character that `at` stands in.
std::size_t border(std::string_view text, std::size_t at) {
  while (at > 0 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) --at;
  return at;
}

}  // namespace

std::vector<std::string_view> windows_of(std::string_view text, std::size_t count) {
  std::vector<std::string_view> windows;
  count = std::clamp<std::size_t>(count, 1, std::max<std::size_t>(1, text.size()));
  const std::size_t step = (text.size() + count - 1) / count, overlap = step / kOverlapShare;
  for (std::size_t begin = 0; begin < text.size(); begin += step) {
    const std::size_t from = border(text, begin - std::min(begin, overlap));
    const std::size_t to = border(text, std::min(begin + step, text.size()));
    if (to > from) windows.push_back(text.substr(from, to - from));
  }
  return windows;
}

std::size_t begin_of_next(std::string_view text, std::size_t end) {
  return border(text, end - end / kOverlapShare);
}

}  // namespace signalbox::models
