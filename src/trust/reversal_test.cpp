#include "trust/reversal.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace signalbox::trust {
namespace {

const Grid kGrid{{0.9, 0.1, 0.2}, {0.1, 0.8, 0.3}, {0.0, 0.2, 0.7}};

Grid upside_down(Grid grid) {
  for (auto& row : grid) {
    for (double& score : row) score = -score;
  }
  return grid;
}

TEST(Reversal, AGridIsNotReversedAgainstItself) {
  const Reversals r = reversals(kGrid, kGrid);
  EXPECT_TRUE(r.none());
  EXPECT_EQ(r.pictures, 3U);
  EXPECT_EQ(r.winners_judged, 3U);
  EXPECT_EQ(r.margins, 9U);
  EXPECT_EQ(r.margins_judged, 9U);
}

// A path within its bounds may turn what the reference hardly tells apart.
TEST(Reversal, WhatTheReferenceHardlyTellsApartIsNotJudged) {
  const Reversals r = reversals({{0.5, 0.50003, 0.1}, {0.9, 0.1, 0.2}}, {{0.50003, 0.5, 0.1}, {0.9, 0.1, 0.2}});
  EXPECT_TRUE(r.none());
  EXPECT_EQ(r.winners_judged, 1U);
  EXPECT_EQ(r.margins_judged, 5U);
  EXPECT_NEAR(r.largest_margin_change, 6e-5, 1e-9);
}

TEST(Reversal, ASignThatTurnsIsReversed) {
  Grid ours = kGrid;
  ours[0] = {0.15, 0.1, 0.2};
  const Reversals r = reversals(kGrid, ours);
  EXPECT_EQ(r.winners_reversed, 1U);
  EXPECT_EQ(r.margins_reversed, 1U) << "of the first and the third label";
}

TEST(Reversal, AGridUpsideDownIsReversedThroughout) {
  const Reversals r = reversals(kGrid, upside_down(kGrid));
  EXPECT_EQ(r.winners_reversed, 3U);
  EXPECT_EQ(r.margins_reversed, 9U);
  EXPECT_FALSE(r.none());
}

TEST(Reversal, GroundTruthTellsWhichRulesAreUpsideDown) {
  const std::vector<std::optional<std::size_t>> shown{0, 1, 2};
  const GroundTruth good = against_truth(kGrid, shown);
  EXPECT_EQ(good.won, 3U);
  EXPECT_EQ(good.rules, 3U);
  EXPECT_EQ(good.reversed_rules, 0U);
  EXPECT_EQ(good.lowest_auc, 1.0);
  const GroundTruth bad = against_truth(upside_down(kGrid), shown);
  EXPECT_EQ(bad.won, 0U);
  EXPECT_EQ(bad.lost(), 3U);
  EXPECT_EQ(bad.reversed_rules, 3U);
  EXPECT_EQ(bad.lowest_auc, 0.0);
}

TEST(Reversal, PicturesWithoutALabelAreNotCounted) {
  const GroundTruth truth = against_truth(kGrid, {0, std::nullopt, 0});
  EXPECT_EQ(truth.pictures, 2U);
  EXPECT_EQ(truth.won, 1U);
  EXPECT_EQ(truth.rules, 0U) << "no label has pictures on both sides";
}

TEST(Reversal, GridsOfDifferentSizesAreRefused) {
  EXPECT_THROW(reversals(kGrid, {{0.1, 0.2}}), std::invalid_argument);
  EXPECT_THROW(against_truth(kGrid, {0}), std::invalid_argument);
}

}  // namespace
}  // namespace signalbox::trust
