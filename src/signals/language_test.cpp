#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "signals/test_support.h"

namespace signalbox::signals {
namespace {

using enum Truth;
using test::Rules;
using test::Subject;

constexpr std::string_view kLanguages = "[{name: zh}, {name: es}, {name: en}, {name: ru, threshold: 0.3}]";
const Rules::Options kV1{.v1 = true, .used = {}};

TEST(Language, OneLanguageOfTheText) {
  const Rules rules("language", kLanguages);
  const auto spanish =
      Subject::text("¿Dónde puedo encontrar una buena biblioteca en esta ciudad tan grande?").evaluate(rules);
  EXPECT_EQ(spanish.at("es").truth, match);
  EXPECT_EQ(spanish.at("es").confidence, 1.0) << "VSR writes no confidence for language";
  EXPECT_FALSE(spanish.at("es").calibrated) << "a share of the text is no probability";
  EXPECT_GE(*spanish.at("es").value, 0.3);
  EXPECT_EQ(spanish.at("en").truth, no_match);
  EXPECT_EQ(Subject::text("请用中文解释一下机器学习的基本原理").evaluate(rules, "zh").truth, match);
  EXPECT_EQ(Subject::text("Объясните, пожалуйста, как работает эта программа").evaluate(rules, "ru").truth, match);
}

TEST(Language, WhatCannotBeToldIsEnglishUnderV03AndNothingUnderV1) {
  for (const char* text : {"", "12345 67890", "?!"}) {
    const SignalResult assumed = Subject::text(text).evaluate(Rules("language", kLanguages), "en");
    EXPECT_EQ(assumed.truth, match) << text;
    EXPECT_DOUBLE_EQ(*assumed.value, 0.5);
    EXPECT_EQ(Subject::text(text).evaluate(Rules("language", kLanguages, kV1), "en").truth, no_match) << text;
  }
}

TEST(Language, TheRulesOwnThresholdHoldsForTheFallbackToo) {
  const Rules rules("language", "[{name: en, threshold: 0.6}]");
  EXPECT_EQ(Subject::text("12345").evaluate(rules, "en").truth, no_match);
}

TEST(Language, PicturesThatWereNotReadAreNotEnglish) {
  const Rules rules("language", "[{name: en, scope: image_text}]");
  const Subject subject = Subject::chat(R"("messages":[{"role":"user","content":[
      {"type":"image_url","image_url":{"url":"https://example.com/a.png"}}]}])");
  EXPECT_EQ(subject.evaluate(rules, "en").truth, Truth::unknown);
}

TEST(Language, NamesThatAreNoCodesAreWarnedAbout) {
  EXPECT_THAT(Rules("language", "[{name: chinese}]").problems(),
              ::testing::ElementsAre("warning routing.signals.language[0].name unknown_language"));
}

}  // namespace
}  // namespace signalbox::signals
