#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "signals/test_support.h"

namespace signalbox::signals {
namespace {

using ::testing::UnorderedElementsAre;
using enum Truth;
using test::judge;
using test::Rules;
using test::Subject;

SignalResult evaluate(std::string_view yaml, std::string text) {
  const Rules rules("structure", yaml);
  EXPECT_TRUE(rules.diagnostics.ok());
  return Subject::text(std::move(text)).evaluate(rules).begin()->second;
}

constexpr std::string_view kQuestions =
    "- {name: q, feature: {type: count, source: {type: regex, pattern: '[?？]'}}, predicate: {gte: 4}}";

TEST(Structure, CountComparesAndConfidenceGrowsWithDistance) {
  const SignalResult four = evaluate(kQuestions, "a? b? c？ d?");
  EXPECT_EQ(four.truth, match);
  EXPECT_EQ(*four.value, 4);
  EXPECT_DOUBLE_EQ(four.confidence, 0.5);
  EXPECT_DOUBLE_EQ(evaluate(kQuestions, "? ? ? ? ?").confidence, 1 / (1 + std::exp(-4.0)));
  const SignalResult three = evaluate(kQuestions, "? ? ?");
  EXPECT_EQ(three.truth, no_match);
  EXPECT_EQ(three.confidence, 0);
  EXPECT_EQ(*three.value, 3);
}

TEST(Structure, UpperBoundsHoldForNothing) {
  constexpr std::string_view yaml =
      "- {name: q, feature: {type: count, source: {type: regex, pattern: '[?]'}}, predicate: {lte: 1}}";
  EXPECT_EQ(judge("structure", yaml, ""), match);
  EXPECT_EQ(judge("structure", yaml, "??"), no_match);
}

TEST(Structure, ExistsWithMultilineRegex) {
  constexpr std::string_view yaml =
      R"(- {name: steps, feature: {type: exists, source: {type: regex, pattern: '(?m)^\s*\d+\.\s+'}}})";
  EXPECT_EQ(judge("structure", yaml, "Do:\n1. this\n2. that"), match);
  EXPECT_EQ(judge("structure", yaml, "version 1.2 is out"), no_match);
}

TEST(Structure, RegexIsTakenAsWrittenUnlessCaseIsSwitchedOff) {
  const auto yaml = [](std::string_view more) {
    return "- {name: t, feature: {type: exists, source: {type: regex, pattern: 'NOTE'" + std::string(more) + "}}}";
  };
  EXPECT_EQ(judge("structure", yaml(""), "note"), no_match);
  EXPECT_EQ(judge("structure", yaml(", case_sensitive: false"), "note"), match);
}

TEST(Structure, DensityCountsWordsAndHanLetters) {
  constexpr std::string_view yaml =
      "- {name: d, feature: {type: density, source: {type: keyword_set, "
      "keywords: [at most, 至少]}}, predicate: {gt: 0.08}}";
  const SignalResult english = evaluate(yaml, "at most five of ten");
  EXPECT_DOUBLE_EQ(*english.value, 1.0 / 5);
  EXPECT_EQ(english.truth, match);
  EXPECT_DOUBLE_EQ(*evaluate(yaml, "至少五个").value, 1.0 / 4);
  EXPECT_DOUBLE_EQ(*evaluate(yaml, "").value, 0);
  EXPECT_EQ(evaluate(yaml, "almost fat mostly").truth, no_match);
}

TEST(Structure, TheSameKeywordInTwoSpellingsCountsOnce) {
  EXPECT_EQ(*evaluate("- {name: c, feature: {type: count, source: {type: keyword_set, keywords: [json, JSON]}}}",
                      "Json please")
                 .value,
            1);
}

TEST(Structure, SequenceNeedsItsMarkersInOrder) {
  constexpr std::string_view yaml =
      "- {name: s, feature: {type: sequence, source: {type: sequence, "
      "sequences: [[first, then], [首先, 然后]]}}}";
  EXPECT_EQ(judge("structure", yaml, "First wash, then cook"), match);
  EXPECT_EQ(judge("structure", yaml, "then cook, first wash"), no_match);
  EXPECT_EQ(judge("structure", yaml, "首先洗菜然后做饭"), match);
  EXPECT_EQ(judge("structure", yaml, "first things"), no_match);
}

TEST(Structure, SequenceMarkersDoNotOverlap) {
  constexpr std::string_view yaml =
      "- {name: s, feature: {type: sequence, source: {type: sequence, sequences: [[step one, one]]}}}";
  EXPECT_EQ(judge("structure", yaml, "step one"), no_match);
  EXPECT_EQ(judge("structure", yaml, "step one and one more"), match);
}

TEST(Structure, TextBytes) {
  constexpr std::string_view yaml =
      "- {name: big, feature: {type: count, source: {type: text_bytes}}, predicate: {gte: 6}}";
  EXPECT_EQ(judge("structure", yaml, "héllo"), match);
  EXPECT_EQ(judge("structure", yaml, "hello"), no_match);
}

TEST(Structure, FloodsAreCountedAsALowerBound) {
  const std::string flood(200'000, '?');
  EXPECT_EQ(evaluate(kQuestions, flood).truth, match);
  constexpr std::string_view few =
      "- {name: q, feature: {type: count, source: {type: regex, pattern: '[?]'}}, predicate: {lte: 70000}}";
  EXPECT_EQ(evaluate(few, flood).truth, Truth::unknown) << "more were there than were counted";
}

constexpr std::string_view kHalfRead = R"("messages":[{"role":"user","content":[
    {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}},
    {"type":"image_url","image_url":{"url":"https://example.com/a.png"}}]}])";

