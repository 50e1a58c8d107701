#include "text/fuzzy.h"

#include <gtest/gtest.h>

#include <random>

namespace signalbox::text {
namespace {

std::optional<FuzzyMatch> one(const std::string& keyword, std::string_view text, FuzzyOptions options = {}) {
  const auto found = FuzzySet({keyword}, options).find(text);
  return found.empty() ? std::nullopt : std::optional(found.front());
}

TEST(Fuzzy, TypingErrors) {
  const std::string text = "this is URGNT stuff";
  const auto match = one("urgent", text, {.max_distance = 1});
  ASSERT_TRUE(match);
  EXPECT_EQ(match->distance, 1U);
  EXPECT_EQ(match->range, (Range{8, 13}));
  EXPECT_NEAR(match->similarity, 100 * (1 - 1.0 / 6), 1e-9);
  EXPECT_FALSE(one("urgent", "an agent", {.max_distance = 1}));
  EXPECT_EQ(one("urgent", "ugrent")->distance, 2U);  // a swap costs two
}

TEST(Fuzzy, NearestWindowWins) {
  EXPECT_EQ(one("urgent", "urgnt urgent urgen")->range, (Range{6, 12}));
  EXPECT_EQ(one("urgent", "urgnt urgen")->range, (Range{0, 5}));
}

TEST(Fuzzy, SeveralWords) {
  const auto match = one("credit card", "my credti-crad number", {.max_distance = 4});
  ASSERT_TRUE(match);
  EXPECT_EQ(match->distance, 4U);
  EXPECT_EQ(match->range, (Range{3, 14}));
  EXPECT_FALSE(one("credit card", "credit", {.max_distance = 2}));
}

TEST(Fuzzy, FoldedAndUnicode) {
  EXPECT_EQ(one("Straße", "STRASSE")->distance, 0U);
  EXPECT_EQ(one("naïve", "nai\u0308ve")->distance, 0U);
  EXPECT_EQ(one("naïve", "naive")->distance, 1U);
  EXPECT_EQ(one("срочно", "очень СРОЧНА", {.max_distance = 1})->distance, 1U);
  EXPECT_EQ(one("机器学习", "我爱机械学习", {.max_distance = 1})->distance, 1U);
}

TEST(Fuzzy, ShortKeywordsNeedLikenessToo) {
  EXPECT_TRUE(one("bug", "a big one"));
  EXPECT_FALSE(one("bug", "a big one", {.max_distance = 2, .min_similarity = 75}));
}

TEST(Fuzzy, KeywordsWithoutWordsNeverMatch) {
  EXPECT_FALSE(one("++", "++ a b"));
}

std::uint32_t naive(std::u32string_view a, std::u32string_view b) {
  std::vector<std::vector<std::uint32_t>> d(a.size() + 1, std::vector<std::uint32_t>(b.size() + 1));
  for (std::uint32_t i = 0; i <= a.size(); ++i) {
    for (std::uint32_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        d[i][j] = i + j;
      } else {
        d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      }
    }
  }
  return d[a.size()][b.size()];
}

TEST(FuzzyProperty, BoundedDistanceEqualsTheFullTable) {
  std::mt19937 random(11);
  for (int round = 0; round < 3000; ++round) {
    std::u32string a;
    std::u32string b;
    const std::size_t length = random() % 3 == 0 ? 60 + random() % 20 : random() % 12;
    for (std::size_t i = 0; i < length; ++i) {
      a.push_back(U"abc用"[random() % 4]);
      if (random() % 6 != 0) b.push_back(random() % 5 == 0 ? U"abc用"[random() % 4] : a.back());
      if (random() % 9 == 0) b.push_back(U'x');
    }
    const auto max = static_cast<std::uint32_t>(random() % 30);
    const std::uint32_t exact = naive(a, b);
    const auto bounded = bounded_levenshtein(a, b, max);
    ASSERT_EQ(bounded.has_value(), exact <= max) << round;
    if (bounded) ASSERT_EQ(*bounded, exact) << round;
  }
}

}  // namespace
}  // namespace signalbox::text
