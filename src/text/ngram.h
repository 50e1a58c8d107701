// Keywords by the likeness of their letters: padded character n-grams.
//
// A string is folded (unless case-sensitive), its words joined by single spaces, and padded with arity - 1 blanks on
// both sides; its grams are a multiset, so "urgent" has 8 trigrams. Likeness of two strings:
//     shared = |A ∩ B|, all = |A| + |B| - shared, similarity = 1 - (1 - shared / all)^warp
// With warp 1 that is the Jaccard index. The default is 2, the scale of the library VSR uses, so that its thresholds
// keep their meaning: urgnt ~ urgent is 0.50 by Jaccard and 0.75 here. A keyword of n words is compared with every
// single word, with every n consecutive words (characters, in unspaced scripts), and with the whole text; the best
// counts.
// Immutable after construction; find may be called from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "text/unicode.h"

namespace signalbox::text {

struct NgramOptions {
  std::uint32_t arity = 3;  // at least 2
  double threshold = 0.4;
  double warp = 2;  // at least 1
  bool case_sensitive = false;
};

struct NgramMatch {
  std::uint32_t keyword = 0;
  double similarity = 0;
  Range range;  // bytes of the text
};

class NgramSet {
 public:
  explicit NgramSet(const std::vector<std::string>& keywords, NgramOptions options = {});

  // Similarity of two whole strings.
  static double similarity(std::string_view a, std::string_view b, const NgramOptions& options = {});

  // The best place of each keyword that reaches the threshold, ordered by keyword.
  std::vector<NgramMatch> find(std::string_view text) const;

 private:
  struct Grams {
    std::vector<std::uint64_t> hashes;  // sorted
    std::uint64_t present = 0;          // one bit of each: no bit in common, no gram in common
  };
  struct Keyword {
    std::uint32_t index = 0;
    std::size_t words = 0;
    Grams grams;
  };
  struct Window {
    Grams grams;
    Range range;
  };
  static Grams grams_of(std::u32string_view text, std::size_t arity);
  static std::size_t shared_of(const Grams& a, const Grams& b);
  void compare(const Keyword& keyword, const Window& window, NgramMatch& best) const;

  std::vector<Keyword> keywords_;
  NgramOptions options_;
};

}  // namespace signalbox::text
