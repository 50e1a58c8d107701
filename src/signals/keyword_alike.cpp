#include "signals/keyword_alike.h"

#include <algorithm>
#include <cmath>

namespace signalbox::signals {
namespace {

// Under v1 a match must also be this alike, so that two edits do not turn "bug" into "cut".
constexpr double kLikeness = 50;

std::uint32_t longest(const std::vector<std::string>& keywords) {
  std::size_t length = 0;
  for (const std::string& keyword : keywords) length = std::max(length, text::to_code_points(keyword).size());
  return static_cast<std::uint32_t>(length);
}

// d edits between strings of at most k and k + d letters leave 1 - d / (k + d), so likeness s bounds d by k(1 - s)/s.
text::FuzzyOptions fuzzy_options(const KeywordRule& rule, bool v1) {
  if (rule.fuzzy_threshold <= kFuzzyEdits) {
    return {.max_distance = static_cast<std::uint32_t>(rule.fuzzy_threshold), .min_similarity = v1 ? kLikeness : 0};
  }
  const double share = static_cast<double>(rule.fuzzy_threshold) / 100;
  const double edits = std::ceil(longest(rule.keywords) * (1 - share) / share);
  return {.max_distance = static_cast<std::uint32_t>(edits),
          .min_similarity = static_cast<double>(rule.fuzzy_threshold)};
}

std::vector<Alike> find_in(const text::FuzzySet& set, std::string_view text) {
  std::vector<Alike> found;
  for (const text::FuzzyMatch& match : set.find(text)) {
    found.push_back({match.keyword, match.similarity / 100, match.range.begin, match.range.end, true});
  }
  return found;
}

std::vector<Alike> find_in(const text::NgramSet& set, std::string_view text) {
  std::vector<Alike> found;
  for (const text::NgramMatch& match : set.find(text)) {
    found.push_back({match.keyword, match.similarity, match.range.begin, match.range.end, true});
  }
  return found;
}

template <class Bm25>
std::vector<Alike> find_in(const Bm25& bm25, std::string_view text) {
  std::vector<Alike> found;
  const std::vector<double> scores = bm25.index.scores(text);
  for (std::size_t i = 0; i < scores.size(); ++i) {
    // A keyword that shares no word with the text does not match, however low the threshold.
    if (scores[i] > 0 && scores[i] >= bm25.threshold) found.push_back({.keyword = i, .score = scores[i]});
  }
  return found;
}

}  // namespace

AlikeWords AlikeWords::fuzzy(const KeywordRule& rule, bool v1) {
  return AlikeWords(text::FuzzySet(rule.keywords, fuzzy_options(rule, v1)));
}

AlikeWords AlikeWords::ngram(const KeywordRule& rule) {
  return AlikeWords(text::NgramSet(rule.keywords, {.arity = static_cast<std::uint32_t>(rule.ngram_arity),
                                                   .threshold = rule.ngram_threshold,
                                                   .case_sensitive = rule.case_sensitive}));
}

AlikeWords AlikeWords::bm25(const KeywordRule& rule, std::shared_ptr<const text::Tokenizer> tokenizer) {
  return AlikeWords(Bm25{text::Bm25Index(std::move(tokenizer), rule.keywords), rule.bm25_threshold});
}

std::vector<Alike> AlikeWords::find(std::string_view text) const {
  return std::visit([&](const auto& method) { return find_in(method, text); }, method_);
}

}  // namespace signalbox::signals
