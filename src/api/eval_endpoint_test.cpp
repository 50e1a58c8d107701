#include <gmock/gmock.h>

#include "api/management_fixture.h"

namespace signalbox::api {
namespace {

using gateway::HttpResponse;

std::string with_picture(const std::string& url) {
  return nlohmann::json({{"messages",
                          {{{"role", "user"},
                            {"content",
                             {{{"type", "text"}, {"text", "Summarize"}},
                              {{"type", "image_url"}, {"image_url", {{"url", url}}}}}}}}}})
      .dump();
}

TEST_F(ManagementTest, EvalNamesTheDecision) {
  const HttpResponse response = post("/api/v1/eval", R"({"text":"Please refactor this"})");
  ASSERT_EQ(response.status, 200) << response.body;
  const nlohmann::json found = json(response);
  EXPECT_EQ(found["routing_decision"], "code");
  EXPECT_EQ(found["selected_model"], "expert");
  EXPECT_FALSE(found.contains("eval_trace"));
  EXPECT_FALSE(found.contains("signals"));
}

TEST_F(ManagementTest, EvalTraceHasEveryDecision) {
  const nlohmann::json found = json(post("/api/v1/eval?trace=true", R"({"text":"Please refactor this"})"));
  ASSERT_EQ(found["eval_trace"].size(), 3U);
  EXPECT_EQ(found["eval_trace"][1]["decision_name"], "code");
  EXPECT_EQ(found["eval_trace"][1]["root_trace"]["signal_name"], "code_words");
  EXPECT_FALSE(found.contains("signals"));
  EXPECT_FALSE(json(post("/api/v1/eval?trace=false", R"({"text":"x"})")).contains("eval_trace"));
}

TEST_F(ManagementTest, ExplainLocatesTheEvidence) {
  const nlohmann::json found = json(post("/api/v1/eval?explain=true", R"({"text":"Please refactor this"})"));
  EXPECT_TRUE(found.contains("eval_trace"));
  const nlohmann::json& signal = found["signals"][0];
  EXPECT_EQ(signal["signal"], "keyword:code_words");
  EXPECT_EQ(signal["state"], "match");
  EXPECT_EQ(signal["evidence"][0]["begin"], 7);
  EXPECT_EQ(signal["evidence"][0]["end"], 15);
}

TEST_F(ManagementTest, ExplainShowsWhatWasReadInPictures) {
  const nlohmann::json found = json(post("/api/v1/eval?explain=1", with_picture("data:image/png;base64,AAAA")));
  EXPECT_EQ(found["routing_decision"], "identity");
  ASSERT_EQ(found["images"].size(), 1U);
  const nlohmann::json& image = found["images"][0];
  EXPECT_EQ(image["state"], "read");
  EXPECT_EQ(image["text"], "PASSPORT Utopia");
  EXPECT_EQ(image["part"], 1);
  EXPECT_EQ(image["width"], 4);
}

TEST_F(ManagementTest, ExplainSaysWhyAPictureWasNotJudged) {
  const nlohmann::json remote = json(post("/api/v1/eval?explain=1", with_picture("https://example.com/x.png")));
  EXPECT_EQ(remote["images"][0]["state"], "unjudged");
  EXPECT_EQ(remote["images"][0]["reason"], "remote_url");
  ManagementServices blind = services();
  blind.images = nullptr;
  const nlohmann::json unread = json(
      make_management(blind)(request("POST", "/api/v1/eval?explain=1", with_picture("data:image/png;base64,AAAA"))));
  EXPECT_EQ(unread["images"][0]["reason"], "ocr_missing");
}

TEST_F(ManagementTest, AMalformedEvalRequestIs400WithItsPlace) {
  for (const char* body :
       {"", "{", "[]", "{}", R"({"messages":"x"})", R"({"text":"a","text":"b"})", "{\"text\":\"\xff\"}"}) {
    const HttpResponse response = post("/api/v1/eval", body);
    EXPECT_EQ(response.status, 400) << body;
    EXPECT_EQ(json(response)["error"]["code"], "INVALID_INPUT") << body;
    EXPECT_EQ(json(response)["error"]["request_id"], "req-7");
  }
  const HttpResponse twice = post("/api/v1/eval", R"({"text":"a","text":"b"})");
  EXPECT_EQ(json(twice)["error"]["reason"], "duplicate_key");
}

TEST_F(ManagementTest, AnUnknownModelIs404) {
  const HttpResponse response = post("/api/v1/eval", R"({"text":"a","model":"nobody"})");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(json(response)["error"]["reason"], "model_not_found");
  EXPECT_EQ(json(response)["error"]["param"], "model");
}

}  // namespace
}  // namespace signalbox::api
