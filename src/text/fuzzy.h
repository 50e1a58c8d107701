// Keywords with typing errors: is some window of words of the text within an edit distance of a keyword?
//
// Both sides are folded (text/unicode.h) and cut into words; a keyword of n words is compared with every n consecutive
// words. Distance is Levenshtein's: insert, delete or replace one code point; swapping two letters costs 2. A keyword
// without a word character ("++") never matches. A distance as large as a short keyword accepts nearly anything: give
// min_similarity to ask for likeness too.
// Immutable after construction; find may be called from any thread. Linear in the text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "text/unicode.h"

namespace signalbox::text {

// The Levenshtein distance of two strings if it is at most `max`.
std::optional<std::uint32_t> bounded_levenshtein(std::u32string_view a, std::u32string_view b, std::uint32_t max);

struct FuzzyOptions {
  std::uint32_t max_distance = 2;
  double min_similarity = 0;  // percent
};

struct FuzzyMatch {
  std::uint32_t keyword = 0;
  std::uint32_t distance = 0;
  double similarity = 0;  // percent: 100 * (1 - distance / length of the longer side in code points)
  Range range;            // bytes of the text
};

class FuzzySet {
 public:
  explicit FuzzySet(const std::vector<std::string>& keywords, FuzzyOptions options = {});
  FuzzySet(FuzzySet&&) noexcept;
  FuzzySet& operator=(FuzzySet&&) noexcept;
  ~FuzzySet();

  // The nearest window of each keyword that has one within reach (the first of equals), ordered by keyword.
  std::vector<FuzzyMatch> find(std::string_view text) const;

 private:
  struct Keyword;
  std::vector<Keyword> keywords_;
  FuzzyOptions options_;
};

}  // namespace signalbox::text
