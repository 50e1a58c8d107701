// Where the windows lie in which a text is read that is longer than its model takes.
//
// Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace signalbox::models {

struct WindowOptions {
  // Of one window, special tokens included. 0: as many as the model takes, at most kDefaultTokens, which is what
  // classifiers are trained with and what costs least for each token.
  std::uint32_t tokens = 0;
  std::uint32_t overlap = 64;  // tokens that two neighbours share; the last two may share more
  std::uint32_t limit = 64;    // windows of one text; beyond it the text is covered in part, and its end always
  static constexpr std::uint32_t kDefaultTokens = 512;

  bool operator==(const WindowOptions&) const = default;
};

// Tokens [begin, end) of a text, special tokens not counted.
struct TokenRange {
  std::size_t begin = 0, end = 0;
  std::size_t size() const { return end - begin; }
  bool operator==(const TokenRange&) const = default;
};

// In order, each of at most `size` tokens and all but the only one of exactly `size`; the last one ends with the text.
// An empty text has one empty window. `size` and `limit` are at least 1.
std::vector<TokenRange> token_windows(std::size_t tokens, std::size_t size, std::size_t overlap, std::size_t limit);
// How many tokens are in a window at least.
std::size_t covered(const std::vector<TokenRange>& windows);
// How far a token is from where its window cuts the text: the ends of the text are no cuts.
std::size_t distance_from_cut(const TokenRange& window, std::size_t token, std::size_t tokens);

}  // namespace signalbox::models
