#include "protocol/request_edits.h"

#include <gtest/gtest.h>

#include <functional>

namespace signalbox::protocol {
namespace {

// `body` after `edit`, which must parse again.
std::string edited(const std::string& body, const std::function<void(const Request&, Splice&)>& edit) {
  const std::expected<Request, Error> request = parse_openai_chat(body);
  if (!request) throw std::runtime_error(request.error().message);
  Splice splice(*request);
  edit(*request, splice);
  std::string changed = splice.apply();
  EXPECT_TRUE(parse_openai_chat(changed)) << changed;
  return changed;
}

std::string with_messages(std::string_view messages) {
  return R"({"model":"m","messages":[)" + std::string(messages) + R"(],"temperature":0.70})";
}

std::string with(std::string_view rest) {
  return R"({"model":"m","messages":[{"role":"user","content":"x"}])" + std::string(rest) + "}";
}

std::string prompted(std::string_view messages, SystemPromptMode mode) {
  const std::string body = with_messages(messages);
  const std::string changed =
      edited(body, [mode](const Request& r, Splice& s) { set_system_prompt(r, s, "Be \"good\"", mode); });
  const std::size_t begin = with_messages("").find('[') + 1;
  return changed.substr(begin, changed.size() - begin - std::string_view(R"(],"temperature":0.70})").size());
}

constexpr std::string_view kUser = R"({"role":"user","content":"x"})";

TEST(RequestEdits, SetModel) {
  EXPECT_EQ(edited(R"({"messages":[{"role":"user"}], "model": "auto" })",
                   [](const Request&, Splice& s) { set_model(s, "a/\"b"); }),
            R"({"messages":[{"role":"user"}], "model": "a/\"b" })");
}

TEST(RequestEdits, ReplaceSystemPrompt) {
  const std::string user(kUser);
  const SystemPromptMode mode = SystemPromptMode::replace;
  EXPECT_EQ(prompted(user, mode), R"({"role":"system","content":"Be \"good\""},)" + user);
  EXPECT_EQ(prompted(user + R"(, {"role":"system", "content" : "old"})", mode),
            user + R"(, {"role":"system", "content" : "Be \"good\""})");
  EXPECT_EQ(prompted(R"({"role":"system","content":[{"type":"text","text":"old"}],"x":1})", mode),
            R"({"role":"system","content":"Be \"good\"","x":1})");
  EXPECT_EQ(prompted(R"({"role":"developer","content":null})", mode),
            R"({"role":"developer","content":"Be \"good\""})");
  EXPECT_EQ(prompted(R"({"role":"system"})", mode), R"({"content":"Be \"good\"","role":"system"})");
}

TEST(RequestEdits, InsertSystemPrompt) {
  const std::string user(kUser);
  const SystemPromptMode mode = SystemPromptMode::insert;
  EXPECT_EQ(prompted(user, mode), R"({"role":"system","content":"Be \"good\""},)" + user);
  EXPECT_EQ(prompted(R"({"role":"system","content":"old \u00e9"})", mode),
            R"({"role":"system","content":"Be \"good\"\n\nold \u00e9"})");
  EXPECT_EQ(prompted(R"({"role":"system","content":""})", mode), R"({"role":"system","content":"Be \"good\""})");
  EXPECT_EQ(prompted(R"({"role":"system","content":[ {"type":"text","text":"old"}]})", mode),
            R"({"role":"system","content":[{"type":"text","text":"Be \"good\"\n\n"}, {"type":"text","text":"old"}]})");
  EXPECT_EQ(prompted(R"({"role":"system","content":[]})", mode),
            R"({"role":"system","content":[{"type":"text","text":"Be \"good\"\n\n"}]})");
  EXPECT_EQ(prompted(R"({"role":"system"})", mode), R"({"content":"Be \"good\"","role":"system"})");
}

TEST(RequestEdits, DropAllTools) {
  EXPECT_EQ(
      edited(
          with(
              R"(,"tools":[{"type":"x"}],"a":1,"tool_choice":"auto","functions":[],"function_call":"none","parallel_tool_calls":true)"),
          [](const Request&, Splice& s) { drop_all_tools(s); }),
      with(R"(,"a":1)"));
}

std::string tool(std::string_view name) {
  return R"({"type":"function","function":{"name":")" + std::string(name) + "\"}}";
}

std::string filtered(const std::string& rest, const std::vector<bool>& keep) {
  return edited(with(rest), [&keep](const Request& r, Splice& s) { filter_tools(r, s, keep); });
}

TEST(RequestEdits, FilterToolsByMask) {
  const std::string a = tool("a"), b = tool("b");
  const std::string old = R"({"name":"old"})";
  const std::string all = ",\"tools\":[" + a + ", " + b + "],\"functions\":[" + old + "]";
  EXPECT_EQ(filtered(all, {true, true, true}), with(all));
  EXPECT_EQ(filtered(all, {true, false, true}), with(",\"tools\":[" + a + "],\"functions\":[" + old + "]"));
  EXPECT_EQ(filtered(all, {false, true, false}), with(",\"tools\":[" + b + "]"));
  EXPECT_EQ(filtered(all, {false, false, true}), with(",\"functions\":[" + old + "]"));
  EXPECT_EQ(filtered(all + ",\"parallel_tool_calls\":false", {false, false, false}), with(""));
}

