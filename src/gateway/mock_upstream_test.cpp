#include "gateway/mock_upstream.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "gateway/test_sockets.h"

namespace signalbox::gateway {
namespace {

using testing::get;
using ::testing::HasSubstr;
using testing::post;
using testing::Wire;
using Json = nlohmann::json;

class MockUpstreamTest : public testing::ServerFixture {
 protected:
  void SetUp() override {
    clock_.advance(std::chrono::seconds(1000));
    port_ = serve(make_mock_upstream({}, clock_));
  }
  testing::Answer chat(const Json& body, std::string_view headers = {}) {
    Wire wire = Wire::connect(port_);
    wire.send(post("/v1/chat/completions", body.dump(), headers));
    return wire.read_answer();
  }
  static Json hello(const std::string& model = "demo") {
    return {{"model", model}, {"messages", {{{"role", "user"}, {"content", "Hello there"}}}}};
  }
  // The JSON of each SSE frame; the [DONE] frame must be the last.
  static std::vector<Json> frames(const std::string& body) {
    std::vector<Json> out;
    std::size_t begin = 0;
    while (begin < body.size()) {
      auto end = body.find("\n\n", begin);
      std::string frame = body.substr(begin, end - begin);
      EXPECT_THAT(frame, ::testing::StartsWith("data: "));
      if (frame == "data: [DONE]") {
        EXPECT_EQ(end + 2, body.size());
        return out;
      }
      out.push_back(Json::parse(frame.substr(6)));
      begin = end + 2;
    }
    ADD_FAILURE() << "no [DONE]";
    return out;
  }

  telemetry::ManualClock clock_;
  std::uint16_t port_ = 0;
};

TEST_F(MockUpstreamTest, TellsWhatReachedIt) {
  Json body = hello("m-large");
  body["messages"].insert(body["messages"].begin(), Json{{"role", "system"}, {"content", "Be brief."}});
  body["messages"][1]["content"] = Json::parse(
      R"([{"type":"text","text":"private words"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AA"}}])");
  body["tools"] = Json::parse(R"([{"type":"function","function":{"name":"f"}}])");
  auto answer = chat(body, "x-selected-model: m-large\r\nx-vsr-selected-decision: images\r\n");
  ASSERT_EQ(answer.status, 200);
  Json out = Json::parse(answer.body);
  EXPECT_EQ(out["object"], "chat.completion");
  EXPECT_EQ(out["model"], "m-large");
  EXPECT_EQ(out["created"], 1000);
  std::string text = out["choices"][0]["message"]["content"];
  EXPECT_EQ(text,
            "This is the mock upstream. Asked for model: m-large. Policy headers: x-selected-model=m-large, "
            "x-vsr-selected-decision=images. System prompt: yes. Messages: 2. Tools: 1. Tool results: 0. Images: 1.");
  EXPECT_EQ(out["usage"]["total_tokens"],
            out["usage"]["prompt_tokens"].get<int>() + out["usage"]["completion_tokens"].get<int>());
}

TEST_F(MockUpstreamTest, StreamedDeltasAddUpToTheWholeAnswer) {
  std::string whole = Json::parse(chat(hello()).body)["choices"][0]["message"]["content"];
  Json body = hello();
  body["stream"] = true;
  body["stream_options"] = {{"include_usage", true}};
  auto answer = chat(body);
  EXPECT_THAT(answer.head, HasSubstr("Content-Type: text/event-stream"));
  EXPECT_TRUE(answer.whole);
  std::string text;
  auto all = frames(answer.body);
  for (const Json& frame : all) {
    EXPECT_EQ(frame["object"], "chat.completion.chunk");
    if (!frame["choices"].empty()) text += frame["choices"][0]["delta"].value("content", "");
  }
  EXPECT_EQ(text, whole);
  EXPECT_EQ(all[all.size() - 2]["choices"][0]["finish_reason"], "stop");
  EXPECT_TRUE(all.back()["choices"].empty());
  EXPECT_GT(all.back()["usage"]["total_tokens"], 0);
}

TEST_F(MockUpstreamTest, CallsToolsWhenForcedOrAsked) {
  Json body = hello();
  body["tools"] = Json::parse(R"([
    {"type":"function","function":{"name":"first"}},
    {"type":"function","function":{"name":"get_weather","parameters":{"type":"object","properties":
      {"city":{"type":"string"},"days":{"type":"integer"},"unit":{"enum":["C","F"]},"exact":{"type":"boolean"}}}}}])");
  auto call = [&](const Json& request) {
    Json out = Json::parse(chat(request).body)["choices"][0];
    EXPECT_EQ(out["finish_reason"], "tool_calls");
    EXPECT_TRUE(out["message"]["content"].is_null());
    return out["message"]["tool_calls"][0]["function"];
  };
  Json asked = body;
  asked["messages"][0]["content"] = "Please call the tool get_weather, now";
  EXPECT_EQ(call(asked)["name"], "get_weather");
  EXPECT_EQ(Json::parse(call(asked)["arguments"].get<std::string>()),
            Json::parse(R"({"city":"example","days":1,"unit":"C","exact":true})"));
  Json required = body;
  required["tool_choice"] = "required";
  EXPECT_EQ(call(required)["name"], "first");
  Json named = body;
  named["tool_choice"] = {{"type", "function"}, {"function", {{"name", "get_weather"}}}};
  EXPECT_EQ(call(named)["name"], "get_weather");
  asked["stream"] = true;
  auto all = frames(chat(asked).body);
  EXPECT_EQ(all[1]["choices"][0]["delta"]["tool_calls"][0]["function"]["name"], "get_weather");
  EXPECT_EQ(all.back()["choices"][0]["finish_reason"], "tool_calls");
}

