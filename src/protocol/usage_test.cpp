#include "protocol/usage.h"

#include <gtest/gtest.h>

namespace signalbox::protocol {
namespace {

TEST(Usage, FromABodyOfOurOwn) {
  const FixedAnswer answer{
      .id = "x", .model = "m", .text = "t", .usage = {.prompt_tokens = 7, .completion_tokens = 3, .cached_tokens = 5}};
  const std::string body = chat_completion_json(answer);
  EXPECT_TRUE(may_hold_usage(body));
  const std::optional<UsageReport> report = read_usage(body);
  ASSERT_TRUE(report && report->usage);
  EXPECT_EQ(report->model, "m");
  EXPECT_EQ(report->usage->prompt_tokens, 7);
  EXPECT_EQ(report->usage->completion_tokens, 3);
  EXPECT_EQ(report->usage->cached_tokens, 5);
}

TEST(Usage, MembersInAnyOrderAndContentThatOurRequestParserWouldRefuse) {
  const std::optional<UsageReport> report = read_usage(
      R"({"usage":{"completion_tokens":2,"prompt_tokens":1},"choices":[{"delta":{"content":"\ud83d"}}],"model":"late","x":1,"x":2})");
  ASSERT_TRUE(report && report->usage);
  EXPECT_EQ(report->model, "late");
  EXPECT_EQ(report->usage->prompt_tokens, 1);
  EXPECT_EQ(report->usage->completion_tokens, 2);
  EXPECT_EQ(report->usage->cached_tokens, 0);
}

TEST(Usage, OddCountsAreZeroAndMissingUsageIsAbsent) {
  const std::optional<UsageReport> odd =
      read_usage(R"({"model":7,"usage":{"prompt_tokens":-1,"completion_tokens":"2","prompt_tokens_details":null}})");
  ASSERT_TRUE(odd && odd->usage);
  EXPECT_EQ(odd->model, "");
  EXPECT_EQ(odd->usage->prompt_tokens, 0);
  EXPECT_EQ(odd->usage->completion_tokens, 0);
  const std::optional<UsageReport> none = read_usage(R"({"model":"m","usage":null})");
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->usage);
  EXPECT_EQ(none->model, "m");
  EXPECT_FALSE(may_hold_usage(R"({"usage":null})"));
}

TEST(Usage, TellsTheChunkThatOnlyReports) {
  EXPECT_TRUE(read_usage(R"({"choices":[],"usage":{"prompt_tokens":1}})")->no_choices);
  EXPECT_TRUE(read_usage(R"({"usage":{"prompt_tokens":1},"choices":[ ]})")->no_choices);
  EXPECT_FALSE(read_usage(R"({"choices":[{"index":0}],"usage":{"prompt_tokens":1}})")->no_choices);
  EXPECT_FALSE(read_usage(R"({"usage":{"prompt_tokens":1}})")->no_choices);
  EXPECT_FALSE(read_usage(R"({"choices":null,"usage":{"prompt_tokens":1}})")->no_choices);
  EXPECT_EQ(read_usage(R"({"choices":[{"a":[1]}],"usage":{"prompt_tokens":8}})")->usage->prompt_tokens, 8);
}

// Found by sse_fuzz: simdjson followed a null pointer when asked again after malformed JSON.
TEST(Usage, NothingIsReadBehindABrokenValue) {
  EXPECT_FALSE(read_usage(R"({"event":"m","usaGe":{"prompt_tokns":>})"));
  EXPECT_FALSE(read_usage(R"({"model":"m","usage":{"prompt_tokens" 1}})"));
  EXPECT_FALSE(read_usage(R"({"usage":{"prompt_tokens_details":{"cached_tokens":1,}},"model":"m"})"));
}

TEST(Usage, WhatIsNoObjectOrTooLongGivesNothing) {
  EXPECT_FALSE(read_usage(""));
  EXPECT_FALSE(read_usage("[1]"));
  EXPECT_FALSE(read_usage("[DONE]"));
  EXPECT_FALSE(read_usage("{\"usage\":"));
  EXPECT_FALSE(read_usage(R"({"usage":{}})", 5));
  EXPECT_FALSE(may_hold_usage("{}"));
}

// memmem() must not be given a null pointer, which is what an empty view holds (UBSan).
TEST(MayHoldUsage, AnEmptyTextHoldsNone) {
  EXPECT_FALSE(may_hold_usage(std::string_view{}));
}

}  // namespace
}  // namespace signalbox::protocol
