// The usage chunk that only we asked for does not reach the client, what was redacted is put back; everything else
// passes byte for byte.
#include "gateway/answer_tap.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

namespace signalbox::gateway {
namespace {

const std::string kWords = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"usage\":null}\n\n";
const std::string kLast = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
const std::string kUsage = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}\n\n";
const std::string kDone = "data: [DONE]\n\n";

ResponseHead stream_head() {
  ResponseHead head;
  head.headers.add("Content-Type", "text/event-stream; charset=utf-8");
  return head;
}

std::string passed(AnswerTap& tap, const std::string& stream, std::size_t slice) {
  std::string out;
  for (std::size_t at = 0; at < stream.size(); at += slice) out += tap.pass(stream.substr(at, slice));
  return out + std::string(tap.held_back());
}

TEST(AnswerTap, LeavesTheUsageChunkOutHoweverTheStreamIsSliced) {
  const std::string stream = ": hello\n\n" + kWords + kLast + kUsage + kDone;
  for (std::size_t slice = 1; slice <= stream.size(); ++slice) {
    AnswerTap tap(4096, true);
    ResponseHead head = stream_head();
    tap.on_head(head);
    EXPECT_EQ(passed(tap, stream, slice), ": hello\n\n" + kWords + kLast + kDone) << slice;
    EXPECT_EQ(tap.capture().tail(), stream);  // the budgets still see it
  }
}

TEST(AnswerTap, PassesAUsageChunkThatTheClientAskedFor) {
  AnswerTap tap(4096, false);
  ResponseHead head = stream_head();
  tap.on_head(head);
  EXPECT_EQ(passed(tap, kWords + kUsage + kDone, 7), kWords + kUsage + kDone);
}

TEST(AnswerTap, PassesUsageThatStandsBesideAChoice) {
  AnswerTap tap(4096, true);
  ResponseHead head = stream_head();
  tap.on_head(head);
  const std::string both = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"usage\":{\"prompt_tokens\":3}}\n\n";
  EXPECT_EQ(passed(tap, both + kDone, 11), both + kDone);
}

TEST(AnswerTap, PassesWhatIsNoStreamUntouched) {
  AnswerTap tap(4096, true);
  ResponseHead head;
  head.headers.add("content-type", "application/json");
  head.content_length = 5;
  tap.on_head(head);
  EXPECT_EQ(head.content_length, 5u);
  EXPECT_EQ(passed(tap, kUsage, 9), kUsage);
}

TEST(AnswerTap, AStreamOfKnownLengthBecomesOneOfUnknownLength) {
  AnswerTap tap(4096, true);
  ResponseHead head = stream_head();
  head.content_length = 1000;
  tap.on_head(head);
  EXPECT_EQ(head.content_length, std::nullopt);
}

TEST(AnswerTap, AFrameThatWasCutOffPassesAtTheEnd) {
  AnswerTap tap(4096, true);
  ResponseHead head = stream_head();
  tap.on_head(head);
  EXPECT_EQ(passed(tap, kWords + "data: {\"cho", 5), kWords + "data: {\"cho");
}

std::shared_ptr<const plugins::Substitutes> substitutes() {
  plugins::Substitutes one;
  one.add("[E_1]", "bob@x.com");
  return std::make_shared<const plugins::Substitutes>(std::move(one));
}

TEST(AnswerTap, PutsBackWhatWasRedactedAndStillHidesTheUsage) {
  const std::string half = "data: {\"choices\":[{\"delta\":{\"content\":\"[E\"}}]}\n\n";
  const std::string rest = "data: {\"choices\":[{\"delta\":{\"content\":\"_1]\"}}]}\n\n";
  const std::string stream = half + rest + kUsage + kDone + "data: cut";
  for (const std::size_t slice : {1U, 5U, 1000U}) {
    AnswerTap tap(4096, true, substitutes());
    ResponseHead head = stream_head();
    tap.on_head(head);
    EXPECT_EQ(passed(tap, stream, slice),
              "data: {\"choices\":[{\"delta\":{\"content\":\"\"}}]}\n\n"
              "data: {\"choices\":[{\"delta\":{\"content\":\"bob@x.com\"}}]}\n\n" +
                  kDone + "data: cut");
    EXPECT_EQ(tap.held_back(), tap.held_back());
    EXPECT_EQ(tap.capture().tail(), stream);  // what is kept holds nothing of the original
  }
}

TEST(AnswerTap, PutsBackInAWholeBody) {
  AnswerTap tap(4096, false, substitutes());
  ResponseHead head;
  head.headers.add("content-type", "application/json");
  head.content_length = 13;
  tap.on_head(head);
  EXPECT_EQ(head.content_length, std::nullopt);
  EXPECT_EQ(passed(tap, R"({"a":"[E_1]"})", 4), R"({"a":"bob@x.com"})");
}

TEST(AnswerTap, WhatCannotBeReadPassesUntouched) {
  for (const auto& [name, value] : {std::pair("content-type", "text/html"), std::pair("content-encoding", "gzip")}) {
    AnswerTap tap(4096, false, substitutes());
    ResponseHead head;
    head.headers.add(name, value);
    head.headers.add("content-type", "application/json");
    head.content_length = 7;
    tap.on_head(head);
    EXPECT_EQ(head.content_length, 7u);
    EXPECT_EQ(passed(tap, "\"[E_1]\"", 4), "\"[E_1]\"");
  }
}

TEST(AnswerTap, ABodyTooLongToKeepPassesAsItCame) {
  AnswerTap tap(4096, false, substitutes());
  ResponseHead head;
  head.headers.add("content-type", "application/json");
  tap.on_head(head);
  const std::string body = "\"" + std::string(9u << 20, 'x') + "[E_1]\"";
  EXPECT_EQ(passed(tap, body, 1u << 20), body);
}

TEST(AnswerTap, AFrameWithoutEndPassesAsItComes) {
  AnswerTap tap(16, true);
  ResponseHead head = stream_head();
  tap.on_head(head);
  std::string stream = kWords + "data: " + std::string(5u << 20, 'x');
  EXPECT_EQ(passed(tap, stream, 100'000), stream);
  EXPECT_EQ(tap.pass("more"), "more");
}

}  // namespace
}  // namespace signalbox::gateway
