#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/splice.h"
#include "signals/test_support.h"

namespace signalbox::signals {
namespace {

using ::testing::UnorderedElementsAre;
using enum Truth;
using test::Rules;
using test::Subject;

std::string call(std::string_view id, std::string_view name, std::string_view arguments) {
  return R"({"role":"assistant","content":null,"tool_calls":[{"id":")" + std::string(id) +
         R"(","type":"function","function":{"name":")" + std::string(name) + R"(","arguments":)" +
         protocol::quote(arguments) + "}}]}";
}
std::string result(std::string_view id, std::string_view text) {
  return R"({"role":"tool","tool_call_id":")" + std::string(id) + R"(","content":)" + protocol::quote(text) + "}";
}
constexpr std::string_view kUser = R"({"role":"user","content":"go"})";

Subject request(const std::vector<std::string>& messages, std::string_view more = "") {
  std::string all(kUser);
  for (const std::string& message : messages) all += "," + message;
  return Subject::chat(R"("messages":[)" + all + "]" + std::string(more));
}

SignalResult judge(std::string_view rule, const Subject& subject) {
  const Rules rules("tool_call", "- {name: t, " + std::string(rule) + "}");
  EXPECT_TRUE(rules.diagnostics.ok()) << (rules.problems().empty() ? "" : rules.problems().front());
  return subject.evaluate(rules, "t");
}

TEST(ToolCall, NamesExactGlobAndRegex) {
  const Subject subject = request({call("1", "bash_run", "{}")});
  EXPECT_EQ(judge("tools: [bash_run]", subject).truth, match);
  EXPECT_EQ(judge("tools: [bash]", subject).truth, no_match);
  EXPECT_EQ(judge("tools: ['bash_*']", subject).truth, match);
  EXPECT_EQ(judge("tools: ['b?sh_run']", subject).truth, match);
  EXPECT_EQ(judge("tools: ['bash.run']", subject).truth, no_match) << "a dot is a dot";
  EXPECT_EQ(judge("tools: ['re:(bash|zsh)_\\w+']", subject).truth, match);
  EXPECT_EQ(judge("tools: ['re:bash']", subject).truth, no_match) << "the whole name";
  EXPECT_EQ(judge("tools: []", Subject::text("no calls")).truth, no_match);
}

TEST(ToolCall, ArgumentsByPath) {
  const Subject rm = request({call("1", "shell", R"({"command":"rm -rf /","n":1500,"env":{"root":true}})")});
  EXPECT_EQ(judge(R"(where: [{argument: $.command, matches: '\brm\s+-rf'}])", rm).truth, match);
  EXPECT_EQ(judge(R"(where: [{argument: command, matches: 'RM'}])", rm).truth, no_match);
  EXPECT_EQ(judge("where: [{argument: n, gt: 1000}]", rm).truth, match);
  EXPECT_EQ(judge("where: [{argument: n, gt: 1000, lt: 1500}]", rm).truth, no_match);
  EXPECT_EQ(judge("where: [{argument: n, equals: '1500.0'}]", rm).truth, match);
  EXPECT_EQ(judge("where: [{argument: env.root, equals: 'true'}]", rm).truth, match);
  EXPECT_EQ(judge("where: [{argument: env.root, in: ['false', 'null']}]", rm).truth, no_match);
  EXPECT_EQ(judge("where: [{argument: env.user, exists: false}]", rm).truth, match);
  EXPECT_EQ(judge("where: [{argument: command, matches: rm}, {argument: n, lt: 5}]", rm).truth, no_match);
}

TEST(ToolCall, NumbersInQuotesDoNotSlipUnderABound) {
  EXPECT_EQ(
      judge("where: [{argument: amount, gt: 1000}]", request({call("1", "refund", R"({"amount":"5000"})")})).truth,
      match);
}

TEST(ToolCall, EscapesInArgumentsAreResolved) {
  const Subject escaped = request({call("1", "shell", R"({"command":"\u0072m -rf /"})")});
  EXPECT_EQ(judge("where: [{argument: command, matches: 'rm -rf'}]", escaped).truth, match);
}

TEST(ToolCall, ArgumentsThatAreNoJsonAreUnknownNeverSafe) {
  const Subject broken = request({call("1", "shell", "{\"command\": \"rm -rf /")});
  const SignalResult unknown = judge("where: [{argument: command, matches: rm}]", broken);
  EXPECT_EQ(unknown.truth, Truth::unknown);
  EXPECT_EQ(unknown.reason, Reason::not_judged);
  EXPECT_EQ(judge("tools: [other], where: [{argument: command, matches: rm}]", broken).truth, no_match);
  EXPECT_EQ(judge("where: [{argument: $, matches: 'rm -rf'}]", broken).truth, match) << "$ reads the text as sent";
  const Subject second = request({call("1", "shell", "{bad"), call("2", "shell", R"({"command":"rm x"})")});
  EXPECT_EQ(judge("where: [{argument: command, matches: rm}]", second).truth, match);
  EXPECT_EQ(judge("where: [{argument: command, exists: false}]", request({call("1", "now", "")})).truth, match)
      << "no arguments at all are none";
}

TEST(ToolCall, ResultsByPath) {
  const Subject failed = request({call("1", "deploy", "{}"), result("1", R"({"status":"failed","code":503})")});
  EXPECT_EQ(judge("where: [{result: status, in: [failed, error]}]", failed).truth, match);
  EXPECT_EQ(judge("where: [{result: code, gte: 500}]", failed).truth, match);
  EXPECT_EQ(judge("tools: [build], where: [{result: code, gte: 500}]", failed).truth, no_match);
  const Subject text = request({call("1", "deploy", "{}"), result("1", "Error: denied")});
  EXPECT_EQ(judge("where: [{result: $, matches: '^Error'}]", text).truth, match);
  EXPECT_EQ(judge("where: [{result: status, exists: false}]", text).truth, match);
  const Subject none = request({call("1", "deploy", "{}")});
  EXPECT_EQ(judge("where: [{result: $, exists: true}]", none).truth, no_match);
}

TEST(ToolCall, LoopsAreEqualCallsWhateverTheirSpacing) {
  const Subject loop =
      request({call("1", "find", R"({"q": "a b"})"), result("1", "-"), call("2", "find", R"({"q":"a b"})"),
               result("2", "-"), call("3", "find", R"({ "q" : "a b" })")});
  const SignalResult three = judge("repeated: {gte: 3}", loop);
  EXPECT_EQ(three.truth, match);
  EXPECT_THAT(three.values, ::testing::ElementsAre(::testing::Pair("repeated", 3)));
  EXPECT_EQ(judge("repeated: {gte: 4}", loop).truth, no_match);
  const Subject other = request({call("1", "find", R"({"q":"ab"})"), call("2", "find", R"({"q":"a b"})")});
  EXPECT_EQ(judge("repeated: {gte: 2}", other).truth, no_match);
}

TEST(ToolCall, DepthAndScopeCountFromTheLastUserMessage) {
  const Subject subject = request({call("1", "a", "{}"), result("1", "-"), std::string(kUser), call("2", "b", "{}"),
                                   result("2", "-"), call("3", "b", "{}")});
  EXPECT_EQ(judge("depth: {gte: 2}", subject).truth, match);
  EXPECT_EQ(judge("depth: {gte: 3}", subject).truth, no_match);
  EXPECT_EQ(judge("tools: [a]", subject).truth, match);
  EXPECT_EQ(judge("tools: [a], scope: last_turn", subject).truth, no_match);
  EXPECT_EQ(judge("count: {gte: 2}, scope: last_turn", subject).truth, match);
}

TEST(ToolCall, UndeclaredTools) {
  constexpr std::string_view tools = R"(,"tools":[{"type":"function","function":{"name":"a"}}])";
  EXPECT_EQ(judge("undeclared: true", request({call("1", "a", "{}")}, tools)).truth, no_match);
  const SignalResult made_up = judge("undeclared: true", request({call("1", "b", "{}")}, tools));
  EXPECT_EQ(made_up.truth, match);
  EXPECT_EQ(made_up.findings.at(0).what, "tool b");
  EXPECT_EQ(made_up.findings.at(0).message, 1u);
}

TEST(ToolCall, ThousandsOfCallsCostLinearTime) {
  std::vector<std::string> messages;
  for (int i = 0; i < 2000; ++i) messages.push_back(call(std::to_string(i), "a", R"({"i":)" + std::to_string(i) + "}"));
  const SignalResult all = judge("count: {gte: 2000}, repeated: {lt: 2}", request(messages));
  EXPECT_EQ(all.truth, match);
  EXPECT_EQ(all.findings.size(), kMaxFindings);
}

TEST(ToolCall, MistakesAreNamedAtTheirPlace) {
  const Rules rules("tool_call", R"(
- {name: a, where: [{equals: x}]}
- {name: b, where: [{argument: a, result: b, equals: x}]}
- {name: c, where: [{argument: a}]}
- {name: d, where: [{argument: a, equals: x, matches: y}]}
- {name: e, where: [{argument: 'a[', equals: x}]}
- {name: f, where: [{argument: a, matches: '('}]}
- {name: g, tools: ['re:(']}
- {name: h, repeated: {gt: 3, lt: 3}}
)");
  EXPECT_THAT(rules.problems(), UnorderedElementsAre("routing.signals.tool_call[0].where[0] where_subject",
                                                     "routing.signals.tool_call[1].where[0] where_subject",
                                                     "routing.signals.tool_call[2].where[0] empty_predicate",
                                                     "routing.signals.tool_call[3].where[0] conflicting_predicate",
                                                     "routing.signals.tool_call[4].where[0].argument bad_json_path",
                                                     "routing.signals.tool_call[5].where[0].matches bad_regex",
                                                     "routing.signals.tool_call[6].tools[0] bad_regex",
                                                     "routing.signals.tool_call[7].repeated reversed_range"));
}

}  // namespace
}  // namespace signalbox::signals
