#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "signals/similarity_test_support.h"

namespace signalbox::signals::test {
namespace {

using testing::HasSubstr;

constexpr std::string_view kRules =
    "[{name: need, threshold: 0.1, hard: {candidates: ['0']}, easy: {candidates: ['90']}}]";

Rules complexity(std::string_view yaml, bool v1 = true) {
  return Rules("complexity", yaml, {.v1 = v1, .used = {}, .embedding = model_of(compass())});
}

// The margin decides between the levels, and exactly one of them matches.
TEST(Complexity, TheMarginDecidesTheLevel) {
  const Rules rules = complexity(kRules);
  struct Case {
    std::string text;
    std::string level;
  };
  for (const Case& c : {Case{"10", "need:hard"}, Case{"80", "need:easy"}, Case{"45", "need:medium"},
                        Case{"43", "need:medium"}, Case{"40", "need:hard"}}) {
    const auto results = Subject::text(c.text).evaluate(rules);
    for (const auto& [name, result] : results) {
      EXPECT_EQ(result.truth, name == c.level ? Truth::match : Truth::no_match) << c.text << " " << name;
    }
    const double margin = cosine(std::stod(c.text)) - cosine(90 - std::stod(c.text));
    EXPECT_NEAR(results.at(c.level).confidence, std::abs(margin), 1e-6);
    EXPECT_NEAR(*results.at(c.level).value, margin, 1e-6);
    EXPECT_NEAR(value(results.at(c.level), "hard"), cosine(std::stod(c.text)), 1e-6);
  }
}

TEST(Complexity, NoTextHasNoLevel) {
  for (const auto& [name, result] : Subject::text(" ").evaluate(complexity(kRules))) {
    EXPECT_EQ(result.truth, Truth::no_match) << name;
  }
}

TEST(Complexity, AnEmptySideCountsAsUnlike) {
  const Rules rules = complexity("[{name: need, threshold: 0.1, hard: {candidates: ['0']}, easy: {candidates: []}}]");
  EXPECT_EQ(Subject::text("10").evaluate(rules, "need:hard").truth, Truth::match);
  EXPECT_EQ(Subject::text("90").evaluate(rules, "need:medium").truth, Truth::match);
}

// A picture that no model can compare may be hard: not "medium".
TEST(Complexity, PicturesAreUnknownWithoutAModelForThem) {
  const Rules rules = complexity(
      "[{name: need, hard: {candidates: ['0'], image_candidates: [a circuit]}, easy: {candidates: ['90']}}]");
  EXPECT_EQ(Subject::text("10").evaluate(rules, "need:hard").truth, Truth::match);
  const Subject with_picture = Subject::chat(
      R"("messages":[{"role":"user","content":[{"type":"text","text":"10"},
         {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}])");
  for (const auto& [name, result] : with_picture.evaluate(rules)) {
    EXPECT_EQ(result.truth, Truth::unknown) << name;
    EXPECT_EQ(result.reason, Reason::model_missing) << name;
  }
}

TEST(Complexity, AnErrorIsUnknownAndNotMedium) {
  auto broken = compass();
  broken->error = models::EmbedError{models::EmbedError::Kind::timeout, "too late"};
  auto model = std::make_shared<EmbeddingModel>(*model_of(broken));
  const Rules rules("complexity", kRules, {.v1 = true, .used = {}, .embedding = model});
  for (const auto& [name, result] : Subject::text("10").evaluate(rules)) {
    EXPECT_EQ(result.truth, Truth::unknown) << name;
    EXPECT_EQ(result.reason, Reason::timeout) << name;
  }
}

TEST(Complexity, WithoutAModelItSaysSo) {
  const Rules rules("complexity", kRules);
  EXPECT_THAT(std::string(rules.family->missing_model(0)), HasSubstr("embedding model"));
  EXPECT_EQ(Subject::text("10").evaluate(rules, "need:easy").reason, Reason::model_missing);
}

// ---- pictures -------------------------------------------------------------------------------------------------------

Rules with_pictures(std::string_view yaml) {
  return Rules("complexity", yaml,
               {.v1 = true, .used = {}, .embedding = model_with_pictures(compass(), picture_compass())});
}
constexpr std::string_view kBoth =
    "[{name: need, threshold: 0.1, hard: {candidates: ['0'], image_candidates: ['20']},"
    " easy: {candidates: ['90'], image_candidates: ['110']}}]";

// The larger margin of either sign decides, and says whether it is a picture's.
TEST(ComplexityPictures, TheLargerMarginDecides) {
  const Rules rules = with_pictures(kBoth);
  const auto hard = Subject::pictures("50", {20}).evaluate(rules, "need:hard");
  EXPECT_EQ(hard.truth, Truth::match);
  EXPECT_NEAR(*hard.value, cosine(0) - cosine(90), 1e-6);
  EXPECT_EQ(value(hard, "image"), 1.0);
  EXPECT_EQ(hard.detail, "image[0] of 1");
  const auto text = Subject::pictures("0", {65}).evaluate(rules, "need:hard");
  EXPECT_NEAR(*text.value, cosine(0) - cosine(90), 1e-6);
  EXPECT_TRUE(std::isnan(value(text, "image")));
}

TEST(ComplexityPictures, TheMostDecidedPictureCounts) {
  const auto results = Subject::pictures("50", {60, 110, 40}).evaluate(with_pictures(kBoth));
  EXPECT_EQ(results.at("need:easy").truth, Truth::match);
  EXPECT_EQ(results.at("need:easy").detail, "image[1] of 3");
}

TEST(ComplexityPictures, WithoutATextThePictureHasALevel) {
  EXPECT_EQ(Subject::pictures(" ", {20}).evaluate(with_pictures(kBoth), "need:hard").truth, Truth::match);
}

// As VSR: the text stands in for the picture, in the pictures' space.
TEST(ComplexityPictures, WithoutAPictureTheTextIsComparedWithDescriptionsToo) {
  const auto result = Subject::text("20").evaluate(with_pictures(kBoth), "need:hard");
  EXPECT_NEAR(*result.value, cosine(0) - cosine(90), 1e-6);
  EXPECT_THAT(result.detail, HasSubstr("descriptions"));
}

// An unseen picture may be hard.
TEST(ComplexityPictures, OneThatCannotBeDecodedLeavesItOpen) {
  for (const auto& [name, result] : Subject::pictures("10", {20, -1}).evaluate(with_pictures(kBoth))) {
    EXPECT_EQ(result.truth, Truth::unknown) << name;
    EXPECT_EQ(result.detail, "image[1]: decode_failed") << name;
  }
}

// VSR reads such entries as pictures; as descriptions they would be compared as words.
TEST(ComplexityPictures, ExamplesByFileAreRefused) {
  for (const std::string example : {"data:image/png;base64,AAAA", "/pictures/a.png", "./a.png"}) {
    const Rules rules = with_pictures("[{name: need, hard: {candidates: ['0'], image_candidates: [circuit, '" +
                                      example + "']}, easy: {candidates: ['90']}}]");
    EXPECT_THAT(rules.problems(),
                testing::ElementsAre("routing.signals.complexity[0].hard.image_candidates[1] unsupported"));
  }
}

}  // namespace
}  // namespace signalbox::signals::test
