// What each plugin does to the bytes of a request, through the settings a configuration would carry.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <stdexcept>

#include "config/load.h"
#include "plugins/header_rules.h"
#include "plugins/registry.h"

namespace signalbox::plugins {
namespace {

constexpr std::string_view kBody = R"({"model":"auto","messages":[{"role":"user","content":"x"}]})";

std::string body_with(std::string_view members) {
  return R"({"model":"auto","messages":[{"role":"user","content":"x"}],)" + std::string(members) + "}";
}

// A plugin of a type with settings in YAML; null when it is disabled.
std::unique_ptr<Plugin> plugin(std::string_view type, const std::string& yaml, config::Diagnostics& diagnostics) {
  const Type* found = find_type(type);
  if (found == nullptr || found->make == nullptr) throw std::invalid_argument("no such plugin");
  config::Document document;
  config::load_files({"settings"}, config::process_environment(), {}, document, diagnostics,
                     [&](const std::string&) { return std::optional<std::string>(yaml); });
  const std::shared_ptr<void> settings = found->settings()->make();
  config::decode(document, {settings.get(), found->settings()}, diagnostics);
  return found->make(settings.get(), "settings", diagnostics);
}

struct Result {
  std::string body;
  std::vector<HeaderEdit> headers;
  std::optional<std::string> fast_response;
  bool injected_system_prompt = false;
};

Result run(std::string_view type, const std::string& yaml, std::string_view body = kBody) {
  config::Diagnostics diagnostics;
  const std::unique_ptr<Plugin> made = plugin(type, yaml, diagnostics);
  EXPECT_TRUE(diagnostics.ok()) << config::to_text(diagnostics.items().front());
  const std::expected<protocol::Request, protocol::Error> request = protocol::parse_openai_chat(body);
  if (!request) throw std::runtime_error(request.error().message);
  RequestEdit edit(*request);
  if (made) made->on_request(edit);
  return {edit.splice.apply(), edit.headers, edit.fast_response, edit.injected_system_prompt};
}

std::vector<std::string> complaints(std::string_view type, const std::string& yaml) {
  config::Diagnostics diagnostics;
  plugin(type, yaml, diagnostics);
  std::vector<std::string> said;
  for (const config::Diagnostic& d : diagnostics.items()) said.push_back(d.code + " " + d.path);
  return said;
}

TEST(FastResponse, AnswersAndLeavesTheRequestAlone) {
  const Result result = run("fast_response", "message: Busy.");
  EXPECT_EQ(result.fast_response, "Busy.");
  EXPECT_EQ(result.body, kBody);
  EXPECT_EQ(run("fast_response", "{enabled: false, message: Busy.}").fast_response, std::nullopt);
}

TEST(SystemPrompt, ReplacesOrComesBefore) {
  const std::string body =
      R"({"model":"auto","messages":[{"role":"system","content":"old"},{"role":"user","content":"x"}]})";
  EXPECT_EQ(run("system_prompt", "system_prompt: new", body).body,
            R"({"model":"auto","messages":[{"role":"system","content":"new"},{"role":"user","content":"x"}]})");
  EXPECT_EQ(run("system_prompt", "{system_prompt: new, mode: insert}", body).body,
            R"({"model":"auto","messages":[{"role":"system","content":"new\n\nold"},{"role":"user","content":"x"}]})");
  EXPECT_TRUE(run("system_prompt", "system_prompt: new", body).injected_system_prompt);
  EXPECT_EQ(run("system_prompt", "{system_prompt: new, enabled: false}", body).body, body);
}

TEST(RequestParams, RemovesAndCaps) {
  EXPECT_EQ(run("request_params", "blocked_params: [logprobs, absent]", body_with(R"("logprobs":true,"n":2)")).body,
            body_with(R"("n":2)"));
  EXPECT_EQ(run("request_params", "{max_tokens_limit: 100, max_n: 1}",
                body_with(R"("max_tokens":500,"max_completion_tokens":50,"n":3)"))
                .body,
            body_with(R"("max_tokens":100,"max_completion_tokens":50,"n":1)"));
  EXPECT_EQ(run("request_params", "{max_tokens_limit: 100, max_n: 1}").body, kBody);
}

TEST(RequestParams, ABlockedMemberIsNotAlsoCapped) {
  EXPECT_EQ(
      run("request_params", "{max_tokens_limit: 100, blocked_params: [max_tokens]}", body_with(R"("max_tokens":500)"))
          .body,
      kBody);
}

TEST(RequestParams, StripsWhatOpenAiDoesNotKnow) {
  EXPECT_EQ(run("request_params", "strip_unknown: true", body_with(R"("top_p":0.5,"made_up":3,"top_k":1)")).body,
            body_with(R"("top_p":0.5,"top_k":1)"));
}

TEST(RequestParams, KeepsWhatARequestCannotBeWithout) {
  EXPECT_THAT(
      complaints("request_params", "blocked_params: [n, model, messages]"),
      testing::ElementsAre("essential_param settings.blocked_params[1]", "essential_param settings.blocked_params[2]"));
}

TEST(HeaderMutation, SetsAndRemoves) {
  const Result result =
      run("header_mutation", "{add: [{name: x-a, value: '1'}], update: [{name: x-b, value: ''}], delete: [x-c]}");
  ASSERT_EQ(result.headers.size(), 3U);
  EXPECT_EQ(result.headers[0].name, "x-a");
  EXPECT_EQ(result.headers[0].value, "1");
  EXPECT_EQ(result.headers[1].value, "");
  EXPECT_EQ(result.headers[2].name, "x-c");
  EXPECT_EQ(result.headers[2].value, std::nullopt);
  EXPECT_EQ(result.body, kBody);
}

TEST(HeaderRules, RefuseWhatWouldBreakOrSmuggleAMessage) {
  EXPECT_EQ(header_problem("x-team", "a, b\tc é"), std::nullopt);
  for (const std::string_view name : {"", "x team", "x:team", "x\r\n", "é"})
    EXPECT_TRUE(header_problem(name, "v")) << name;
  for (const std::string_view name : {"Host", "content-LENGTH", "Transfer-Encoding", "connection"}) {
    EXPECT_TRUE(header_problem(name, "v")) << name;
  }
  for (const std::string_view value : {std::string_view("a\r\nx: y"), std::string_view("a\n"),
                                       std::string_view("a\0b", 3), std::string_view("\x7f")}) {
    EXPECT_TRUE(header_problem("x-team", value));
  }
}

constexpr std::string_view kTools =
    R"("tools":[{"type":"function","function":{"name":"search"}},{"type":"function","function":{"name":"delete"}}])";

TEST(Tools, FilterByName) {
  const std::string body = body_with(kTools);
  const std::string kept = body_with(R"("tools":[{"type":"function","function":{"name":"search"}}])");
  EXPECT_EQ(run("tools", "{mode: filtered, allow_tools: [search]}", body).body, kept);
  EXPECT_EQ(run("tools", "{mode: filtered, block_tools: [delete]}", body).body, kept);
  EXPECT_EQ(run("tools", "{mode: filtered, allow_tools: [delete], block_tools: [delete]}", body).body, kBody);
  EXPECT_EQ(run("tools", "{mode: filtered, block_tools: [other]}", body).body, body);
}

TEST(Tools, PassAllOrNone) {
  const std::string body = body_with(kTools);
  EXPECT_EQ(run("tools", "mode: passthrough", body).body, body);
  EXPECT_EQ(run("tools", "mode: none", body).body, kBody);
  EXPECT_EQ(run("tools", "{mode: none, enabled: false}", body).body, body);
}

TEST(Tools, NoneCanStripTheHistoryToo) {
  const std::string body =
      R"({"model":"auto","messages":[{"role":"user","content":"x"},)"
      R"({"role":"assistant","tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}]},)"
      R"({"role":"tool","tool_call_id":"1","content":"y"}]})";
  EXPECT_EQ(run("tools", "{mode: none, strip_tool_history: true}", body).body, kBody);
  EXPECT_EQ(run("tools", "{mode: none}", body).body, body);
}

TEST(Tools, WarnsOfSettingsWithoutEffect) {
  EXPECT_THAT(complaints("tools", "{allow_tools: [a]}"), testing::ElementsAre("lists_without_filter settings"));
  EXPECT_THAT(complaints("tools", "{mode: filtered, strip_tool_history: true}"),
              testing::ElementsAre("strip_without_none settings.strip_tool_history"));
}

TEST(PluginRegistry, NamesAreUniqueAndAliasesResolve) {
  std::set<std::string_view> names;
  for (const Type* type : registry()) {
    EXPECT_TRUE(names.insert(type->type).second) << type->type;
    if (!type->canonical.empty()) EXPECT_NE(find_type(type->canonical), nullptr) << type->type;
    EXPECT_EQ(type->support == config::Support::yes, type->make != nullptr) << type->type;
  }
  EXPECT_EQ(find_type("semantic_cache")->canonical, "response_cache");
  EXPECT_EQ(find_type("system_promt"), nullptr);
}

}  // namespace
}  // namespace signalbox::plugins
