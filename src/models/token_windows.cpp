#include "models/token_windows.h"

#include <algorithm>
#include <limits>

namespace signalbox::models {

std::vector<TokenRange> token_windows(std::size_t tokens, std::size_t size, std::size_t overlap, std::size_t limit) {
  if (tokens <= size) return {{0, tokens}};
  const std::size_t step = size - std::min(overlap, size - 1);
  std::vector<TokenRange> windows;
  for (std::size_t begin = 0; begin + size < tokens && windows.size() + 1 < limit; begin += step) {
    windows.push_back({begin, begin + size});
  }
  // A short rest would be judged with little around it: the last window is a whole one, too.
  windows.push_back({tokens - size, tokens});
  return windows;
}

std::size_t covered(const std::vector<TokenRange>& windows) {
  std::size_t count = 0, end = 0;
  for (const TokenRange& window : windows) {
    count += window.end - std::max(window.begin, end);
    end = window.end;
  }
  return count;
}

std::size_t distance_from_cut(const TokenRange& window, std::size_t token, std::size_t tokens) {
  constexpr std::size_t kFar = std::numeric_limits<std::size_t>::max();
  const std::size_t before = window.begin == 0 ? kFar : token - window.begin;
  const std::size_t after = window.end == tokens ? kFar : window.end - 1 - token;
  return std::min(before, after);
}

}  // namespace signalbox::models
