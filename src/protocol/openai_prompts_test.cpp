#include "protocol/openai_prompts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace signalbox::protocol {
namespace {

using ::testing::ElementsAre;

// Texts as they are; "?" for a part that nobody can read.
std::vector<std::string> parts_of(std::string_view body, PromptKind kind) {
  const std::expected<Request, Error> request = parse_openai_prompts(body, kind);
  std::vector<std::string> parts;
  if (!request) return {"error " + request.error().param};
  for (const Part& part : request->messages.at(0).parts) {
    parts.emplace_back(part.kind == Part::Kind::text ? std::string(part.text) : "?");
  }
  return parts;
}

TEST(OpenAiPrompts, OneTextOrMany) {
  EXPECT_THAT(parts_of(R"({"model":"m","input":"a"})", PromptKind::embeddings), ElementsAre("a"));
  EXPECT_THAT(parts_of(R"({"model":"m","input":["a","b"]})", PromptKind::embeddings), ElementsAre("a", "b"));
  EXPECT_THAT(parts_of(R"({"model":"m","prompt":"a","suffix":"z"})", PromptKind::completions), ElementsAre("a", "z"));
}

TEST(OpenAiPrompts, TokenIdsAreContentThatNobodyReads) {
  EXPECT_THAT(parts_of(R"({"model":"m","input":[1,2,3]})", PromptKind::embeddings), ElementsAre("?"));
  EXPECT_THAT(parts_of(R"({"model":"m","prompt":[[1],[2]]})", PromptKind::completions), ElementsAre("?", "?"));
  EXPECT_THAT(parts_of(R"({"model":"m","input":["a",{"image":"x"},7]})", PromptKind::embeddings),
              ElementsAre("a", "?", "?"));
}

TEST(OpenAiPrompts, UnknownMembersThatCouldHoldContentAreNotOverlooked) {
  EXPECT_THAT(
      parts_of(R"({"model":"m","input":"a","messages":[{"role":"user","content":"b"}]})", PromptKind::embeddings),
      ElementsAre("a", "?"));
  EXPECT_THAT(parts_of(R"({"model":"m","prompt":"a","prompt_embeds":"AAAA"})", PromptKind::completions),
              ElementsAre("a", "?"));
  EXPECT_THAT(parts_of(R"({"model":"m","input":"a","dimensions":8,"user":"u","truncate_prompt_tokens":5})",
                       PromptKind::embeddings),
              ElementsAre("a"));
  EXPECT_THAT(
      parts_of(R"({"model":"m","prompt":"a","stop":["x"],"temperature":0,"stream":false})", PromptKind::completions),
      ElementsAre("a"));
}

TEST(OpenAiPrompts, WhatIsMissingOrOfTheWrongTypeIsNamed) {
  EXPECT_THAT(parts_of(R"({"input":"a"})", PromptKind::embeddings), ElementsAre("error model"));
  EXPECT_THAT(parts_of(R"({"model":"m"})", PromptKind::embeddings), ElementsAre("error input"));
  EXPECT_THAT(parts_of(R"({"model":"m","input":"a"})", PromptKind::completions), ElementsAre("error prompt"));
  EXPECT_THAT(parts_of(R"({"model":7,"input":"a"})", PromptKind::embeddings), ElementsAre("error model"));
  EXPECT_THAT(parts_of(R"({"model":"m","input":[]})", PromptKind::embeddings), ElementsAre("error input"));
  EXPECT_THAT(parts_of(R"({"model":"m","input":{"a":1}})", PromptKind::embeddings), ElementsAre("error input"));
  EXPECT_THAT(parts_of(R"({"model":"m","input":"a","input":"b"})", PromptKind::embeddings), ElementsAre("error input"));
}

TEST(OpenAiPrompts, StreamAndModelAreReadWhereTheyStand) {
  const std::string body = R"({"model":"m","prompt":"a","stream":true,"stream_options":{"include_usage":true}})";
  const std::expected<Request, Error> request = parse_openai_prompts(body, PromptKind::completions);
  ASSERT_TRUE(request);
  EXPECT_TRUE(request->stream);
  EXPECT_TRUE(request->include_usage);
  EXPECT_EQ(body.substr(request->model_range.begin, request->model_range.size()), "\"m\"");
}

}  // namespace
}  // namespace signalbox::protocol
