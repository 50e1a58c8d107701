// What redacting makes of the bytes of a request, and what it refuses.
#include "plugins/redaction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugins/redaction_fixture.h"
#include "protocol/request_edits.h"

namespace signalbox::plugins {
namespace {

using signals::SignalResult;
using testing::HasSubstr;
using testing::Not;

std::string user(std::string_view literal) {
  return R"({"model":"auto","messages":[{"role":"user","content":)" + std::string(literal) + "}]}";
}

const RedactionRules kPlaceholder{.method = RedactMethod::placeholder, .restore = true};

TEST(Redaction, NumbersValuesByTypeAndEqualOnesAlike) {
  const protocol::Request request = parsed(user(R"("a@x.com, b@x.com, a@x.com, 4111 1111 1111 1111 \u00e9\/")"));
  const Redacted result =
      redacted(request, kPlaceholder,
               {in_text(request, "a@x.com", "EMAIL_ADDRESS"), in_text(request, "b@x.com", "EMAIL_ADDRESS"),
                in_text(request, "4111 1111 1111 1111", "CREDIT_CARD")});
  EXPECT_EQ(result.refusal, std::nullopt);
  EXPECT_EQ(result.body,
            user(R"("[EMAIL_ADDRESS_1], [EMAIL_ADDRESS_2], [EMAIL_ADDRESS_1], [CREDIT_CARD_1] \u00e9\/")"));
  EXPECT_EQ(result.restores->restore("[CREDIT_CARD_1] [EMAIL_ADDRESS_2]", false), "4111 1111 1111 1111 b@x.com");
}

TEST(Redaction, ReachesWhatIsWrittenInEscapes) {
  const protocol::Request request = parsed(user(R"("\u0062ob\u0040x.com")"));
  EXPECT_EQ(redacted(request, kPlaceholder, {in_text(request, "bob@x.com", "EMAIL_ADDRESS")}).body,
            user(R"("[EMAIL_ADDRESS_1]")"));
}

TEST(Redaction, APlaceholderOfTheUsersOwnIsNotTakenForOurs) {
  const protocol::Request request = parsed(user(R"("[EMAIL_ADDRESS_1] is bob@x.com")"));
  const Redacted result = redacted(request, kPlaceholder, {in_text(request, "bob@x.com", "EMAIL_ADDRESS")});
  EXPECT_EQ(result.body, user(R"("[EMAIL_ADDRESS_1] is [EMAIL_ADDRESS_2]")"));
  EXPECT_EQ(result.restores->restore("[EMAIL_ADDRESS_1] [EMAIL_ADDRESS_2]", false), "[EMAIL_ADDRESS_1] bob@x.com");
}

TEST(Redaction, HashesBelongToTheKey) {
  const protocol::Request request = parsed(user(R"("bob@x.com")"));
  const std::vector<signals::Finding> findings{in_text(request, "bob@x.com", "EMAIL_ADDRESS")};
  const RedactionRules one{.method = RedactMethod::hash, .key = "0123456789abcdef"};
  const RedactionRules other{.method = RedactMethod::hash, .key = "0123456789abcdeg"};
  const std::string body = redacted(request, one, findings).body;
  EXPECT_THAT(body, testing::ContainsRegex(R"(\[EMAIL_ADDRESS_[0-9a-f]{16}\])"));
  EXPECT_EQ(redacted(request, one, findings).body, body);
  EXPECT_NE(redacted(request, other, findings).body, body);
}

TEST(Redaction, TokensSayNothingAndNeverComeAgain) {
  const protocol::Request request = parsed(user(R"("bob@x.com")"));
  const std::vector<signals::Finding> findings{in_text(request, "bob@x.com", "EMAIL_ADDRESS")};
  const RedactionRules rules{.method = RedactMethod::token, .restore = true};
  const Redacted first = redacted(request, rules, findings);
  EXPECT_THAT(first.body, testing::ContainsRegex(R"("\[REDACTED_[0-9a-f]{32}\]")"));
  EXPECT_NE(redacted(request, rules, findings).body, first.body);
}

TEST(Redaction, MasksHideLengthsAndCannotBeUndone) {
  const protocol::Request request = parsed(user(R"("bob@x.com")"));
  const Redacted result = redacted(request, {.method = RedactMethod::mask},
                                   std::vector<signals::Finding>{in_text(request, "bob@x.com", "EMAIL_ADDRESS")});
  EXPECT_EQ(result.body, user(R"("****")"));
  EXPECT_EQ(result.restores, nullptr);
}

TEST(Redaction, TheSameValueGoesWhereverATextHoldsIt) {
  const protocol::Request request = parsed(
      R"({"model":"auto","messages":[{"role":"system","content":"Greet bob@x.com"},{"role":"user","content":"I am bob@x.com"}]})");
  const Redacted result = redacted(request, kPlaceholder, {in_text(request, "bob@x.com", "EMAIL_ADDRESS", 1)});
  EXPECT_THAT(result.body, Not(HasSubstr("bob@x.com")));
}

TEST(Redaction, AValueThatStandsInAMemberStopsTheRequest) {
  for (const std::string_view member :
       {R"("user":"bob@x.com")", R"("metadata":{"bob@x.com":"1"})",
        R"("tools":[{"type":"function","function":{"name":"f","description":"for bob@x.com"}}])"}) {
    const std::string body =
        R"({"model":"auto","messages":[{"role":"user","content":"bob@x.com"}],)" + std::string(member) + "}";
    const protocol::Request request = parsed(body);
    const Redacted result = redacted(request, kPlaceholder, {in_text(request, "bob@x.com", "EMAIL_ADDRESS")});
    ASSERT_TRUE(result.refusal) << member;
    EXPECT_EQ(result.refusal->status, 422);
    EXPECT_THAT(result.refusal->message, Not(HasSubstr("bob")));
    EXPECT_EQ(result.body, body);
  }
}

TEST(Redaction, WhatWasFoundInPicturesOrNamesStopsTheRequest) {
  const protocol::Request request = parsed(user(R"("hello")"));
  signals::Finding picture{.what = "EMAIL_ADDRESS", .located = true, .origin = signals::Origin::image};
  const signals::Finding nowhere{.what = "EMAIL_ADDRESS"};
  for (const signals::Finding& finding : {picture, nowhere}) {
    EXPECT_EQ(redacted(request, kPlaceholder, {finding}).refusal->status, 422);
    RedactionRules pass = kPlaceholder;
    pass.pass_unreachable = true;
    EXPECT_FALSE(redacted(request, pass, {finding}).refusal);
  }
}

TEST(Redaction, WhatIsNotKnownStopsTheRequest) {
  const protocol::Request request = parsed(user(R"("bob@x.com")"));
  const SignalResult unknown = SignalResult::unknown(signals::Reason::timeout);
  EXPECT_EQ(redacted(request, kPlaceholder, unknown).refusal->status, 503);
  SignalResult partial = SignalResult::matched();
  partial.partial = true;
  partial.findings = {in_text(request, "bob@x.com", "EMAIL_ADDRESS")};
  EXPECT_EQ(redacted(request, kPlaceholder, partial).refusal->code, "policy_unavailable");
  RedactionRules pass = kPlaceholder;
  pass.pass_unreachable = true;
  EXPECT_THAT(redacted(request, pass, partial).body, Not(HasSubstr("bob@x.com")));
  RequestEdit never_judged(request);
  never_judged.signals = {{"pii:p", nullptr}};
  EXPECT_EQ(redact(kPlaceholder, never_judged)->status, 503);
}

std::string with_call(std::string_view arguments) {
  return R"({"model":"auto","messages":[{"role":"assistant","tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":)" +
         std::string(arguments) + R"(}}]},{"role":"tool","tool_call_id":"1","content":"done"}]})";
}

TEST(Redaction, ArgumentsStayJson) {
  const protocol::Request request = parsed(with_call(R"("{\"to\":\"bob@x.com\",\"card\":4111111111111111}")"));
  const Redacted result = redacted(
      request, kPlaceholder,
      {in_call(request, "bob@x.com", "EMAIL_ADDRESS", 0), in_call(request, "4111111111111111", "CREDIT_CARD", 0)});
  EXPECT_EQ(result.body, with_call(R"("{\"to\":\"[EMAIL_ADDRESS_1]\",\"card\":\"[CREDIT_CARD_1]\"}")"));
}

TEST(Redaction, AValueWrittenDifferentlyInArgumentsIsTheSame) {
  const protocol::Request request = parsed(with_call(R"("{\"key\":\"-----BEGIN\\nabc\\\"-----\"}")"));
  const Redacted result =
      redacted(request, kPlaceholder, {in_call(request, R"(-----BEGIN\nabc\"-----)", "private_key", 0)});
  EXPECT_EQ(result.body, with_call(R"("{\"key\":\"[PRIVATE_KEY_1]\"}")"));
  EXPECT_EQ(result.restores->restore("[PRIVATE_KEY_1]", false), "-----BEGIN\nabc\"-----");
  EXPECT_EQ(result.restores->restore("[PRIVATE_KEY_1]", true), R"(-----BEGIN\nabc\"-----)");
}

TEST(Redaction, TheLettersOfAnEscapeBelongToNoValue) {
  const std::string body = with_call(R"("{\"a\":\"\\nbob@x.com \\u0062ob@x.com \\u00e9bob@x.com \\\\nob@x.com\"}")");
  const protocol::Request request = parsed(body);
  const Redacted result = redacted(
      request, kPlaceholder,
      {in_call(request, "nbob@x.com", "EMAIL_ADDRESS", 0), in_call(request, "u0062ob@x.com", "EMAIL_ADDRESS", 0),
       in_call(request, "u00e9bob@x.com", "EMAIL_ADDRESS", 0), in_call(request, "nob@x.com", "EMAIL_ADDRESS", 0)});
  EXPECT_EQ(
      result.body,
      with_call(
          R"("{\"a\":\"\\n[EMAIL_ADDRESS_1] [EMAIL_ADDRESS_1] \\u00e9[EMAIL_ADDRESS_1] \\\\[EMAIL_ADDRESS_2]\"}")"));
}

TEST(Redaction, WhatCannotStayJsonStopsTheRequest) {
  const protocol::Request request = parsed(with_call(R"("{\"a\":\"4111\",\"b\":\"1111\"}")"));
  EXPECT_EQ(redacted(request, kPlaceholder, {in_call(request, R"(4111","b)", "CREDIT_CARD", 0)}).refusal->status, 422);
}

TEST(Redaction, OtherPluginsEditsStandBesideIt) {
  const protocol::Request request = parsed(
      R"({"model":"auto","messages":[{"role":"system","content":"bob@x.com rules"},{"role":"user","content":"x"}]})");
  SignalResult found = SignalResult::matched();
  found.findings = {in_text(request, "bob@x.com", "EMAIL_ADDRESS")};
  for (const auto& [mode, content] :
       {std::pair(protocol::SystemPromptMode::insert, R"("P\n\n[EMAIL_ADDRESS_1] rules")"),
        std::pair(protocol::SystemPromptMode::replace, R"("P")")}) {
    RequestEdit edit(request);
    edit.signals = {{"pii:p", &found}};
    ASSERT_FALSE(redact(kPlaceholder, edit));
    protocol::set_system_prompt(request, edit.splice, "P", mode);
    EXPECT_EQ(edit.splice.apply(), R"({"model":"auto","messages":[{"role":"system","content":)" + std::string(content) +
                                       R"(},{"role":"user","content":"x"}]})");
  }
}

TEST(Redaction, MoreThanARequestMayHoldStopsIt) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "bob@x.com ";
  const protocol::Request request = parsed(user('"' + text + '"'));
  RedactionRules pass = kPlaceholder;
  pass.pass_unreachable = true;
  const Redacted result = redacted(request, pass, {in_text(request, "bob@x.com", "EMAIL_ADDRESS")});
  EXPECT_EQ(result.refusal->status, 422);
  EXPECT_EQ(result.body, request.body());
}

TEST(Redaction, NothingFoundChangesNothing) {
  const protocol::Request request = parsed(user(R"("hello")"));
  const Redacted result = redacted(request, kPlaceholder, SignalResult{});
  EXPECT_EQ(result.body, request.body());
  EXPECT_EQ(result.restores, nullptr);
}

}  // namespace
}  // namespace signalbox::plugins
