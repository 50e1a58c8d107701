#include "text/ngram.h"

#include <gtest/gtest.h>

namespace signalbox::text {
namespace {

std::vector<NgramMatch> find(const std::string& keyword, std::string_view text, NgramOptions options = {}) {
  return NgramSet({keyword}, options).find(text);
}

TEST(Ngram, SimilarityByHand) {
  // "urgent" has 8 padded trigrams, "urgnt" 7, they share 5: 5 / (8 + 7 - 5) = 0.5.
  EXPECT_NEAR(NgramSet::similarity("urgnt", "urgent", {.warp = 1}), 0.5, 1e-12);
  EXPECT_NEAR(NgramSet::similarity("urgnt", "urgent"), 0.75, 1e-12);
  EXPECT_EQ(NgramSet::similarity("urgent", "URGENT"), 1);
  EXPECT_EQ(NgramSet::similarity("abc", "xyz"), 0);
  EXPECT_EQ(NgramSet::similarity("", ""), 0);
  EXPECT_NEAR(NgramSet::similarity("aaaa", "aa", {.arity = 2, .warp = 1}), 3.0 / 5, 1e-12);  // grams are a multiset
}

TEST(Ngram, TypingErrorsInAText) {
  const auto found = find("urgent", "this is urgnt, please");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].range, (Range{8, 13}));
  EXPECT_TRUE(find("urgent", "the weather is nice").empty());
}

TEST(Ngram, CaseSensitive) {
  EXPECT_TRUE(find("URGENT", "urgent", {.case_sensitive = true}).empty());
  EXPECT_EQ(find("URGENT", "URGENT", {.case_sensitive = true}).size(), 1U);
}

TEST(Ngram, SeveralWords) {
  const auto found = find("machine learning", "we study machne lerning here", {.threshold = 0.5});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].range, (Range{9, 23}));
}

TEST(Ngram, UnspacedScripts) {
  const auto found = find("机器学习", "请介绍机器学习", {.threshold = 0.9});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].similarity, 1);
  EXPECT_EQ(found[0].range, (Range{9, 21}));
}

TEST(Ngram, ThresholdIsInclusiveAndArityIsAtLeastTwo) {
  EXPECT_EQ(find("urgent", "urgnt", {.threshold = 0.75}).size(), 1U);
  EXPECT_TRUE(find("urgent", "urgnt", {.threshold = 0.76}).empty());
  EXPECT_EQ(NgramSet::similarity("ab", "ba", {.arity = 0}), NgramSet::similarity("ab", "ba", {.arity = 2}));
}

}  // namespace
}  // namespace signalbox::text
