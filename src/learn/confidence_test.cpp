#include "learn/confidence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace signalbox::learn {
namespace {

using testing::HasSubstr;
using Kind = UnknownRule::Kind;

// Rows of two logits whose first has these probabilities.
tensor::Matrix logits_of(const std::vector<double>& firsts) {
  tensor::Matrix logits{static_cast<std::int64_t>(firsts.size()), 2, {}};
  for (const double p : firsts) {
    logits.values.push_back(static_cast<float>(std::log(p / (1 - p))));
    logits.values.push_back(0);
  }
  return logits;
}

// Says 0.9731 (logit 3.59) and is right in 3 of 4: honest is 0.75, so logit / T = ln 3.
TEST(Temperature, MakesTheConfidenceTheShareOfRightAnswers) {
  const std::vector<std::uint32_t> labels{0, 0, 0, 1};
  const tensor::Matrix logits = logits_of({0.9731, 0.9731, 0.9731, 0.9731});
  EXPECT_NEAR(best_temperature(logits, labels), std::log(0.9731 / 0.0269) / std::log(3), 1e-2);
}

TEST(Temperature, IsOneWhereProbabilitiesAreHonest) {
  const std::vector<std::uint32_t> labels{0, 0, 0, 1};
  EXPECT_NEAR(best_temperature(logits_of({0.75, 0.75, 0.75, 0.75}), labels), 1, 1e-2);
}

// Confidences 0.95, 0.9, 0.8, 0.7, 0.6; only those at 0.8 and 0.6 are wrong.
const tensor::Matrix kFive = logits_of({0.95, 0.9, 0.8, 0.7, 0.6});
const std::vector<std::uint32_t> kLabels{0, 0, 1, 0, 1};

UnknownChoice choose(const UnknownRule& rule, const tensor::Matrix& outsiders = {0, 2, {}}) {
  return choose_unknown(kFive, kLabels, outsiders, 1, rule).value().value();
}

TEST(Unknown, KeepsTheShareAskedFor) {
  const UnknownChoice choice = choose({Kind::coverage, 0.8});
  EXPECT_NEAR(choice.threshold, 0.65, 1e-6);
  EXPECT_DOUBLE_EQ(choice.known, 0.8);
  EXPECT_DOUBLE_EQ(choice.precision, 0.75);
  EXPECT_EQ(choice.refused, std::nullopt);
  EXPECT_DOUBLE_EQ(choose({Kind::coverage, 1}).threshold, 0);
}

TEST(Unknown, KeepsAsMuchAsThePrecisionAllows) {
  EXPECT_NEAR(choose({Kind::precision, 0.9}).threshold, 0.85, 1e-6);
  EXPECT_NEAR(choose({Kind::precision, 0.75}).threshold, 0.65, 1e-6);
  const auto never =
      choose_unknown(logits_of({0.9, 0.8}), std::vector<std::uint32_t>{1, 1}, {0, 2, {}}, 1, {Kind::precision, 0.5});
  EXPECT_THAT(never.error(), HasSubstr("no unknown threshold reaches a precision of 0.5"));
}

// Outsiders at 0.85, 0.75 and 0.55. Right answers minus outsiders kept: 2/5 at 0.875, 2/5 - 1/3 below, 3/5 - 2/3 at
// 0.65: the best is above 0.85.
TEST(Unknown, IsChosenByTextsThatBelongToNoLabel) {
  const UnknownChoice choice = choose({Kind::outsiders, 0}, logits_of({0.85, 0.75, 0.55}));
  EXPECT_NEAR(choice.threshold, 0.875, 1e-6);
  EXPECT_DOUBLE_EQ(choice.refused.value(), 1);
  EXPECT_DOUBLE_EQ(choice.known, 0.4);
}

TEST(Unknown, NoneIsNone) {
  EXPECT_EQ(choose_unknown(kFive, kLabels, {0, 2, {}}, 1, {Kind::none, 0}).value(), std::nullopt);
}

TEST(Unknown, WhatAThresholdDoesToProbabilities) {
  const UnknownChoice choice = unknown_at({3, 2, {0.9F, 0.1F, 0.6F, 0.4F, 0.2F, 0.8F}},
                                          std::vector<std::uint32_t>{0, 0, 0}, {2, 2, {0.7F, 0.3F, 0.5F, 0.5F}}, 0.65);
  EXPECT_DOUBLE_EQ(choice.known, 2.0 / 3);
  EXPECT_DOUBLE_EQ(choice.precision, 0.5);
  EXPECT_DOUBLE_EQ(choice.refused.value(), 0.5);
}

}  // namespace
}  // namespace signalbox::learn
