#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "protocol/request.h"

namespace signalbox::protocol {
namespace {

Request parsed(std::string_view body, const RequestLimits& limits = {}) {
  std::expected<Request, Error> request = parse_openai_chat(body, limits);
  if (!request) throw std::runtime_error(request.error().code + ": " + request.error().message);
  return std::move(*request);
}

Error refused(std::string_view body, const RequestLimits& limits = {}) {
  std::expected<Request, Error> request = parse_openai_chat(body, limits);
  return request ? Error{.code = "accepted"} : request.error();
}

// A request around one message.
std::string with_message(std::string_view message) {
  return R"({"model":"m","messages":[)" + std::string(message) + "]}";
}

std::string with_part(std::string_view part) {
  return with_message(R"({"role":"user","content":[)" + std::string(part) + "]}");
}

// A request with one more top-level member.
std::string with_member(std::string_view member) {
  return R"({"model":"m","messages":[{"role":"user","content":"x"}],)" + std::string(member) + "}";
}

std::string_view bytes(const Request& request, Range range) {
  return request.body().substr(range.begin, range.size());
}

TEST(OpenAiRequest, TheSmallest) {
  const Request request = parsed(R"({"model": "auto", "messages": [{"role": "user", "content": "Hi \ud83d\ude00"}]})");
  EXPECT_EQ(request.model, "auto");
  EXPECT_EQ(bytes(request, request.model_range), "\"auto\"");
  ASSERT_EQ(request.messages.size(), 1u);
  const Message& message = request.messages[0];
  EXPECT_EQ(message.role, Role::user);
  ASSERT_EQ(message.parts.size(), 1u);
  EXPECT_EQ(message.parts[0].text, "Hi \xF0\x9F\x98\x80");
  EXPECT_EQ(bytes(request, message.content), "\"Hi \\ud83d\\ude00\"");
  EXPECT_EQ(bytes(request, message.range), R"({"role": "user", "content": "Hi \ud83d\ude00"})");
  EXPECT_FALSE(request.stream);
  EXPECT_EQ(request.members.size(), 2u);
  EXPECT_EQ(bytes(request, request.members[1].key_range), "\"messages\"");
}

TEST(OpenAiRequest, EveryRole) {
  const Request request = parsed(
      R"({"model":"m","messages":[{"role":"system","content":"a"},{"role":"developer","content":"b"},{"role":"user","content":"c","name":"ann"},
      {"role":"assistant","content":null},{"role":"tool","content":"d","tool_call_id":"t1"},{"role":"function","name":"f","content":"e"}]})");
  std::vector<Role> roles;
  for (const Message& message : request.messages) roles.push_back(message.role);
  EXPECT_THAT(roles, testing::ElementsAre(Role::system, Role::developer, Role::user, Role::assistant, Role::tool,
                                          Role::function));
  EXPECT_EQ(request.messages[2].name, "ann");
  EXPECT_TRUE(request.messages[3].parts.empty());
  EXPECT_EQ(request.messages[4].tool_call_id, "t1");
  EXPECT_EQ(request.messages[5].name, "f");
  EXPECT_EQ(to_string(Role::developer), "developer");
}

TEST(OpenAiRequest, EveryPart) {
  const Request request = parsed(with_part(
      R"({"type":"text","text":"t"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AA==","detail":"low"}},
      {"type":"image_url","image_url":"https://x/y.png"},{"type":"input_audio","input_audio":{"data":"QUJD","format":"wav"}},
      {"type":"file","file":{"file_data":"data:application/pdf;base64,AA==","filename":"a.pdf"}},{"type":"file","file":{"file_id":"file-1"}},
      {"type":"refusal","refusal":"no"},{"type":"video_url","video_url":{"url":"u"},"text":"seen"},"bare",
      {"type":"audio_url","audio_url":{"url":"https://x/a.wav"}},{"type":"input_image","file_id":"file-2"},{"type":"input_text","text":"it"})"));
  const std::vector<Part>& parts = request.messages[0].parts;
  ASSERT_EQ(parts.size(), 12u);
  EXPECT_EQ(parts[0].text, "t");
  EXPECT_EQ(bytes(request, parts[0].range), R"({"type":"text","text":"t"})");
  EXPECT_EQ(parts[1].kind, Part::Kind::image);
  EXPECT_EQ(parts[1].url, "data:image/png;base64,AA==");
  EXPECT_EQ(parts[1].detail, "low");
  EXPECT_EQ(parts[2].url, "https://x/y.png");
  EXPECT_EQ(parts[3].kind, Part::Kind::audio);
  EXPECT_EQ(parts[3].data, "QUJD");
  EXPECT_EQ(parts[3].format, "wav");
  EXPECT_EQ(parts[4].kind, Part::Kind::file);
  EXPECT_EQ(parts[4].data, "data:application/pdf;base64,AA==");
  EXPECT_EQ(parts[4].filename, "a.pdf");
  EXPECT_EQ(parts[5].file_id, "file-1");
  EXPECT_EQ(parts[6].kind, Part::Kind::refusal);
  EXPECT_EQ(parts[6].text, "no");
  EXPECT_EQ(parts[7].kind, Part::Kind::other);
  EXPECT_EQ(parts[7].type, "video_url");
  EXPECT_EQ(parts[7].text, "seen");
  EXPECT_EQ(parts[8].kind, Part::Kind::text);
  EXPECT_EQ(parts[8].text, "bare");
  EXPECT_EQ(parts[9].url, "https://x/a.wav");
  EXPECT_EQ(parts[10].file_id, "file-2");
  EXPECT_EQ(parts[11].kind, Part::Kind::text);
}

