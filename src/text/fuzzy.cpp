// Distances up to 64 code points are bit-parallel (Myers 1999, with Hyyrö's horizontal carry for whole-string
// distance): one machine word holds a column of the dynamic programme. Longer keywords use the banded table. A set of
// letters, hashed to 64 bits, rules out most windows first: an edit changes at most two of its bits.
#include "text/fuzzy.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "text/word_buffer.h"

namespace signalbox::text {
namespace {

std::uint64_t letters(std::u32string_view s) {
  std::uint64_t bits = 0;
  for (const char32_t c : s) bits |= std::uint64_t{1} << (c & 63);
  return bits;
}

std::size_t difference(std::size_t a, std::size_t b) {
  return a > b ? a - b : b - a;
}

// Bit i of of(c) says that the i-th code point of the pattern is c.
class PatternBits {
 public:
  explicit PatternBits(std::u32string_view pattern) : size_(pattern.size()) {
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      const std::uint64_t bit = std::uint64_t{1} << i;
      if (pattern[i] < ascii_.size()) {
        ascii_[pattern[i]] |= bit;
        continue;
      }
      const auto at = std::ranges::find(others_, pattern[i], &std::pair<char32_t, std::uint64_t>::first);
      if (at == others_.end()) {
        others_.emplace_back(pattern[i], bit);
      } else {
        at->second |= bit;
      }
    }
  }

  std::optional<std::uint32_t> distance(std::u32string_view other, std::uint32_t max) const {
    if (size_ == 0) return other.size() <= max ? std::optional(static_cast<std::uint32_t>(other.size())) : std::nullopt;
    const std::uint64_t last = std::uint64_t{1} << (size_ - 1);
    std::uint64_t plus = ~std::uint64_t{0};
    std::uint64_t minus = 0;
    std::size_t score = size_;
    for (std::size_t i = 0; i < other.size(); ++i) {
      const std::uint64_t equal = of(other[i]);
      const std::uint64_t x = equal | minus;
      const std::uint64_t d0 = (((equal & plus) + plus) ^ plus) | equal;
      std::uint64_t h_plus = minus | ~(d0 | plus);
      std::uint64_t h_minus = plus & d0;
      score += (h_plus & last) != 0 ? 1 : 0;
      score -= (h_minus & last) != 0 ? 1 : 0;
      if (score > max + (other.size() - 1 - i)) return std::nullopt;  // too far even if all the rest is equal
      h_plus = (h_plus << 1) | 1;
      h_minus <<= 1;
      plus = h_minus | ~(x | h_plus);
      minus = h_plus & x;
    }
    return score <= max ? std::optional(static_cast<std::uint32_t>(score)) : std::nullopt;
  }

 private:
  std::uint64_t of(char32_t c) const {
    if (c < ascii_.size()) return ascii_[c];
    for (const auto& [value, bits] : others_) {
      if (value == c) return bits;
    }
    return 0;
  }

  std::size_t size_ = 0;
  std::array<std::uint64_t, 128> ascii_{};
  std::vector<std::pair<char32_t, std::uint64_t>> others_;
};

// Only cells at most `max` off the diagonal can lead to a distance of at most `max`.
std::optional<std::uint32_t> banded(std::u32string_view a, std::u32string_view b, std::uint32_t max) {
  const std::uint32_t beyond = max + 1;
  std::vector<std::uint32_t> row(b.size() + 1, beyond);
  for (std::size_t j = 0; j <= std::min<std::size_t>(b.size(), max); ++j) row[j] = static_cast<std::uint32_t>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    const std::size_t from = i > max ? i - max : 1;
    const std::size_t to = std::min(b.size(), i + max);
    std::uint32_t diagonal = row[from - 1];
    row[from - 1] = from == 1 && i <= max ? static_cast<std::uint32_t>(i) : beyond;
    std::uint32_t best = row[from - 1];
    for (std::size_t j = from; j <= to; ++j) {
      const std::uint32_t above = row[j];
      row[j] = std::min({diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U), row[j - 1] + 1, above + 1, beyond});
      best = std::min(best, row[j]);
      diagonal = above;
    }
    if (best > max) return std::nullopt;
  }
  return row[b.size()] <= max ? std::optional(row[b.size()]) : std::nullopt;
}

constexpr std::size_t kWordBits = 64;

}  // namespace

std::optional<std::uint32_t> bounded_levenshtein(std::u32string_view a, std::u32string_view b, std::uint32_t max) {
  if (difference(a.size(), b.size()) > max) return std::nullopt;
  if (a.size() > b.size()) std::swap(a, b);
  return a.size() <= kWordBits ? PatternBits(a).distance(b, max) : banded(a, b, max);
}

struct FuzzySet::Keyword {
  std::uint32_t index = 0;
  std::size_t words = 0;
  std::u32string folded;
  std::uint64_t letters = 0;
  std::optional<PatternBits> bits;  // none when too long for one machine word

  std::optional<std::uint32_t> distance(std::u32string_view window, std::uint32_t max) const {
    if (difference(window.size(), folded.size()) > max) return std::nullopt;
    if (static_cast<std::uint32_t>(std::popcount(letters ^ text::letters(window))) > 2 * max) return std::nullopt;
    return bits ? bits->distance(window, max) : banded(folded, window, max);
  }

  std::optional<FuzzyMatch> find(const WordBuffer& text, const FuzzyOptions& options) const;
};

std::optional<FuzzyMatch> FuzzySet::Keyword::find(const WordBuffer& text, const FuzzyOptions& options) const {
  std::optional<FuzzyMatch> best;
  for (std::size_t i = 0; i + words <= text.size(); ++i) {
    if (best && best->distance == 0) break;
    const std::u32string_view window = text.window(i, words);
    const auto d = distance(window, best ? best->distance - 1 : options.max_distance);
    if (!d) continue;
    const double longer = static_cast<double>(std::max(window.size(), folded.size()));
    const double similarity = 100 * (1 - *d / longer);
    if (similarity >= options.min_similarity) best = FuzzyMatch{index, *d, similarity, text.range(i, words)};
  }
  return best;
}

FuzzySet::FuzzySet(const std::vector<std::string>& keywords, FuzzyOptions options) : options_(options) {
  // Beyond this nothing changes for any real keyword, and distances stay far from overflow.
  options_.max_distance = std::min(options_.max_distance, 1U << 16);
  for (std::size_t i = 0; i < keywords.size(); ++i) {
    const WordBuffer buffer(keywords[i]);
    if (buffer.size() == 0) continue;
    Keyword keyword;
    keyword.index = static_cast<std::uint32_t>(i);
    keyword.words = buffer.size();
    keyword.folded = buffer.all();
    keyword.letters = letters(keyword.folded);
    if (keyword.folded.size() <= kWordBits) keyword.bits.emplace(keyword.folded);
    keywords_.push_back(std::move(keyword));
  }
}

FuzzySet::FuzzySet(FuzzySet&&) noexcept = default;
FuzzySet& FuzzySet::operator=(FuzzySet&&) noexcept = default;
FuzzySet::~FuzzySet() = default;

std::vector<FuzzyMatch> FuzzySet::find(std::string_view text) const {
  std::vector<FuzzyMatch> out;
  const WordBuffer buffer(text);
  for (const Keyword& keyword : keywords_) {
    if (const auto match = keyword.find(buffer, options_)) out.push_back(*match);
  }
  return out;
}

}  // namespace signalbox::text