TEST(RequestEdits, AChoiceOfARemovedToolIsDropped) {
  const std::string tools = ",\"tools\":[" + tool("a") + "," + tool("auto") + R"(,{"type":"web_search"}])";
  const std::string kept = ",\"tools\":[" + tool("a") + "]";
  const std::string keeps_a = R"(,"tool_choice":{"type":"function","function":{"name":"a"}})";
  EXPECT_EQ(filtered(tools + keeps_a, {true, false, false}), with(kept + keeps_a));
  EXPECT_EQ(filtered(tools + R"(,"tool_choice":{"type":"function","function":{"name":"auto"}})", {true, false, false}),
            with(kept));
  EXPECT_EQ(filtered(tools + R"(,"tool_choice":"auto")", {true, false, false}),
            with(kept + R"(,"tool_choice":"auto")"));
  EXPECT_EQ(filtered(tools + R"(,"tool_choice":{"type":"web_search"})", {true, false, false}), with(kept));
  EXPECT_EQ(filtered(tools + R"(,"function_call":{"name":"auto"})", {true, false, false}), with(kept));
  EXPECT_EQ(filtered(tools + R"(,"tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[)" +
                         tool("a") + "," + tool("auto") + "]}}",
                     {true, false, false}),
            with(kept));
}

std::string stripped(std::string_view messages) {
  return edited(with_messages(messages), [](const Request& r, Splice& s) { strip_tool_history(r, s); });
}

TEST(RequestEdits, StripToolHistory) {
  const std::string user(kUser);
  const std::string calls = R"("tool_calls":[{"id":"1","function":{"name":"f"}}])";
  EXPECT_EQ(stripped(user + R"(,{"role":"assistant",)" + calls +
                     R"(,"content":"kept"}, {"role":"tool","tool_call_id":"1","content":"r"},)" + user),
            with_messages(user + R"(,{"role":"assistant","content":"kept"},)" + user));
  EXPECT_EQ(stripped(R"({"role":"assistant","content":"",)" + calls + "}," + user), with_messages(user));
  EXPECT_EQ(
      stripped(
          user +
          R"(,{"role":"assistant","content":null,"function_call":{"name":"f"}},{"role":"function","name":"f","content":"r"})"),
      with_messages(user));
  EXPECT_EQ(stripped(user + R"(,{"role":"assistant","content":null})"),
            with_messages(user + R"(,{"role":"assistant","content":null})"));
}

TEST(RequestEdits, StrippingEverythingIsRefused) {
  const std::string only = R"({"role":"tool","tool_call_id":"1","content":"r"})";
  EXPECT_EQ(stripped(only), with_messages(only));
}

TEST(RequestEdits, PromptAndStripTogether) {
  const std::string user(kUser);
  EXPECT_EQ(edited(with_messages(R"({"role":"tool","content":"r"},)" + user),
                   [](const Request& r, Splice& s) {
                     strip_tool_history(r, s);
                     set_system_prompt(r, s, "P", SystemPromptMode::insert);
                     set_model(s, "z");
                   }),
            R"({"model":"z","messages":[{"role":"system","content":"P"},)" + user + R"(],"temperature":0.70})");
}

TEST(RequestEdits, NestedMembersCapsAndUsage) {
  const auto nested = [](const Request&, Splice& s) {
    set_nested_member(s, "chat_template_kwargs.enable_thinking", "false");
  };
  EXPECT_EQ(edited(with(""), nested), with(R"(,"chat_template_kwargs":{"enable_thinking":false})"));
  EXPECT_EQ(edited(with(R"(,"chat_template_kwargs":{"a":1,"enable_thinking" : true})"), nested),
            with(R"(,"chat_template_kwargs":{"a":1,"enable_thinking" : false})"));
  const auto cap = [](const Request& r, Splice& s) { cap_integer(r, s, "max_tokens", 100); };
  EXPECT_EQ(edited(with(R"(,"max_tokens":101)"), cap), with(R"(,"max_tokens":100)"));
  EXPECT_EQ(edited(with(R"(,"max_tokens":100)"), cap), with(R"(,"max_tokens":100)"));
  EXPECT_EQ(edited(with(R"(,"max_tokens":null)"), cap), with(R"(,"max_tokens":null)"));
  const auto usage = [](const Request& r, Splice& s) { ensure_include_usage(r, s); };
  EXPECT_EQ(edited(with(R"(,"stream":true)"), usage),
            with(R"(,"stream":true,"stream_options":{"include_usage":true})"));
  EXPECT_EQ(edited(with(R"(,"stream":true,"stream_options":{"x":1,"include_usage":false})"), usage),
            with(R"(,"stream":true,"stream_options":{"x":1,"include_usage":true})"));
  EXPECT_EQ(edited(with(""), usage), with(""));
}

}  // namespace
}  // namespace signalbox::protocol
