#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "signals/test_support.h"

namespace signalbox::signals {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using enum Truth;
using test::judge;
using test::Rules;
using test::Subject;

std::string rule(std::string_view more) {
  return "- {name: k, " + std::string(more) + "}";
}

TEST(Keyword, OrMatchesOneAndListsWhereEachStands) {
  const Rules rules("keyword", rule("operator: OR, keywords: [urgent, asap, never]"));
  const SignalResult result = Subject::text("ASAP please, it is urgent. Urgent!").evaluate(rules, "k");
  ASSERT_EQ(result.truth, match);
  EXPECT_EQ(result.confidence, 1.0);
  EXPECT_DOUBLE_EQ(*result.value, 0.5 + 0.5 * 2 / 3);
  ASSERT_EQ(result.findings.size(), 3u);
  EXPECT_EQ(result.findings[0].what, "urgent");
  EXPECT_TRUE(result.findings[0].located);
  EXPECT_EQ(result.findings[0].begin, 19u);
  EXPECT_EQ(result.findings[0].end, 25u);
  EXPECT_EQ(result.findings[2].what, "asap");
  EXPECT_EQ(result.findings[2].begin, 0u);
}

TEST(Keyword, AndNeedsAllOfThem) {
  const std::string yaml = rule("operator: AND, keywords: [credit card, refund]");
  EXPECT_EQ(judge("keyword", yaml, "refund my Credit Card"), match);
  EXPECT_EQ(judge("keyword", yaml, "refund my card"), no_match);
}

TEST(Keyword, NorMatchesWhenNoneOccursAndReportsNone) {
  const Rules rules("keyword", rule("operator: NOR, keywords: [password, secret]"));
  const SignalResult clean = Subject::text("hello").evaluate(rules, "k");
  EXPECT_EQ(clean.truth, match);
  EXPECT_THAT(clean.findings, IsEmpty());
  EXPECT_EQ(Subject::text("my Password").evaluate(rules, "k").truth, no_match);
}

TEST(Keyword, WordBoundaries) {
  const std::string bug = rule("operator: OR, keywords: [bug]");
  EXPECT_EQ(judge("keyword", bug, "a bug."), match);
  EXPECT_EQ(judge("keyword", bug, "debug it"), no_match);
  EXPECT_EQ(judge("keyword", bug, "bug_report"), no_match);
  EXPECT_EQ(judge("keyword", bug, "bugfix"), no_match);
  const std::string cpp = rule("operator: OR, keywords: [C++]");
  EXPECT_EQ(judge("keyword", cpp, "in C++, please"), match);
  EXPECT_EQ(judge("keyword", cpp, "ABC++"), no_match);
  EXPECT_EQ(judge("keyword", rule("operator: OR, keywords: [cafe]"), "caf\u00e9"), no_match);
}

TEST(Keyword, UnicodeCaseFolding) {
  EXPECT_EQ(judge("keyword", rule("operator: OR, keywords: [straße]"), "STRASSE"), match);
  EXPECT_EQ(judge("keyword", rule("operator: OR, keywords: [срочно]"), "Это СРОЧНО!"), match);
  EXPECT_EQ(judge("keyword", rule("operator: OR, keywords: [asap]"), "ＡＳＡＰ"), match);
  EXPECT_EQ(judge("keyword", rule("operator: OR, keywords: [US], case_sensitive: true"), "tell us"), no_match);
  EXPECT_EQ(judge("keyword", rule("operator: OR, keywords: [US], case_sensitive: true"), "the US"), match);
}

// VSR exempts Han from word boundaries, but not Kana, Hangul and Thai.
TEST(Keyword, ScriptsWithoutSpaces) {
  EXPECT_EQ(judge("keyword", rule("operator: OR, keywords: [机器学习]"), "请解释机器学习的原理"), match);
  EXPECT_EQ(judge("keyword", rule("operator: OR, keywords: [パスワード]"), "新しいパスワードを教えて"), match);
  EXPECT_EQ(judge("keyword", rule("operator: OR, keywords: [비밀번호]"), "비밀번호를 알려줘"), match);
  EXPECT_EQ(judge("keyword", rule("operator: OR, keywords: [รหัสผ่าน]"), "ขอรหัสผ่านหน่อย"), match);
}

TEST(Keyword, RegexIsRawAndFoldsCaseByDefault) {
  const std::string yaml = R"(- {name: k, operator: OR, method: regex, keywords: ['AKIA[0-9A-Z]{4}', 'rm\s+-rf']})";
  EXPECT_EQ(judge("keyword", yaml, "key akia12AB"), match);
  EXPECT_EQ(judge("keyword", yaml, "xrm  -rf /"), match);
  EXPECT_EQ(judge("keyword", yaml, "AKIA"), no_match);
}

TEST(Keyword, Bm25AndNgramAndFuzzyAcceptWhatIsAlike) {
  const std::string bm25 = rule("operator: OR, method: bm25, keywords: [code, debug, refactor], bm25_threshold: 0.1");
  EXPECT_EQ(judge("keyword", bm25, "I am debugging this"), match);
  EXPECT_EQ(judge("keyword", bm25, "what a lovely day"), no_match);
  const std::string ngram = rule("operator: OR, method: ngram, keywords: [urgent, immediate], ngram_threshold: 0.4");
  EXPECT_EQ(judge("keyword", ngram, "this is urgnt"), match);
  EXPECT_EQ(judge("keyword", ngram, "no hurry at all"), no_match);
  const std::string fuzzy = rule("operator: OR, method: fuzzy, keywords: [password reset], fuzzy_threshold: 2");
  EXPECT_EQ(judge("keyword", fuzzy, "a pasword resett please"), match);
  EXPECT_EQ(judge("keyword", fuzzy, "a new card please"), no_match);
}

TEST(Keyword, FuzzyMatchFlagOnOtherMethods) {
  const std::string yaml = rule("operator: OR, keywords: [emergency], fuzzy_match: true");
  EXPECT_EQ(judge("keyword", yaml, "an emergncy"), match);
  EXPECT_EQ(judge("keyword", rule("operator: OR, keywords: [emergency]"), "an emergncy"), no_match);
}

TEST(Keyword, FuzzyThresholdFromFiftyIsPercent) {
  const std::string yaml = rule("operator: OR, method: fuzzy, keywords: [confidential], fuzzy_threshold: 82");
  EXPECT_EQ(judge("keyword", yaml, "this is confidental"), match);
  EXPECT_EQ(judge("keyword", yaml, "this is confident"), no_match);
  const Rules wrong("keyword", rule("operator: OR, method: fuzzy, keywords: [x], fuzzy_threshold: 30"));
  EXPECT_THAT(wrong.problems(), ElementsAre("routing.signals.keywords[0].fuzzy_threshold out_of_range"));
}

TEST(Keyword, FuzzyUnderV1DoesNotTurnShortWordsIntoOthers) {
  const std::string yaml = rule("operator: OR, method: fuzzy, keywords: [bug], fuzzy_threshold: 2");
  const Subject cut = Subject::text("cut it");
  EXPECT_EQ(cut.evaluate(Rules("keyword", yaml), "k").truth, match) << "v0.3 keeps VSR's distance";
  EXPECT_EQ(cut.evaluate(Rules("keyword", yaml, {.v1 = true, .used = {}}), "k").truth, no_match);
}

TEST(Keyword, ShortFuzzyKeywordsAreWarnedAbout) {
  EXPECT_THAT(Rules("keyword", rule("operator: OR, method: fuzzy, keywords: [password, bug]")).problems(),
              ElementsAre("warning routing.signals.keywords[0].keywords[1] short_fuzzy_keyword"));
}

TEST(Keyword, RulesOfManyScopesShareAFamily) {
  const Rules rules("keyword", R"(
- {name: last, operator: OR, keywords: [alpha]}
- {name: users, operator: OR, keywords: [alpha], scope: all_user}
- {name: all, operator: OR, keywords: [beta], scope: conversation}
- {name: tools, operator: OR, keywords: [gamma], scope: tools}
)");
  const Subject subject = Subject::chat(R"("messages":[
      {"role":"user","content":"alpha"},{"role":"assistant","content":"beta"},{"role":"user","content":"go on"}],
      "tools":[{"type":"function","function":{"name":"f","description":"gamma rays"}}])");
  const auto results = subject.evaluate(rules);
  EXPECT_EQ(results.at("last").truth, no_match);
  EXPECT_EQ(results.at("users").truth, match);
  EXPECT_EQ(results.at("all").truth, match);
  ASSERT_EQ(results.at("all").findings.size(), 1u);
  EXPECT_EQ(results.at("all").findings[0].message, 1u);
  EXPECT_EQ(results.at("tools").truth, match);
  EXPECT_FALSE(results.at("tools").findings[0].located);
}

