#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "signals/test_support.h"

namespace signalbox::signals {
namespace {

using enum Truth;
using evidence::Unjudged;
using test::Rules;
using test::Subject;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

// Types that validators judge alone, so that "no match" can be said.
constexpr std::string_view kNumbers =
    "[{name: p, types: [CREDIT_CARD, EMAIL_ADDRESS, PHONE_NUMBER, IBAN_CODE, SECRET]}]";

SignalResult judge(std::string_view yaml, const Subject& subject, bool v1 = false) {
  const Rules rules("pii", yaml, {.v1 = v1, .used = {}});
  EXPECT_THAT(rules.problems(), IsEmpty());
  return subject.evaluate(rules, "p");
}
SignalResult judge(std::string_view yaml, std::string text, bool v1 = false) {
  return judge(yaml, Subject::text(std::move(text)), v1);
}

std::vector<std::string> whats(const SignalResult& result) {
  std::vector<std::string> all;
  for (const Finding& finding : result.findings) all.push_back(finding.what);
  return all;
}

TEST(Pii, AViolationIsAMatchWithTypeAndPlace) {
  const SignalResult result = judge("[{name: p, threshold: 0.9}]", "mail jane@example.org or pay 4111 1111 1111 1111");
  EXPECT_EQ(result.truth, match);
  EXPECT_EQ(result.confidence, 1);
  EXPECT_EQ(result.value, 2);
  EXPECT_THAT(result.values, UnorderedElementsAre(Pair("CREDIT_CARD", 1), Pair("EMAIL_ADDRESS", 1)));
  ASSERT_EQ(result.findings.size(), 2U);
  EXPECT_EQ(result.findings[0].what, "EMAIL_ADDRESS");
  EXPECT_TRUE(result.findings[0].located);
  EXPECT_EQ(result.findings[0].begin, 5U);
  EXPECT_EQ(result.findings[0].end, 21U);
  EXPECT_EQ(result.findings[1].what, "CREDIT_CARD");
  EXPECT_THAT(result.detail, Not(HasSubstr("4111")));
}

TEST(Pii, WithoutAViolationTypesOfAModelLeaveItUnknown) {
  const SignalResult result = judge("[{name: p, threshold: 0.9}]", "hello");
  EXPECT_EQ(result.truth, unknown);
  EXPECT_EQ(result.reason, Reason::model_missing);
  EXPECT_THAT(result.detail, HasSubstr("PERSON"));
  // Partly covered types stay unknown, too: that no street was found says little.
  EXPECT_EQ(judge("[{name: p, types: [STREET_ADDRESS]}]", "hello").truth, unknown);
  EXPECT_EQ(judge("[{name: p, types: [STREET_ADDRESS]}]", "I live at 12 Main Street").truth, match);
}

TEST(Pii, ARuleOfValidatorTypesNeedsNoModel) {
  EXPECT_EQ(judge(kNumbers, "hello").truth, no_match);
  EXPECT_EQ(judge(kNumbers, "write to a@b.de").truth, match);
  EXPECT_EQ(Rules("pii", kNumbers).family->missing_model(0), "");
  EXPECT_THAT(std::string(Rules("pii", "[{name: p}]").family->missing_model(0)), HasSubstr("PERSON"));
  const Rules all_allowed("pii", R"([{name: p, pii_types_allowed: [age, date_time, gpe, nrp, organization, person,
                                     street_address, us_driver_license, zip_code]}])");
  EXPECT_EQ(all_allowed.family->missing_model(0), "");
}

TEST(Pii, AllowedTypesPass) {
  EXPECT_EQ(
      judge("[{name: p, types: [EMAIL_ADDRESS, IP_ADDRESS], pii_types_allowed: [email_address]}]", "a@b.de").truth,
      no_match);
  EXPECT_EQ(
      judge("[{name: p, types: [EMAIL_ADDRESS, IP_ADDRESS], pii_types_allowed: [email_address]}]", "a@b.de 10.1.2.3")
          .truth,
      match);
  EXPECT_EQ(
      judge("[{name: p, types: [DATE_OF_BIRTH, IP_ADDRESS], pii_types_allowed: [DATE_TIME]}]", "born 6/24/1991").truth,
      no_match);
}

TEST(Pii, WhatIsAllowedHidesNothingElse) {
  constexpr std::string_view kRule = "[{name: p, types: [PHONE_NUMBER, CREDIT_CARD, SECRET]}]";
  EXPECT_THAT(whats(judge(kRule, "https://x.org/?c=4111111111111111")), ElementsAre("CREDIT_CARD"));
  EXPECT_THAT(whats(judge(kRule, "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@example.org")), ElementsAre("SECRET"));
  // But part of an allowed number is no number of another type.
  EXPECT_EQ(judge("[{name: p, types: [PHONE_NUMBER]}]", "phone card 4111 1111 1111 1111").truth, no_match);
}

