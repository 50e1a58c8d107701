// cross_modal and out_of_domain on texts and pictures whose vectors are known.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "signals/similarity_test_support.h"

namespace signalbox::signals::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Rules rules(std::string_view leaf, std::string_view yaml, bool v1 = true) {
  return Rules(leaf, yaml, {.v1 = v1, .used = {}, .embedding = model_with_pictures(compass(), picture_compass())});
}

// Papers lie at 0 degrees, code at 90.
constexpr std::string_view kSubject =
    "[{name: s, text_threshold: 0.9, image_threshold: 0.8, topics: ["
    "{name: papers, text: ['0'], images: ['0']}, {name: code, text: ['90'], images: ['90']}]}]";

std::string outcome_of(const Rules& r, std::string_view text, const std::vector<int>& levels) {
  std::string matched;
  for (const auto& [name, result] : Subject::pictures(text, levels).evaluate(r)) {
    if (result.truth == Truth::match) matched += name;
    if (result.truth == Truth::unknown) matched += "?";
  }
  return matched;
}

TEST(CrossModal, TextAndPictureAgreeDisagreeOrLeaveItUnclear) {
  const Rules r = rules("cross_modal", kSubject);
  EXPECT_EQ(outcome_of(r, "10", {20}), "s:agree");
  EXPECT_EQ(outcome_of(r, "80", {20}), "s:disagree");
  EXPECT_EQ(outcome_of(r, "45", {20}), "s:unclear") << "the text is about neither";
  EXPECT_EQ(outcome_of(r, "0", {45}), "s:unclear") << "the picture shows neither";
  EXPECT_EQ(outcome_of(r, "80", {20, 100}), "s:agree") << "one of two pictures";
}

TEST(CrossModal, WhatAgreesIsNamedAndMeasured) {
  const auto agree = Subject::pictures("10", {20}).evaluate(rules("cross_modal", kSubject), "s:agree");
  EXPECT_EQ(agree.detail, "the text: papers; the pictures: papers");
  EXPECT_NEAR(agree.confidence, cosine(20), 1e-6) << "the weaker of the two similarities";
  EXPECT_NEAR(*agree.value, cosine(10), 1e-6) << "of the text and the picture themselves";
  const auto disagree = Subject::pictures("80", {20}).evaluate(rules("cross_modal", kSubject), "s:disagree");
  EXPECT_EQ(disagree.detail, "the text: code; the pictures: papers");
}

// A user who asks about two things at once agrees with a picture of either.
TEST(CrossModal, TheCommonTopicNeedNotBeTheBestOfEither) {
  const Rules r = rules("cross_modal",
                        "[{name: s, text_threshold: 0.7, image_threshold: 0.7, topics: ["
                        "{name: a, text: ['0'], images: ['90']}, {name: b, text: ['20'], images: ['30']}]}]");
  EXPECT_EQ(outcome_of(r, "0", {60}), "s:agree");
}

TEST(CrossModal, WithoutAPictureOrATextTheQuestionDoesNotArise) {
  const Rules r = rules("cross_modal", kSubject);
  EXPECT_EQ(outcome_of(r, "0", {}), "");
  EXPECT_EQ(outcome_of(r, " ", {0}), "");
  EXPECT_EQ(Subject::text("0").cost(r), Cost::instant);
}

TEST(CrossModal, TheCosineJudgesWhereTopicsDoNot) {
  const Rules r = rules("cross_modal",
                        "[{name: s, text_threshold: 0.9, image_threshold: 0.9, agree_from: 0.8,"
                        " disagree_below: 0.2, topics: []}]");
  EXPECT_EQ(outcome_of(r, "30", {50}), "s:agree");
  EXPECT_EQ(outcome_of(r, "30", {90}), "s:unclear");
  EXPECT_EQ(outcome_of(r, "10", {100}), "s:disagree");
}