TEST_F(MockUpstreamTest, AnswersAToolResultWithText) {
  Json body = hello();
  body["tools"] = Json::parse(R"([{"type":"function","function":{"name":"f"}}])");
  body["tool_choice"] = "required";
  body["messages"].push_back({{"role", "tool"}, {"tool_call_id", "x"}, {"content", "sunny"}});
  std::string text = Json::parse(chat(body).body)["choices"][0]["message"]["content"];
  EXPECT_THAT(text, HasSubstr("Tool results: 1"));
}

TEST_F(MockUpstreamTest, ModelsHealthAndWrongPaths) {
  Wire wire = Wire::connect(port_);
  auto status = [&](const std::string& request) {
    wire.send(request);
    return wire.read_answer();
  };
  EXPECT_EQ(status(get("/health")).body, R"({"status":"ok"})");
  EXPECT_EQ(Json::parse(status(get("/v1/models")).body)["data"][1]["id"], "mock-large");
  EXPECT_EQ(Json::parse(status(get("/v1/models/mock-small")).body)["id"], "mock-small");
  EXPECT_EQ(status(get("/v1/models/none")).status, 404);
  EXPECT_EQ(status(get("/v1/chat/completions")).status, 405);
  EXPECT_EQ(status(post("/health", "")).status, 405);
  EXPECT_EQ(status(post("/v1/embeddings", "{}")).status, 404);
  EXPECT_EQ(status(post("/v1/chat/completions", "{nonsense")).status, 400);
  EXPECT_EQ(status(post("/v1/chat/completions", R"({"messages":{}})")).status, 400);
}

TEST_F(MockUpstreamTest, OddButParseableBodiesAreAnsweredNotCrashedOn) {
  for (const char* body :
       {R"({"messages":[1,null,"x",[]]})", R"({"messages":[{"role":5,"content":{"a":1}}],"model":7,"stream":"yes"})",
        R"({"messages":[],"tools":[1,{"function":3}],"tool_choice":{"function":4}})",
        R"({"messages":[{"role":"user","content":"call the tool "}],"tools":{}, "stream_options":[]})"}) {
    Wire wire = Wire::connect(port_);
    wire.send(post("/v1/chat/completions", body));
    EXPECT_EQ(wire.read_answer().status, 200) << body;
  }
}

TEST_F(MockUpstreamTest, InjectsErrorsByHeaderAndByModelName) {
  auto limited = chat(hello(), "x-mock-status: 429\r\nx-mock-retry-after: 7\r\n");
  EXPECT_EQ(limited.status, 429);
  EXPECT_THAT(limited.head, HasSubstr("Retry-After: 7"));
  EXPECT_EQ(Json::parse(limited.body)["error"]["type"], "rate_limit_error");
  EXPECT_EQ(chat(hello("demo@status=503,latency_ms=1")).status, 503);
  EXPECT_EQ(chat(hello("demo@status=503"), "x-mock-status: 500\r\n").status, 500);
  EXPECT_EQ(chat(hello("demo@nonsense=1")).status, 200);
}

TEST_F(MockUpstreamTest, BreaksStreams) {
  Json body = hello();
  body["stream"] = true;
  auto cut = chat(body, "x-mock-cut-after: 2\r\n");
  EXPECT_FALSE(cut.whole);
  EXPECT_EQ(std::count(cut.body.begin(), cut.body.end(), '\n'), 4);  // two frames
  auto half = chat(body, "x-mock-cut-after: 1\r\nx-mock-half-frame: true\r\n");
  EXPECT_FALSE(half.whole);
  EXPECT_GT(half.body.size(), half.body.find("\n\n") + 2);
  EXPECT_EQ(half.body.rfind("\n\n"), half.body.find("\n\n"));
  auto whole_body_cut = chat(hello(), "x-mock-cut-after: 3\r\n");
  EXPECT_EQ(whole_body_cut.status, 200);
  EXPECT_FALSE(whole_body_cut.whole);
}

TEST_F(MockUpstreamTest, DisconnectsAndTalksGarbage) {
  EXPECT_EQ(chat(hello(), "x-mock-disconnect: 1\r\n").status, 0);
  Wire wire = Wire::connect(port_);
  wire.send(post("/v1/chat/completions", hello().dump(), "x-mock-garbage: 1\r\n"));
  EXPECT_THAT(wire.read_to_end(), HasSubstr("this is not HTTP"));
}

TEST_F(MockUpstreamTest, DripsAndDelaysButArrivesWhole) {
  Json body = hello();
  body["stream"] = true;
  auto answer = chat(body, "x-mock-drip-bytes: 7\r\n");
  EXPECT_TRUE(answer.whole);
  EXPECT_FALSE(frames(answer.body).empty());
  auto delayed = chat(body, "x-mock-chunk-delay-ms: 1\r\n");
  EXPECT_TRUE(delayed.whole);
  EXPECT_EQ(frames(delayed.body).size(), frames(answer.body).size());
}

TEST(MockFaults, UnknownNamesAndBadValuesAreRefused) {
  MockFaults faults;
  EXPECT_TRUE(set_fault(faults, "half_frame", "true"));
  EXPECT_TRUE(faults.half_frame);
  EXPECT_FALSE(set_fault(faults, "halfframe", "true"));
  EXPECT_FALSE(set_fault(faults, "status", "many"));
  EXPECT_FALSE(set_fault(faults, "status", "12x"));
  EXPECT_EQ(faults.status, 0);
}

}  // namespace
}  // namespace signalbox::gateway