TEST(OpenAiRequest, AssistantCallsOfEveryKind) {
  const Request request = parsed(with_message(
      R"({"role":"assistant","refusal":"I will not","tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}},
      {"id":"2","type":"custom","custom":{"name":"c","input":"raw"}}],"function_call":{"name":"old","arguments":"{}"}})"));
  const Message& message = request.messages[0];
  ASSERT_EQ(message.tool_calls.size(), 3u);
  EXPECT_EQ(message.tool_calls[0].id, "1");
  EXPECT_EQ(message.tool_calls[0].name, "f");
  EXPECT_EQ(message.tool_calls[0].arguments, R"({"a":1})");
  EXPECT_EQ(message.tool_calls[1].name, "c");
  EXPECT_EQ(message.tool_calls[1].arguments, "raw");
  EXPECT_EQ(message.tool_calls[2].name, "old");
  ASSERT_EQ(message.parts.size(), 1u);
  EXPECT_EQ(message.parts[0].kind, Part::Kind::refusal);
  EXPECT_EQ(message.content.size(), 0u);
}

TEST(OpenAiRequest, ToolsOfEveryKind) {
  const Request request = parsed(with_member(
      R"("tools":[{"type":"function","function":{"name":"f","description":"d","parameters": {"type":"object"} ,"strict":true}},
      {"type":"custom","custom":{"name":"c","format":{"type":"text"}}},{"type":"web_search"},{"type":"mcp","name":"srv"}],
      "functions":[{"name":"old","description":"o"}])"));
  ASSERT_EQ(request.tools.size(), 5u);
  EXPECT_EQ(request.tools[0].name, "f");
  EXPECT_EQ(request.tools[0].description, "d");
  EXPECT_EQ(request.tools[0].parameters, R"({"type":"object"})");
  EXPECT_EQ(request.tools[1].name, "c");
  EXPECT_EQ(request.tools[1].parameters, R"({"type":"text"})");
  EXPECT_EQ(request.tools[2].name, "web_search");
  EXPECT_EQ(request.tools[3].name, "srv");
  EXPECT_EQ(request.tools[4].name, "old");
  EXPECT_EQ(bytes(request, request.tools[4].range), R"({"name":"old","description":"o"})");
}

TEST(OpenAiRequest, ToolChoiceInAllForms) {
  const auto choice = [](std::string_view member) { return std::string(parsed(with_member(member)).tool_choice); };
  EXPECT_EQ(choice(R"("tool_choice":"required")"), "required");
  EXPECT_EQ(choice(R"("tool_choice":null)"), "");
  EXPECT_EQ(choice(R"("tool_choice":{"type":"function","function":{"name":"f"}})"), "f");
  EXPECT_EQ(choice(R"("tool_choice":{"type":"custom","custom":{"name":"c"}})"), "c");
  EXPECT_EQ(choice(R"("tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[]}})"), "auto");
  EXPECT_EQ(choice(R"("tool_choice":{"type":"web_search"})"), "web_search");
  EXPECT_EQ(choice(R"("function_call":"none")"), "none");
  EXPECT_EQ(choice(R"("function_call":{"name":"old"})"), "old");
  EXPECT_EQ(refused(with_member(R"("tool_choice":7)")).param, "tool_choice");
  EXPECT_EQ(refused(with_member(R"("tool_choice":{"type":"function","function":{}})")).param,
            "tool_choice.function.name");
}