Truth half_read(std::string_view feature, std::string_view predicate, std::string text) {
  const std::string yaml = "- {name: i, scope: image_text, feature: " + std::string(feature) +
                           (predicate.empty() ? "" : ", predicate: " + std::string(predicate)) + "}";
  const Rules rules("structure", yaml);
  return Subject::chat(kHalfRead)
      .with_pictures({test::picture_of(std::move(text)), test::unreadable(evidence::Unjudged::remote_url)})
      .evaluate(rules, "i")
      .truth;
}

TEST(Structure, WhatAnUnreadPictureCouldAddIsUnknown) {
  constexpr std::string_view exists = "{type: exists, source: {type: regex, pattern: X}}";
  constexpr std::string_view count = "{type: count, source: {type: regex, pattern: X}}";
  constexpr std::string_view density = "{type: density, source: {type: regex, pattern: X}}";
  EXPECT_EQ(half_read(exists, "", "X"), match);
  EXPECT_EQ(half_read(exists, "", "-"), Truth::unknown);
  EXPECT_EQ(half_read(count, "{gte: 2}", "X X"), match);
  EXPECT_EQ(half_read(count, "{gte: 2}", "X"), Truth::unknown);
  EXPECT_EQ(half_read(count, "{lte: 1}", "X X"), no_match);
  EXPECT_EQ(half_read(count, "{lte: 1}", "X"), Truth::unknown);
  EXPECT_EQ(half_read(density, "{gt: 0.1}", "X"), Truth::unknown);
}

TEST(Structure, MistakesAreNamedAtTheirPlace) {
  const Rules rules("structure", R"(
- {name: a, feature: {type: exists, source: {type: regex}}}
- {name: b, feature: {type: count, source: {type: keyword_set}}}
- {name: c, feature: {type: sequence, source: {type: sequence, sequences: [[one]]}}}
- {name: d, feature: {type: exists, source: {type: regex, pattern: x}}, predicate: {gt: 1}}
- {name: e, feature: {type: count, source: {type: regex, pattern: '[a'}}}
- {name: f, feature: {type: sequence, source: {type: regex, pattern: x}}}
- {name: g, feature: {type: count, source: {type: regex, pattern: x}}, predicate: {}}
- {name: h, feature: {type: count, source: {type: regex, pattern: x}}, predicate: {gt: 1, gte: 2}}
- {name: i, feature: {type: count, source: {type: regex, pattern: x}}, predicate: {gt: 5, lt: 5}}
)");
  EXPECT_THAT(rules.problems(),
              UnorderedElementsAre("routing.signals.structure[0].feature.source.pattern missing_pattern",
                                   "routing.signals.structure[1].feature.source.keywords missing_keywords",
                                   "routing.signals.structure[2].feature.source.sequences[0] short_sequence",
                                   "routing.signals.structure[3].predicate predicate_with_exists",
                                   "routing.signals.structure[4].feature.source.pattern bad_regex",
                                   "routing.signals.structure[5].feature.source.type source_mismatch",
                                   "routing.signals.structure[6].predicate empty_predicate",
                                   "routing.signals.structure[7].predicate double_bound",
                                   "routing.signals.structure[8].predicate reversed_range"));
  EXPECT_EQ(rules.family, nullptr);
}

}  // namespace
}  // namespace signalbox::signals