TEST(Pii, ThresholdsByType) {
  constexpr std::string_view kPhone = "call 212-555-0123 now";
  constexpr std::string_view kBare = "see 212-555-0123 now";
  EXPECT_EQ(judge("[{name: p, types: [PHONE_NUMBER], threshold: 0.9}]", std::string(kPhone)).truth, match);
  EXPECT_EQ(judge("[{name: p, types: [PHONE_NUMBER], threshold: 0.9}]", std::string(kBare)).truth, no_match);
  EXPECT_EQ(
      judge("[{name: p, types: [PHONE_NUMBER], threshold: 0.9, thresholds: {PHONE_NUMBER: 0.7}}]", std::string(kBare))
          .truth,
      match);
}

TEST(Pii, AllowedValuesAndContextWords) {
  constexpr std::string_view kOwn = "[{name: p, types: [EMAIL_ADDRESS], allowed_values: ['*@Example.com', info@b.de]}]";
  EXPECT_EQ(judge(kOwn, "ask help@example.com or INFO@b.de").truth, no_match);
  EXPECT_THAT(whats(judge(kOwn, "ask help@example.com or jane@b.de")), ElementsAre("EMAIL_ADDRESS"));
  constexpr std::string_view kWord = "[{name: p, types: [PHONE_NUMBER], context_words: {PHONE_NUMBER: [durchwahl]}}]";
  EXPECT_EQ(judge(kWord, "Durchwahl 358 0594").truth, match);
  EXPECT_EQ(judge("[{name: p, types: [PHONE_NUMBER]}]", "Durchwahl 358 0594").truth, no_match);
}

TEST(Pii, HistoryAndToolsOnRequest) {
  const Subject subject = Subject::chat(R"("messages":[
    {"role":"user","content":"I am jane@example.org"},
    {"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{\"card\":\"4111 1111 1111 1111\"}"}}]},
    {"role":"tool","tool_call_id":"1","content":"DE89 3704 0044 0532 0130 00"},
    {"role":"user","content":"go on"}])");
  const auto with = [&](std::string keys) {
    return judge("[{name: p, types: [EMAIL_ADDRESS, CREDIT_CARD, IBAN_CODE]" + keys + "}]", subject);
  };
  EXPECT_EQ(with("").truth, no_match);
  EXPECT_THAT(whats(with(", include_history: true")), ElementsAre("EMAIL_ADDRESS", "IBAN_CODE"));
  EXPECT_THAT(whats(with(", include_tools: true")), ElementsAre("CREDIT_CARD", "IBAN_CODE"));
  EXPECT_THAT(whats(with(", include_history: true, include_tools: true")),
              ElementsAre("EMAIL_ADDRESS", "IBAN_CODE", "CREDIT_CARD"));
}

Subject pictures(std::vector<evidence::ImageText> texts) {
  std::string parts = R"({"type":"text","text":"look"})";
  for (std::size_t i = 0; i < texts.size(); ++i) {
    parts += R"(,{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}})";
  }
  return Subject::chat(R"("messages":[{"role":"user","content":[)" + parts + "]}]").with_pictures(std::move(texts));
}

TEST(Pii, TextInPicturesHasThePicturesIndex) {
  const Subject subject = pictures({test::picture_of("nothing"), test::picture_of("card 4111 1111 1111 1111")});
  EXPECT_EQ(judge(kNumbers, subject).truth, no_match);  // v0.3: VSR reads no pictures
  const SignalResult result = judge(kNumbers, subject, true);
  EXPECT_EQ(result.truth, match);
  ASSERT_EQ(result.findings.size(), 1U);
  EXPECT_EQ(result.findings[0].origin, Origin::image);
  EXPECT_EQ(result.findings[0].part, 1U);
  EXPECT_EQ(result.findings[0].begin, 5U);
  EXPECT_EQ(subject.cost(Rules("pii", kNumbers, {.v1 = true, .used = {}})), Cost::image);
  EXPECT_EQ(subject.cost(Rules("pii", kNumbers)), Cost::scan);
}

TEST(Pii, AnUnreadPictureIsUnknown) {
  const SignalResult result = judge(kNumbers, pictures({test::unreadable(Unjudged::decode_failed)}), true);
  EXPECT_EQ(result.truth, unknown);
  EXPECT_EQ(result.reason, Reason::not_judged);
}