TEST(OpenAiRequest, Parameters) {
  const Request request = parsed(with_member(
      R"("stream":true,"stream_options":{"include_usage":true},"metadata":{"k":"v","n":3,"o":{"a":1}},"user":"u","response_format":{"type":"json_object"},
      "reasoning_effort":"high","max_tokens":5,"max_completion_tokens":9,"future":{"x":[1]})"));
  EXPECT_TRUE(request.stream);
  EXPECT_TRUE(request.include_usage);
  using Pair = std::pair<std::string_view, std::string_view>;
  EXPECT_THAT(request.metadata, testing::ElementsAre(Pair("k", "v"), Pair("n", "3"), Pair("o", R"({"a":1})")));
  EXPECT_EQ(request.user, "u");
  EXPECT_EQ(request.response_format, "json_object");
  EXPECT_EQ(request.reasoning_effort, "high");
  EXPECT_EQ(request.max_tokens, 9);
  EXPECT_EQ(request.members.back().key, "future");
  EXPECT_EQ(parsed(with_member(R"("max_tokens":5)")).max_tokens, 5);
}

TEST(OpenAiRequest, NullMeansAbsent) {
  const Request request = parsed(with_member(
      R"("stream":null,"stream_options":null,"metadata":null,"user":null,"response_format":null,"reasoning_effort":null,"max_tokens":null,"tools":null,"functions":null,"function_call":null)"));
  EXPECT_FALSE(request.stream);
  EXPECT_EQ(request.max_tokens, std::nullopt);
  EXPECT_TRUE(request.tools.empty());
}

struct Mistake {
  std::string body;
  std::string code;
  std::string param;
};

class OpenAiMistakes : public testing::TestWithParam<Mistake> {};

TEST_P(OpenAiMistakes, AreRefusedByName) {
  const Error error = refused(GetParam().body);
  EXPECT_EQ(error.code, GetParam().code) << GetParam().body;
  EXPECT_EQ(error.param, GetParam().param) << GetParam().body;
  EXPECT_EQ(error.status, 400);
  EXPECT_FALSE(error.message.empty());
}

INSTANTIATE_TEST_SUITE_P(
    All, OpenAiMistakes,
    testing::Values(
        Mistake{"[]", "invalid_type", ""}, Mistake{"\"x\"", "invalid_type", ""},
        Mistake{R"({"messages":[{"role":"user"}]})", "missing_required_parameter", "model"},
        Mistake{R"({"model":null,"messages":[{"role":"user"}]})", "missing_required_parameter", "model"},
        Mistake{R"({"model":"","messages":[{"role":"user"}]})", "invalid_value", "model"},
        Mistake{R"({"model":7,"messages":[{"role":"user"}]})", "invalid_type", "model"},
        Mistake{R"({"model":"m"})", "missing_required_parameter", "messages"},
        Mistake{R"({"model":"m","messages":[]})", "invalid_value", "messages"},
        Mistake{R"({"model":"m","messages":{}})", "invalid_type", "messages"},
        Mistake{with_message("3"), "invalid_type", "messages[0]"},
        Mistake{with_message(R"({"content":"x"})"), "missing_required_parameter", "messages[0].role"},
        Mistake{with_message(R"({"role":"User"})"), "invalid_value", "messages[0].role"},
        Mistake{with_message(R"({"role":"user"},{"role":1})"), "invalid_type", "messages[1].role"},
        Mistake{with_message(R"({"role":"user","content":7})"), "invalid_type", "messages[0].content"},
        Mistake{with_message(R"({"role":"user","content":{"a":1}})"), "invalid_type", "messages[0].content"},
        Mistake{with_message(R"({"role":"user","name":1})"), "invalid_type", "messages[0].name"},
        Mistake{with_message(R"({"role":"tool","tool_call_id":1})"), "invalid_type", "messages[0].tool_call_id"},
        Mistake{with_message(R"({"role":"assistant","tool_calls":{}})"), "invalid_type", "messages[0].tool_calls"},
        Mistake{with_message(R"({"role":"assistant","tool_calls":[1]})"), "invalid_type", "messages[0].tool_calls[0]"},
        Mistake{with_message(R"({"role":"assistant","tool_calls":[{"id":"1"}]})"), "missing_required_parameter",
                "messages[0].tool_calls[0].function"},
        Mistake{with_message(R"({"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":{}}}]})"),
                "invalid_type", "messages[0].tool_calls[0].function.arguments"},
        Mistake{with_message(R"({"role":"assistant","function_call":"f"})"), "invalid_type",
                "messages[0].function_call"},
        Mistake{with_message(R"({"role":"assistant","refusal":[]})"), "invalid_type", "messages[0].refusal"},
        Mistake{with_part("7"), "invalid_type", "messages[0].content[0]"},
        Mistake{with_part(R"({"text":"x"})"), "missing_required_parameter", "messages[0].content[0].type"},
        Mistake{with_part(R"({"type":"text"})"), "missing_required_parameter", "messages[0].content[0].text"},
        Mistake{with_part(R"({"type":"text","text":["a"]})"), "invalid_type", "messages[0].content[0].text"},
        Mistake{with_part(R"({"type":"image_url"})"), "missing_required_parameter", "messages[0].content[0].image_url"},
        Mistake{with_part(R"({"type":"image_url","image_url":{}})"), "missing_required_parameter",
                "messages[0].content[0].image_url.url"},
        Mistake{with_part(R"({"type":"image_url","image_url":{"url":7}})"), "invalid_type",
                "messages[0].content[0].image_url.url"},
        Mistake{with_part(R"({"type":"image_url","image_url":[]})"), "invalid_type",
                "messages[0].content[0].image_url"},
        Mistake{with_part(R"({"type":"input_audio","input_audio":{"data":1}})"), "invalid_type",
                "messages[0].content[0].input_audio.data"},
        Mistake{with_part(R"({"type":"file","file":"x"})"), "invalid_type", "messages[0].content[0].file"},
        Mistake{with_member(R"("tools":{})"), "invalid_type", "tools"},
        Mistake{with_member(R"("tools":[1])"), "invalid_type", "tools[0]"},
        Mistake{with_member(R"("tools":[{"type":"function"}])"), "missing_required_parameter", "tools[0].function"},
        Mistake{with_member(R"("tools":[{"type":"function","function":{"name":1}}])"), "invalid_type",
                "tools[0].function.name"},
        Mistake{with_member(R"("functions":[{"description":"x"}])"), "missing_required_parameter", "functions[0].name"},
        Mistake{with_member(R"("functions":["x"])"), "invalid_type", "functions[0]"},
        Mistake{with_member(R"("stream":"yes")"), "invalid_type", "stream"},
        Mistake{with_member(R"("stream_options":true)"), "invalid_type", "stream_options"},
        Mistake{with_member(R"("stream_options":{"include_usage":1})"), "invalid_type", "stream_options.include_usage"},
        Mistake{with_member(R"("metadata":[])"), "invalid_type", "metadata"},
        Mistake{with_member(R"("user":1)"), "invalid_type", "user"},
        Mistake{with_member(R"("response_format":"json")"), "invalid_type", "response_format"},
        Mistake{with_member(R"("response_format":{"type":1})"), "invalid_type", "response_format.type"},
        Mistake{with_member(R"("reasoning_effort":1)"), "invalid_type", "reasoning_effort"},
        Mistake{with_member(R"("max_tokens":1.5)"), "invalid_type", "max_tokens"},
        Mistake{with_member(R"("max_completion_tokens":"9")"), "invalid_type", "max_completion_tokens"},
        Mistake{with_member(R"("model":"again")"), "duplicate_key", "model"},
        Mistake{with_member(R"("x":tru)"), "invalid_json", "x"}));

TEST(OpenAiRequest, LimitsHaveTheirOwnCodes) {
  RequestLimits limits;
  limits.max_messages = 1;
  const Error messages = refused(with_message(R"({"role":"user"},{"role":"user"})"), limits);
  EXPECT_EQ(messages.code, "too_many_messages");
  EXPECT_EQ(messages.param, "messages");
  limits = {};
  limits.max_parts = 2;
  EXPECT_EQ(refused(with_message(R"({"role":"user","content":["a","b"]},{"role":"user","content":"c"})"), limits).code,
            "too_many_parts");
  limits = {};
  limits.max_images = 1;
  const std::string image = R"({"type":"image_url","image_url":"https://x"})";
  const Error images = refused(with_part(image + "," + image), limits);
  EXPECT_EQ(images.code, "too_many_images");
  EXPECT_EQ(images.param, "messages[0].content[1]");
  limits = {};
  limits.max_tools = 1;
  EXPECT_EQ(refused(with_member(R"("tools":[{"type":"a"}],"functions":[{"name":"b"}])"), limits).code,
            "too_many_tools");
  limits = {};
  limits.json.max_bytes = 10;
  EXPECT_EQ(refused(with_message(R"({"role":"user"})"), limits).status, 413);
}

TEST(OpenAiRequest, ErrorsBecomeOpenAiObjects) {
  EXPECT_EQ(
      to_json(refused(R"({"model":"m"})")),
      R"({"error":{"message":"messages is required.","type":"invalid_request_error","param":"messages","code":"missing_required_parameter"}})");
  EXPECT_EQ(to_json(Error{.status = 500, .type = "server_error", .message = "a \"b\"\n"}),
            R"({"error":{"message":"a \"b\"\n","type":"server_error","param":null,"code":null}})");
}

}  // namespace
}  // namespace signalbox::protocol
