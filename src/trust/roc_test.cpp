#include "trust/roc.h"

#include <gtest/gtest.h>

#include <cmath>

#include "trust/planted_scores.h"

namespace signalbox::trust {
namespace {

// Of the nine pairs only (0.4, 0.7) stands the wrong way round.
const LabelledScores kSix{{0.9, 0.8, 0.4}, {0.7, 0.3, 0.2}};

TEST(Wilson, HandWorkedNumbers) {
  // 8 of 10: (0.8 + 1.9208/10) / 1.38415 +- 1.95996/1.38415 * sqrt(0.016 + 3.8415/400)
  const Interval interval = wilson(8, 10);
  EXPECT_NEAR(interval.low, 0.4902, 1e-4);
  EXPECT_NEAR(interval.high, 0.9433, 1e-4);
  EXPECT_DOUBLE_EQ(wilson(0, 5).low, 0);
  EXPECT_NEAR(wilson(0, 5).high, 0.4345, 1e-4);
  EXPECT_DOUBLE_EQ(wilson(5, 5).high, 1);
  EXPECT_DOUBLE_EQ(wilson(0, 0).high, 1);
}

TEST(Roc, TheCurveOfSixScores) {
  const std::vector<RocPoint> curve = roc_curve(kSix);
  ASSERT_EQ(curve.size(), 7U);
  EXPECT_TRUE(std::isinf(curve[0].threshold));
  EXPECT_DOUBLE_EQ(curve[2].recall, 2.0 / 3);
  EXPECT_DOUBLE_EQ(curve[2].false_positive_rate, 0);
  EXPECT_DOUBLE_EQ(curve[3].threshold, 0.7);
  EXPECT_DOUBLE_EQ(curve[3].false_positive_rate, 1.0 / 3);
  EXPECT_DOUBLE_EQ(curve[6].recall, 1);
  EXPECT_DOUBLE_EQ(curve[6].false_positive_rate, 1);
}

TEST(Roc, EqualScoresAreOneStep) {
  const std::vector<RocPoint> curve = roc_curve({{1, 1, 2}, {1, 0}});
  ASSERT_EQ(curve.size(), 4U);
  EXPECT_DOUBLE_EQ(curve[2].recall, 1);
  EXPECT_DOUBLE_EQ(curve[2].false_positive_rate, 0.5);
}

TEST(Auc, IsTheShareOfPairsInOrder) {
  EXPECT_DOUBLE_EQ(area_under_curve(kSix).value, 8.0 / 9);
  EXPECT_DOUBLE_EQ(area_under_curve({{1, 2}, {1, 2}}).value, 0.5);  // ties count half
  EXPECT_DOUBLE_EQ(area_under_curve({{1, 2}, {3, 4}}).value, 0);
}

// The shares are {1, 1, 2/3} for the positives and {2/3, 1, 1} for the negatives: variance 1/27 each, so that of the
// AUC is (1/27)/3 * 2 = 2/81. On the logit scale: ln 8 +- 1.95996 * sqrt(2/81) / (8/81).
TEST(Auc, DeLongsIntervalHandWorked) {
  const Interval interval = area_under_curve(kSix).interval;
  const double half = 1.959963984540054 * std::sqrt(2.0 / 81) / (8.0 / 81);
  EXPECT_NEAR(interval.low, 1 / (1 + std::exp(-(std::log(8.0) - half))), 1e-12);
  EXPECT_NEAR(interval.high, 1 / (1 + std::exp(-(std::log(8.0) + half))), 1e-12);
}

// 0.025^(1/4) = 0.3976: four pairs in order prove no more.
TEST(Auc, PerfectSeparationOfAFewProvesLittle) {
  const Auc auc = area_under_curve({{5, 6, 7, 8}, {1, 2, 3, 4, 4.5}});
  EXPECT_DOUBLE_EQ(auc.value, 1);
  EXPECT_NEAR(auc.interval.low, 0.39764, 1e-5);
  EXPECT_DOUBLE_EQ(auc.interval.high, 1);
}

// Two normal classes one deviation apart: AUC = Phi(1 / sqrt 2) = 0.76025.
TEST(Auc, ThePlantedOneIsWithinTheInterval) {
  std::size_t within = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    if (area_under_curve(planted(1, 100, seed)).interval.contains(0.760250)) ++within;
  }
  EXPECT_GE(within, 180U);  // 190 are expected; fewer than 180 has a probability below 0.001
  EXPECT_LE(within, 199U);
}

}  // namespace
}  // namespace signalbox::trust
