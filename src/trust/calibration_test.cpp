#include "trust/calibration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "trust/planted_scores.h"

namespace signalbox::trust {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Kind = CalibrationFault::Kind;

LabelledScores turned(LabelledScores scores) {
  for (double& score : scores.positives) score = -score;
  for (double& score : scores.negatives) score = -score;
  return scores;
}

TEST(Calibrate, AReversedSignalIsAnErrorThatSaysSo) {
  const auto result = calibrate(turned(planted(1, 100, 1)), {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, Kind::reversed);
  EXPECT_THAT(result.error().sentence, HasSubstr("the score is reversed"));
  EXPECT_LT(result.error().auc.interval.high, 0.5);
}

TEST(Calibrate, BelowChanceWithinNoiseIsAnErrorInOtherWords) {
  LabelledScores scores;
  for (int i = 0; i < 20; ++i) {
    scores.positives.push_back(i);
    scores.negatives.push_back(i + 0.5);
  }
  const auto result = calibrate(scores, {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, Kind::reversed);
  EXPECT_THAT(result.error().sentence, HasSubstr("within noise"));
}

// F1 at a threshold t is 2 Q(t-2) / (Q(t-2) + Q(t) + 1) for equal classes two deviations apart; its maximum is at
// 0.7654.
TEST(Calibrate, AGoodSignalsOperatingPointIsWithinItsInterval) {
  const auto result = calibrate(planted(2, 400, 5), {});
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->threshold_interval.contains(0.7654))
      << result->threshold_interval.low << " " << result->threshold_interval.high;
  EXPECT_TRUE(result->auc.interval.contains(0.921350));  // Phi(sqrt 2)
  EXPECT_GT(result->point.f1(), 0.8);
}

TEST(Calibrate, TooFewOfAClassIsAnError) {
  const auto result = calibrate({{1, 2, 3, 4, 5, 6, 7, 8, 9}, planted(1, 50, 1).negatives}, {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, Kind::too_few);
  EXPECT_THAT(result.error().sentence, HasSubstr("9 positive and 50 negative examples"));
}

TEST(Calibrate, ARateThatTheNegativesCannotShowIsAnError) {
  CalibrationOptions options;
  options.objective = {Objective::Kind::recall_at_fpr, 0.01};
  EXPECT_THAT(calibrate(planted(2, 50, 1), options).error().sentence, HasSubstr("at least 100 are needed"));
  EXPECT_TRUE(calibrate(planted(2, 100, 1), options));
}

// For normal classes at distance d with equal counts the probability is logistic(d * score - d^2 / 2).
TEST(Platt, FindsThePlantedMap) {
  const ProbabilityMap map = fit_platt(planted(2, 5000, 2));
  EXPECT_NEAR(map.slope, 2, 0.15);
  EXPECT_NEAR(map.offset, -2, 0.15);
  EXPECT_NEAR(map(1), 0.5, 0.03);
}

// Three positives and a negative score 1, a negative scores 0. The targets are 4/5 and 1/4, and two numbers can fit two
// scores exactly: (3 * 4/5 + 1/4) / 4 = 0.6625 at 1, and 1/4 at 0.
TEST(Platt, HandWorkedTargets) {
  const ProbabilityMap map = fit_platt({{1, 1, 1}, {1, 0}});
  EXPECT_NEAR(map(1), 0.6625, 1e-8);
  EXPECT_NEAR(map(0), 0.25, 1e-8);
}

TEST(Platt, ScalesOfAnySizeAreFitted) {
  LabelledScores tiny = planted(2, 300, 4), huge = tiny;
  for (auto* scores : {&tiny.positives, &tiny.negatives}) {
    for (double& score : *scores) score = 0.7 + score * 1e-4;
  }
  const ProbabilityMap of_tiny = fit_platt(tiny), of_plain = fit_platt(huge);
  EXPECT_NEAR(of_tiny(0.7 + 1.3e-4), of_plain(1.3), 1e-6);
}

TEST(Isotonic, PoolsWhatViolatesTheOrder) {
  // Ascending scores 1..6 with labels 0 1 0 1 1 0: {1}: 0; {2, 3}: 1/2; {4, 5, 6}: 2/3.
  const ProbabilityMap map = fit_isotonic({{2, 4, 5}, {1, 3, 6}});
  EXPECT_THAT(map.scores, ElementsAre(1, 2.5, 5));
  EXPECT_THAT(map.probabilities, ElementsAre(0, 0.5, 2.0 / 3));
  EXPECT_DOUBLE_EQ(map(0), 0);
  EXPECT_DOUBLE_EQ(map(1.75), 0.25);
  EXPECT_DOUBLE_EQ(map(99), 2.0 / 3);
}

TEST(ProbabilityMap, NeverFallsAsTheScoreRises) {
  const LabelledScores scores = planted(0.5, 100, 8);
  for (const ProbabilityMap& map : {fit_platt(scores), fit_isotonic(scores), fit_platt(turned(scores))}) {
    for (double score = -4; score < 4; score += 0.1) EXPECT_LE(map(score), map(score + 0.1) + 1e-15);
  }
}

}  // namespace
}  // namespace signalbox::trust