TEST(Pii, TooMuchToJudgeIsUnknownNotSafe) {
  std::string text;
  for (int i = 0; i < 20000; ++i) text += "a" + std::to_string(i) + "@b.de ";
  const SignalResult result =
      judge("[{name: p, types: [EMAIL_ADDRESS, CREDIT_CARD], pii_types_allowed: [EMAIL_ADDRESS]}]", text);
  EXPECT_EQ(result.truth, unknown);
  EXPECT_EQ(result.reason, Reason::not_judged);
}

TEST(Pii, UnderV1TheConfidenceIsTheValidators) {
  EXPECT_EQ(judge(kNumbers, "see 212-555-0123 now", true).confidence, 0.75);
  EXPECT_EQ(judge(kNumbers, "see 212-555-0123 now").confidence, 1);
}

TEST(Pii, MistakesAreNamed) {
  EXPECT_THAT(Rules("pii", "[{name: p, types: [EMAIL]}]").problems(),
              Contains("routing.signals.pii[0].types[0] unknown_pii_type"));
  EXPECT_THAT(Rules("pii", "[{name: p, thresholds: {CARD: 0.5}}]").problems(),
              Contains("routing.signals.pii[0].thresholds.CARD unknown_pii_type"));
  EXPECT_THAT(Rules("pii", "[{name: p, thresholds: {CREDIT_CARD: 2}}]").problems(),
              Contains("routing.signals.pii[0].thresholds.CREDIT_CARD out_of_range"));
  EXPECT_THAT(Rules("pii", "[{name: p, allowed_values: ['*']}]").problems(),
              Contains("routing.signals.pii[0].allowed_values[0] allows_everything"));
  EXPECT_THAT(Rules("pii", "[{name: p, context_words: {PHONE_NUMBER: ['two words'], IBAN_CODE: [x]}}]").problems(),
              UnorderedElementsAre("routing.signals.pii[0].context_words.PHONE_NUMBER[0] not_a_word",
                                   "routing.signals.pii[0].context_words.IBAN_CODE no_context"));
  EXPECT_THAT(Rules("pii", "[{name: p, types: [AGE], pii_types_allowed: [AGE]}]").problems(),
              ElementsAre("warning routing.signals.pii[0].pii_types_allowed nothing_judged"));
}

SignalResult secrets(std::string_view yaml, std::string text) {
  const Rules rules("secrets", yaml);
  EXPECT_THAT(rules.problems(), IsEmpty());
  return Subject::text(std::move(text)).evaluate(rules, "s");
}

TEST(Secrets, KindAndPlaceWithoutAModel) {
  const SignalResult result = secrets("[{name: s}]", "my key is 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");
  EXPECT_EQ(result.truth, match);
  EXPECT_EQ(result.confidence, 1);
  ASSERT_EQ(result.findings.size(), 1U);
  EXPECT_EQ(result.findings[0].what, "github_token");
  EXPECT_EQ(result.findings[0].begin, 10U);
  EXPECT_EQ(secrets("[{name: s}]", "hello, a@b.de").truth, no_match);
  EXPECT_TRUE(Rules("secrets", "[{name: s}]").family->leaves()[0].security);
}

TEST(Secrets, TypesAllowAndThreshold) {
  const std::string text = "password = \"Tr0ub4dor&3\"";
  EXPECT_EQ(secrets("[{name: s, types: [password, jwt]}]", text).truth, match);
  EXPECT_EQ(secrets("[{name: s, types: [jwt]}]", text).truth, no_match);
  EXPECT_EQ(secrets("[{name: s, threshold: 0.95}]", text).truth, no_match);
  EXPECT_EQ(secrets("[{name: s, allow: ['tr0ub*']}]", text).truth, no_match);
  EXPECT_THAT(Rules("secrets", "[{name: s, types: [githubtoken]}, {name: t, allow: ['']}]").problems(),
              ElementsAre("routing.signals.secrets[0].types[0] unknown_secret_type",
                          "routing.signals.secrets[1].allow[0] allows_everything"));
}

TEST(Secrets, OfAScope) {
  const Subject subject = Subject::chat(
      R"("messages":[{"role":"user","content":"SG.abc password: hunter22!"},{"role":"user","content":"x"}])");
  EXPECT_EQ(subject.evaluate(Rules("secrets", "[{name: s}]"), "s").truth, no_match);
  EXPECT_EQ(subject.evaluate(Rules("secrets", "[{name: s, scope: conversation}]"), "s").truth, match);
}

}  // namespace
}  // namespace signalbox::signals
