#include "learn/classification_metrics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace signalbox::learn {
namespace {

const std::vector<std::string> kLabels{"a", "b", "c"};

// Says a, a, b, b with these confidences; the truth is a, b, b, b.
const tensor::Matrix kFour{4, 3, {0.9F, 0.1F, 0, 0.6F, 0.4F, 0, 0.2F, 0.7F, 0.1F, 0, 1, 0}};
const std::vector<std::uint32_t> kTruth{0, 1, 1, 1};

TEST(ClassificationMetrics, HandWorkedNumbers) {
  const ClassificationMetrics metrics = classification_metrics(kFour, kTruth, kLabels);
  EXPECT_DOUBLE_EQ(metrics.accuracy, 0.75);
  EXPECT_NEAR(metrics.accuracy_interval.low, 0.3006, 1e-4);
  // a: precision 1/2, recall 1, F1 2/3; b: precision 1, recall 2/3, F1 4/5; c has no example and counts not.
  EXPECT_DOUBLE_EQ(metrics.macro_f1, (2.0 / 3 + 0.8) / 2);
  EXPECT_DOUBLE_EQ(metrics.macro_recall, (1 + 2.0 / 3) / 2);
  EXPECT_DOUBLE_EQ(metrics.classes[1].precision, 1);
  EXPECT_EQ(metrics.classes[2].examples, 0U);
  // Each stands in a bin of its own: |1 - 0.9| + |0 - 0.6| + |1 - 0.7| + 0, over 4.
  EXPECT_NEAR(metrics.calibration_error, 0.25, 1e-6);
  EXPECT_NEAR(metrics.log_loss, -(std::log(0.9) + std::log(0.4) + std::log(0.7)) / 4, 1e-6);
  ASSERT_EQ(metrics.confusions.size(), 1U);
  EXPECT_EQ(metrics.confusions[0].label, "b");
  EXPECT_EQ(metrics.confusions[0].taken_for, "a");
  EXPECT_FALSE(metrics.auc);
}

TEST(ClassificationMetrics, InOneBinErrorsCancel) {
  const tensor::Matrix probabilities{2, 2, {0.5F, 0.5F, 0.5F, 0.5F}};
  const ClassificationMetrics metrics =
      classification_metrics(probabilities, std::vector<std::uint32_t>{0, 1}, std::vector<std::string>{"n", "y"});
  EXPECT_NEAR(metrics.calibration_error, 0, 1e-9);
}

TEST(ClassificationMetrics, TwoLabelsHaveAnAuc) {
  const tensor::Matrix probabilities{4, 2, {0.9F, 0.1F, 0.6F, 0.4F, 0.7F, 0.3F, 0.2F, 0.8F}};
  const ClassificationMetrics metrics =
      classification_metrics(probabilities, std::vector<std::uint32_t>{0, 0, 1, 1}, std::vector<std::string>{"n", "y"});
  EXPECT_DOUBLE_EQ(metrics.auc.value().value, 0.75);
}

TEST(ClassificationMetrics, JsonHoldsAsManyConfusionsAsAskedFor) {
  const ClassificationMetrics metrics = classification_metrics(kFour, kTruth, kLabels);
  EXPECT_EQ(metrics_json(metrics, 0).at("confusions").size(), 0U);
  EXPECT_EQ(metrics_json(metrics, 9).at("confusions").size(), 1U);
  EXPECT_EQ(metrics_json(metrics, 9).at("classes").size(), 3U);
}

}  // namespace
}  // namespace signalbox::learn
