#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "signals/test_support.h"

namespace signalbox::signals {
namespace {

using ::testing::ElementsAre;
using enum Truth;
using test::Rules;
using test::Subject;

SignalResult judge(std::string_view source, std::string_view predicate, std::string_view request) {
  const std::string yaml = "- {name: c, feature: {type: count, source: " + std::string(source) + "}" +
                           (predicate.empty() ? "" : ", predicate: " + std::string(predicate)) + "}";
  const Rules rules("conversation", yaml);
  EXPECT_TRUE(rules.diagnostics.ok());
  return Subject::chat(request).evaluate(rules, "c");
}

constexpr std::string_view kAgent = R"("messages":[
    {"role":"developer","content":"d"},{"role":"user","content":"go"},
    {"role":"assistant","content":null,"tool_calls":[
      {"id":"1","type":"function","function":{"name":"a","arguments":"{}"}},
      {"id":"2","type":"function","function":{"name":"b","arguments":"{}"}}]},
    {"role":"tool","tool_call_id":"1","content":[{"type":"text","text":"x"},{"type":"text","text":"y"}]}],
    "tools":[{"type":"function","function":{"name":"a"}},{"type":"function","function":{"name":"b"}}])";

TEST(Conversation, CountsTheShapeOfARequest) {
  EXPECT_EQ(*judge("{type: message}", "", kAgent).value, 4);
  EXPECT_EQ(*judge("{type: message, role: user}", "", kAgent).value, 1);
  EXPECT_EQ(*judge("{type: message, role: non_user}", "", kAgent).value, 3);
  EXPECT_EQ(*judge("{type: message, role: developer}", "", kAgent).value, 1);
  EXPECT_EQ(*judge("{type: tool_definition}", "", kAgent).value, 2);
  EXPECT_EQ(*judge("{type: assistant_tool_call}", "", kAgent).value, 2);
  EXPECT_EQ(*judge("{type: assistant_tool_cycle}", "", kAgent).value, 1) << "one message, though of two parts";
  EXPECT_EQ(*judge("{type: image_content}", "", kAgent).value, 0);
}

TEST(Conversation, PredicateAndPresence) {
  EXPECT_EQ(judge("{type: tool_definition}", "{gte: 2}", kAgent).truth, match);
  EXPECT_EQ(judge("{type: tool_definition}", "{gte: 3}", kAgent).truth, no_match);
  EXPECT_EQ(judge("{type: message, role: system}", "", kAgent).truth, no_match);
  EXPECT_EQ(judge("{type: message, role: system}", "{lt: 1}", kAgent).confidence, 1.0);
}

Truth in_loop(std::string_view messages) {
  return judge("{type: active_tool_loop}", "", R"("messages":[)" + std::string(messages) + "]").truth;
}

constexpr std::string_view kCall = R"({"role":"assistant","content":null,"tool_calls":[
    {"id":"1","type":"function","function":{"name":"a","arguments":"{}"}}]})";
constexpr std::string_view kResult = R"({"role":"tool","tool_call_id":"1","content":"x"})";
constexpr std::string_view kUser = R"({"role":"user","content":"u"})";
constexpr std::string_view kAnswer = R"({"role":"assistant","content":"done"})";

TEST(Conversation, ActiveToolLoop) {
  const auto join = [](std::initializer_list<std::string_view> all) {
    std::string text;
    for (const std::string_view one : all) text += (text.empty() ? "" : ",") + std::string(one);
    return text;
  };
  EXPECT_EQ(in_loop(kUser), no_match);
  EXPECT_EQ(in_loop(join({kUser, kCall, kResult})), match);
  EXPECT_EQ(in_loop(join({kUser, kCall, kUser})), match) << "a call is unanswered";
  EXPECT_EQ(in_loop(join({kUser, kCall, kResult, kUser})), match) << "the user spoke right after a result";
  EXPECT_EQ(in_loop(join({kUser, kCall, kResult, kAnswer, kUser})), no_match);
}

TEST(Conversation, MistakesAreNamedAtTheirPlace) {
  const Rules rules("conversation", R"(
- {name: a, feature: {type: exists, source: {type: message}}, predicate: {gt: 1}}
- {name: b, feature: {type: count, source: {type: tool_definition, role: user}}}
- {name: c, feature: {type: count, source: {type: messages}}}
)");
  EXPECT_THAT(rules.problems(), ::testing::UnorderedElementsAre(
                                    "routing.signals.conversation[0].predicate predicate_with_exists",
                                    "routing.signals.conversation[1].feature.source.role role_without_message",
                                    "routing.signals.conversation[2].feature.source.type bad_choice"));
}

}  // namespace
}  // namespace signalbox::signals
