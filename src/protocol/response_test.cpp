#include "protocol/response.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "protocol/sse.h"

namespace signalbox::protocol {
namespace {

using nlohmann::json;

const FixedAnswer kAnswer{.id = "chatcmpl-1",
                          .created = 1700000000,
                          .model = "m\"1",
                          .text = "Sorry,  I can't.\nBye \xC3\xA9",
                          .usage = {.prompt_tokens = 10, .completion_tokens = 4, .cached_tokens = 2}};

std::vector<json> chunks(bool include_usage) {
  SseReader reader;
  const std::string stream = chat_completion_stream(kAnswer, include_usage);
  EXPECT_TRUE(stream.ends_with(kSseDone));
  reader.feed(std::string_view(stream).substr(0, stream.size() - kSseDone.size()));
  std::vector<json> out;
  while (const std::optional<SseFrame> frame = *reader.next()) out.push_back(json::parse(frame->data));
  EXPECT_EQ(reader.rest(), "");
  return out;
}

TEST(Response, ChatCompletion) {
  const json body = json::parse(chat_completion_json(kAnswer));
  EXPECT_EQ(body["id"], "chatcmpl-1");
  EXPECT_EQ(body["object"], "chat.completion");
  EXPECT_EQ(body["created"], 1700000000);
  EXPECT_EQ(body["model"], "m\"1");
  EXPECT_EQ(body["choices"][0]["message"]["role"], "assistant");
  EXPECT_EQ(body["choices"][0]["message"]["content"], kAnswer.text);
  EXPECT_EQ(body["choices"][0]["finish_reason"], "stop");
  EXPECT_EQ(body["usage"]["total_tokens"], 14);
  EXPECT_EQ(body["usage"]["prompt_tokens_details"]["cached_tokens"], 2);
}

TEST(Response, StreamSaysTheSameInWords) {
  const std::vector<json> all = chunks(false);
  ASSERT_EQ(all.size(), 7u);
  EXPECT_EQ(all.front()["choices"][0]["delta"]["role"], "assistant");
  std::string text;
  std::vector<std::string> pieces;
  for (const json& chunk : all) {
    EXPECT_EQ(chunk["object"], "chat.completion.chunk");
    EXPECT_EQ(chunk["id"], "chatcmpl-1");
    EXPECT_FALSE(chunk.contains("usage"));
    pieces.push_back(chunk["choices"][0]["delta"].value("content", ""));
    text += pieces.back();
  }
  EXPECT_EQ(text, kAnswer.text);
  EXPECT_EQ(pieces[1], "Sorry,  ");
  EXPECT_EQ(all[5]["choices"][0]["finish_reason"], nullptr);
  EXPECT_EQ(all.back()["choices"][0]["finish_reason"], "stop");
}

TEST(Response, StreamWithUsageEndsWithAUsageChunk) {
  const std::vector<json> all = chunks(true);
  EXPECT_TRUE(all.front()["usage"].is_null());
  EXPECT_TRUE(all.back()["choices"].empty());
  EXPECT_EQ(all.back()["usage"]["completion_tokens"], 4);
}

TEST(Response, Models) {
  const ModelCard automatic{.id = "auto",
                            .created = 5,
                            .owned_by = "vllm-semantic-router",
                            .description = "d",
                            .is_virtual = true,
                            .default_route = true,
                            .recipe = "default"};
  const ModelCard backend{.id = "b", .owned_by = "upstream-endpoint", .selectable = false};
  const json list = json::parse(model_list_json({automatic, backend}));
  EXPECT_EQ(list["object"], "list");
  ASSERT_EQ(list["data"].size(), 2u);
  EXPECT_EQ(
      list["data"][0],
      json::parse(R"({"id":"auto","object":"model","created":5,"owned_by":"vllm-semantic-router","description":"d",
            "routing":{"resolution":"virtual","selectable":true,"default_route":true,"recipe":"default"}})"));
  EXPECT_EQ(list["data"][1]["routing"]["resolution"], "passthrough");
  EXPECT_FALSE(list["data"][1].contains("logo_url"));
  EXPECT_EQ(json::parse(model_list_json({}))["data"].size(), 0u);
}

}  // namespace
}  // namespace signalbox::protocol
