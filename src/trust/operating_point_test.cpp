#include "trust/operating_point.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "trust/planted_scores.h"

namespace signalbox::trust {
namespace {

using testing::HasSubstr;

const LabelledScores kSix{{0.9, 0.8, 0.4}, {0.7, 0.3, 0.2}};

Objective wish(const char* text) {
  return parse_objective(text).value();
}

TEST(Objective, IsReadAndWritten) {
  for (const char* text : {"f1", "recall@fpr=0.05", "share=0.25"}) EXPECT_EQ(to_string(wish(text)), text);
  for (const char* text : {"", "f2", "recall@fpr=", "recall@fpr=5", "share=0", "share=0.2x", "share=nan"}) {
    EXPECT_THAT(parse_objective(text).error(), HasSubstr("recall@fpr=X")) << text;
  }
}

// From the top: 1/3 found at F1 0.5, 2/3 at 0.8, with one false one 0.667, all three at 6/7.
TEST(OperatingPoint, TheBestF1OfSixScores) {
  const OperatingPoint point = choose_operating_point(kSix, wish("f1"));
  EXPECT_DOUBLE_EQ(point.threshold, 0.35);
  EXPECT_DOUBLE_EQ(point.f1(), 6.0 / 7);
  EXPECT_EQ(point.true_positives, 3U);
  EXPECT_EQ(point.false_positives, 1U);
  EXPECT_DOUBLE_EQ(point.precision(), 0.75);
}

TEST(OperatingPoint, TheHighestRecallAtAFalsePositiveRate) {
  EXPECT_DOUBLE_EQ(choose_operating_point(kSix, wish("recall@fpr=0.1")).threshold, 0.75);
  EXPECT_DOUBLE_EQ(choose_operating_point(kSix, wish("recall@fpr=0.1")).recall(), 2.0 / 3);
  EXPECT_DOUBLE_EQ(choose_operating_point(kSix, wish("recall@fpr=0.4")).recall(), 1);
}

// Where a negative is on top, nothing can match at so low a rate.
TEST(OperatingPoint, NothingMatchesWhereNothingMay) {
  const LabelledScores scores{{0.5, 0.4}, {0.9, 0.1}};
  const OperatingPoint point = choose_operating_point(scores, wish("recall@fpr=0.1"));
  EXPECT_GT(point.threshold, 0.9);
  EXPECT_EQ(operating_point_at(scores, point.threshold).true_positives, 0U);
}

TEST(OperatingPoint, AWantedShare) {
  const OperatingPoint point = choose_operating_point(kSix, wish("share=0.5"));
  EXPECT_DOUBLE_EQ(point.threshold, 0.55);
  EXPECT_DOUBLE_EQ(point.share(), 0.5);
}

TEST(OperatingPoint, EqualScoresMatchTogether) {
  const OperatingPoint point = choose_operating_point({{1, 1, 1}, {1, 0, 0}}, wish("f1"));
  EXPECT_DOUBLE_EQ(point.threshold, 0.5);
  EXPECT_EQ(point.false_positives, 1U);
}

TEST(OperatingPoint, CountsAgreeWithTheThreshold) {
  const LabelledScores scores = planted(1, 300, 7);
  for (const char* text : {"f1", "recall@fpr=0.05", "share=0.2"}) {
    const OperatingPoint point = choose_operating_point(scores, wish(text));
    const OperatingPoint again = operating_point_at(scores, point.threshold);
    EXPECT_EQ(point.true_positives, again.true_positives) << text;
    EXPECT_EQ(point.false_positives, again.false_positives) << text;
  }
}

// Negatives are N(0, 1): 5 % of them are above 1.644854. Each class half of the scores, distance 2: the share of all
// above 2 is (0.5 + 0.02275) / 2.
TEST(ThresholdInterval, HoldsThePlantedThreshold) {
  std::size_t at_rate = 0, at_share = 0;
  constexpr std::size_t kRuns = 40;
  for (std::uint64_t seed = 0; seed < kRuns; ++seed) {
    const LabelledScores scores = planted(2, 200, seed);
    if (threshold_interval(scores, wish("recall@fpr=0.05"), 1).contains(1.644854)) ++at_rate;
    if (threshold_interval(scores, wish("share=0.261375"), 1).contains(2.0)) ++at_share;
  }
  // 38 are expected of each; the bootstrap of a quantile covers a little less.
  EXPECT_GE(at_rate, 32U);
  EXPECT_GE(at_share, 32U);
}

TEST(ThresholdInterval, IsTheSameForTheSameSeedAndHoldsTheThreshold) {
  const LabelledScores scores = planted(1.5, 150, 3);
  const Interval one = threshold_interval(scores, wish("f1"), 9), two = threshold_interval(scores, wish("f1"), 9);
  EXPECT_EQ(one.low, two.low);
  EXPECT_EQ(one.high, two.high);
  EXPECT_LT(one.low, one.high);
  EXPECT_TRUE(one.contains(choose_operating_point(scores, wish("f1")).threshold));
}

}  // namespace
}  // namespace signalbox::trust