constexpr std::string_view kPicture =
    R"("messages":[{"role":"user","content":[{"type":"text","text":"Summarize"},
       {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}},
       {"type":"image_url","image_url":{"url":"data:image/png;base64,BBBB"}}]}])";

TEST(Keyword, ImageTextIsReadAndLocatedInThePicture) {
  const Rules rules("keyword", rule("operator: OR, keywords: [passport], scope: image_text"));
  const Subject subject =
      Subject::chat(kPicture).with_pictures({test::picture_of(""), test::picture_of("PASSPORT No 1")});
  EXPECT_EQ(subject.cost(rules), Cost::image);
  const SignalResult result = subject.evaluate(rules, "k");
  ASSERT_EQ(result.truth, match);
  ASSERT_EQ(result.findings.size(), 1u);
  EXPECT_EQ(result.findings[0].origin, Origin::image);
  EXPECT_EQ(result.findings[0].part, 1u) << "the second image of the request";
  EXPECT_EQ(result.findings[0].end, 8u);
}

TEST(Keyword, UnreadPictureIsUnknownUnlessWhatWasReadDecides) {
  const auto with = [](std::string_view op, std::string text) {
    const Rules rules("keyword", rule("operator: " + std::string(op) + ", keywords: [passport], scope: image_text"));
    return Subject::chat(kPicture)
        .with_pictures({test::picture_of(std::move(text)), test::unreadable(evidence::Unjudged::decode_failed)})
        .evaluate(rules, "k");
  };
  EXPECT_EQ(with("OR", "passport").truth, match);
  EXPECT_EQ(with("AND", "passport").truth, match);
  EXPECT_EQ(with("NOR", "passport").truth, no_match);
  for (const std::string_view op : {"OR", "AND", "NOR"}) {
    const SignalResult unknown = with(op, "nothing");
    EXPECT_EQ(unknown.truth, Truth::unknown) << op;
    EXPECT_EQ(unknown.reason, Reason::not_judged);
    EXPECT_EQ(unknown.detail, "a picture was not read: decode_failed");
  }
}