// An unseen picture may show what is asked about, or something else.
TEST(CrossModal, AnUnseenPictureLeavesItOpenUnlessAnotherAgrees) {
  const Rules r = rules("cross_modal", kSubject);
  EXPECT_EQ(outcome_of(r, "0", {-1}), "???");
  EXPECT_EQ(outcome_of(r, "0", {90, -1}), "???");
  EXPECT_EQ(outcome_of(r, "0", {0, -1}), "s:agree");
}

// Under v1 unknown counts as a match where that protects; never as agreement.
TEST(CrossModal, UnknownNeverPassesForAgreement) {
  const Rules r = rules("cross_modal", kSubject);
  ASSERT_EQ(r.leaf_names(), (std::vector<std::string>{"s:agree", "s:disagree", "s:unclear"}));
  EXPECT_FALSE(r.family->leaves()[0].security);
  EXPECT_TRUE(r.family->leaves()[1].security);
  EXPECT_TRUE(r.family->leaves()[2].security);
}

TEST(CrossModal, WithoutAModelItIsUnknownAndSaysWhich) {
  const Rules r("cross_modal", kSubject, {.v1 = true, .used = {}, .embedding = model_of(compass())});
  EXPECT_EQ(outcome_of(r, "0", {0}), "???");
  EXPECT_THAT(r.family->missing_model(0), HasSubstr("multimodal_model_path"));
}

TEST(CrossModal, MistakesAreNamed) {
  EXPECT_THAT(rules("cross_modal", "[{name: s, text_threshold: 0.5, image_threshold: 0.5, topics: []}]").problems(),
              ElementsAre("routing.signals.cross_modal[0].topics empty_list"));
  EXPECT_THAT(rules("cross_modal",
                    "[{name: s, text_threshold: 0.5, image_threshold: 0.5, topics: ["
                    "{name: a, text: [x], images: [y]}, {name: a, text: [], images: [y]}]}]")
                  .problems(),
              ElementsAre("routing.signals.cross_modal[0].topics[1].text empty_list",
                          "routing.signals.cross_modal[0].topics[1].name duplicate_name"));
  EXPECT_THAT(rules("cross_modal",
                    "[{name: s, text_threshold: 0.5, image_threshold: 0.5, agree_from: 0.1,"
                    " disagree_below: 0.2, topics: []}]")
                  .problems(),
              ElementsAre("routing.signals.cross_modal[0].agree_from reversed_range"));
}

// ---- out_of_domain --------------------------------------------------------------------------------------------------

TEST(OutOfDomain, MatchesBelowItsThreshold) {
  const Rules r = rules("out_of_domain", "[{name: o, threshold: 0.5, candidates: ['0', '30']}]");
  const auto far = Subject::text("120").evaluate(r, "o");
  EXPECT_EQ(far.truth, Truth::match);
  EXPECT_NEAR(*far.value, cosine(90), 1e-6);
  EXPECT_NEAR(far.confidence, 1 - cosine(90), 1e-6);
  EXPECT_EQ(Subject::text("80").evaluate(r, "o").truth, Truth::no_match);
  EXPECT_EQ(Subject::text(" ").evaluate(r, "o").truth, Truth::no_match);
}

TEST(OutOfDomain, OneStrangePictureIsEnough) {
  const Rules r = rules("out_of_domain", "[{name: o, query_modality: image, threshold: 0.5, candidates: ['0']}]");
  const auto strange = Subject::pictures("x", {10, 100, 20}).evaluate(r, "o");
  EXPECT_EQ(strange.truth, Truth::match);
  EXPECT_EQ(strange.detail, "image[1] of 3");
  EXPECT_EQ(Subject::pictures("x", {10, 20}).evaluate(r, "o").truth, Truth::no_match);
  EXPECT_EQ(Subject::pictures("x", {10, -1}).evaluate(r, "o").truth, Truth::unknown);
  EXPECT_EQ(Subject::pictures("x", {100, -1}).evaluate(r, "o").truth, Truth::match);
  EXPECT_EQ(Subject::text("x").evaluate(r, "o").truth, Truth::no_match);
  EXPECT_TRUE(r.family->leaves()[0].security);
}

}  // namespace
}  // namespace signalbox::signals::test
