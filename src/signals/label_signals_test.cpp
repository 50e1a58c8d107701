// fact_check, user_feedback and modality: a classifier with fixed names.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "signals/classifier_test_support.h"

namespace signalbox::signals::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::shared_ptr<FakeClassifier> classifier(std::vector<std::string> labels, std::string text, std::vector<float> p) {
  auto fake = std::make_shared<FakeClassifier>(std::move(labels));
  fake->windows[std::move(text)] = {std::move(p)};
  return fake;
}

// ---- fact_check -----------------------------------------------------------------------------------------------------

constexpr std::string_view kFacts = "[{name: needs_fact_check}, {name: no_fact_check_needed}]";

std::map<std::string, SignalResult> facts(float needed, double threshold) {
  LearnedModels learned;
  learned.fact_check =
      model_of(classifier({"NO_FACT_CHECK_NEEDED", "FACT_CHECK_NEEDED"}, "who won?", {1 - needed, needed}), threshold);
  return judge("fact_check", kFacts, Subject::text("who won?"), learned);
}

TEST(FactCheck, TheThresholdDecidesBetweenTheTwo) {
  auto results = facts(0.7F, 0.6);
  EXPECT_EQ(results.at("needs_fact_check").truth, Truth::match);
  EXPECT_NEAR(results.at("needs_fact_check").confidence, 0.7, 1e-6);
  EXPECT_EQ(results.at("no_fact_check_needed").truth, Truth::no_match);
  results = facts(0.55F, 0.6);  // more probable than not, but not sure enough
  EXPECT_EQ(results.at("needs_fact_check").truth, Truth::no_match);
  EXPECT_EQ(results.at("no_fact_check_needed").truth, Truth::match);
  EXPECT_NEAR(results.at("no_fact_check_needed").confidence, 0.45, 1e-6);
}

TEST(FactCheck, AModelWithOtherLabelsIsRefused) {
  LearnedModels learned;
  learned.fact_check = model_of(std::make_shared<FakeClassifier>(std::vector<std::string>{"spam", "ham"}), 0.5);
  const Rules rules("fact_check", kFacts, {.v1 = false, .used = {}, .embedding = {}, .learned = &learned});
  EXPECT_THAT(rules.problems(),
              ElementsAre("routing.signals.fact_check wrong_labels", "routing.signals.fact_check wrong_labels"));
  EXPECT_THAT(rules.diagnostics.items()[0].message, HasSubstr("it has spam, ham"));
}

// ---- user_feedback --------------------------------------------------------------------------------------------------

constexpr std::string_view kFeedback = "[{name: satisfied}, {name: wrong_answer}, {name: want_different}]";

std::map<std::string, SignalResult> feedback(std::vector<float> p, bool v1, bool answered = true) {
  LearnedModels learned;
  learned.feedback = model_of(
      classifier({"satisfied", "need_clarification", "wrong_answer", "want_different"}, "no!", std::move(p)), 0.7);
  const Subject subject = answered ? Subject::chat(R"("messages":[{"role":"user","content":"2+2?"},
                                                {"role":"assistant","content":"5"},{"role":"user","content":"no!"}])")
                                   : Subject::text("no!");
  return judge("user_feedback", kFeedback, subject, learned, v1);
}

TEST(UserFeedback, TheLikeliestIsTold) {
  const auto results = feedback({0.05F, 0.05F, 0.8F, 0.1F}, false);
  EXPECT_EQ(results.at("wrong_answer").truth, Truth::match);
  EXPECT_NEAR(results.at("wrong_answer").confidence, 0.8, 1e-6);
  EXPECT_EQ(results.at("satisfied").truth, Truth::no_match);
  EXPECT_NEAR(*results.at("want_different").value, 0.1, 1e-6);
}

// VSR says "satisfied" of whoever it cannot tell; under v1 nothing is said.
TEST(UserFeedback, WhenUnsure) {
  const std::vector<float> unsure{0.1F, 0.1F, 0.5F, 0.3F};
  EXPECT_EQ(feedback(unsure, false).at("satisfied").truth, Truth::match);
  EXPECT_NEAR(feedback(unsure, false).at("satisfied").confidence, 0.5, 1e-6);
  for (const auto& [name, result] : feedback(unsure, true)) EXPECT_EQ(result.truth, Truth::no_match) << name;
}

TEST(UserFeedback, NothingBeforeTheFirstAnswer) {
  for (const auto& [name, result] : feedback({0.05F, 0.05F, 0.8F, 0.1F}, false, false)) {
    EXPECT_EQ(result.truth, Truth::no_match) << name;
  }
}

// ---- modality -------------------------------------------------------------------------------------------------------

constexpr std::string_view kModality = "[{name: AR}, {name: DIFFUSION}, {name: BOTH}]";

std::string modality(const std::string& text, std::vector<float> p, ModalitySettings::Method method) {
  LearnedModels learned;
  learned.modality = model_of(classifier({"AR", "DIFFUSION", "BOTH"}, text, std::move(p)), 0.8);
  learned.modality_by = {method, {"Picture", "draw"}, {"explain"}, 0.7};
  std::string told;
  for (const auto& [name, result] : judge("modality", kModality, Subject::text(text), learned)) {
    if (result.truth == Truth::match) told += fmt::format("{} {:.2f}", name, result.confidence);
  }
  return told;
}

TEST(Modality, ByWords) {
  using enum ModalitySettings::Method;
  EXPECT_EQ(modality("a PICTURE of a cat", {}, keyword), "DIFFUSION 0.80");
  EXPECT_EQ(modality("draw it and explain", {}, keyword), "BOTH 0.75");
  EXPECT_EQ(modality("explain it", {}, keyword), "AR 0.80");
}

TEST(Modality, ByTheClassifier) {
  EXPECT_EQ(modality("a picture", {0.5F, 0.4F, 0.1F}, ModalitySettings::Method::classifier), "AR 0.50");
}

TEST(Modality, ByBoth) {
  using enum ModalitySettings::Method;
  EXPECT_EQ(modality("a picture", {0.9F, 0.1F, 0}, hybrid), "AR 0.90");            // the classifier is sure
  EXPECT_EQ(modality("a picture", {0.4F, 0.6F, 0}, hybrid), "DIFFUSION 0.70");     // both say so: the mean
  EXPECT_EQ(modality("a picture", {0.6F, 0.4F, 0}, hybrid), "AR 0.60");            // nearly sure: 0.7 of 0.8
  EXPECT_EQ(modality("a picture", {0.5F, 0.4F, 0.1F}, hybrid), "DIFFUSION 0.80");  // the words
}

TEST(Modality, WordsNeedNoModel) {
  LearnedModels learned;
  learned.modality_by.method = ModalitySettings::Method::keyword;
  learned.modality_by.keywords = {"draw"};
  const auto results = judge("modality", kModality, Subject::text("draw a tree"), learned);
  EXPECT_EQ(results.at("DIFFUSION").truth, Truth::match);
  learned.modality_by.method = ModalitySettings::Method::hybrid;
  EXPECT_EQ(judge("modality", kModality, Subject::text("draw a tree"), learned).at("AR").reason, Reason::model_missing);
}

}  // namespace
}  // namespace signalbox::signals::test