TEST(Keyword, ImageTextDefaultsToSecurityUnderV1) {
  const std::string yaml = rule("operator: OR, keywords: [x], scope: image_text");
  EXPECT_FALSE(Rules("keyword", yaml).family->leaves()[0].security);
  EXPECT_TRUE(Rules("keyword", yaml, {.v1 = true, .used = {}}).family->leaves()[0].security);
  const std::string off = rule("operator: OR, keywords: [x], scope: image_text, security: false");
  EXPECT_FALSE(Rules("keyword", off, {.v1 = true, .used = {}}).family->leaves()[0].security);
}

TEST(Keyword, EmptyAndHugeTexts) {
  const std::string yaml = rule("operator: OR, keywords: [needle]");
  EXPECT_EQ(judge("keyword", yaml, ""), no_match);
  std::string huge(4u << 20, 'x');
  EXPECT_EQ(judge("keyword", yaml, huge), no_match);
  huge += " needle";
  EXPECT_EQ(judge("keyword", yaml, huge), match);
}

// A flood of one keyword must not crowd another out of the list of matches.
TEST(Keyword, AFloodOfOneKeywordHidesNoOther) {
  const Rules rules("keyword", R"(
- {name: flood, operator: OR, keywords: [a]}
- {name: other, operator: OR, keywords: [secret]}
)");
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "a ";
  const auto results = Subject::text(text + "secret").evaluate(rules);
  EXPECT_EQ(results.at("other").truth, match);
  EXPECT_LE(results.at("flood").findings.size(), kMaxFindings);
}

TEST(Keyword, WithoutUserMessageAllOtherTextIsRead) {
  const Rules rules("keyword", rule("operator: OR, keywords: [urgent]"));
  const Subject subject = Subject::chat(R"("messages":[{"role":"system","content":"urgent work"}])");
  EXPECT_EQ(subject.evaluate(rules, "k").truth, match);
}

TEST(Keyword, MistakesAreNamedAtTheirPlace) {
  const Rules rules("keyword", R"(
- {name: a, operator: OR, keywords: []}
- {name: b, operator: OR, keywords: [ok, ' ']}
- {name: c, operator: OR, method: regex, keywords: [fine, '(unclosed']}
- {name: ok, operator: OR, keywords: [fine]}
- {name: ok, operator: OR, keywords: [again]}
- {name: f, operator: XOR, keywords: [fine]}
- {name: g, operator: OR, keywords: [fine], method: bm52}
)");
  EXPECT_THAT(rules.problems(), ::testing::UnorderedElementsAre("routing.signals.keywords[0].keywords empty_list",
                                                                "routing.signals.keywords[1].keywords[1] empty_keyword",
                                                                "routing.signals.keywords[2].keywords[1] bad_regex",
                                                                "routing.signals.keywords[4].name duplicate_name",
                                                                "routing.signals.keywords[5].operator bad_choice",
                                                                "routing.signals.keywords[6].method bad_choice"));
}

}  // namespace
}  // namespace signalbox::signals
