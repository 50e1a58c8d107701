#include "learn/labelled_requests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace signalbox::learn {
namespace {

using testing::HasSubstr;

std::expected<std::vector<LabelledRequest>, std::string> read(const std::string& lines) {
  std::istringstream in(lines);
  return read_labelled_requests(in, "labels.jsonl");
}

TEST(LabelledRequests, AreTextsOrConversations) {
  const auto requests = read(R"({"text": "refund", "signal": "embedding:billing", "label": true, "note": 1}

{"messages": [{"role": "user", "content": "hi"}], "signal": "kb:x", "label": false})");
  ASSERT_TRUE(requests) << requests.error();
  ASSERT_EQ(requests->size(), 2U);
  EXPECT_EQ((*requests)[0].body, R"({"text":"refund"})");
  EXPECT_TRUE((*requests)[0].label);
  EXPECT_EQ((*requests)[1].signal, "kb:x");
  EXPECT_EQ((*requests)[1].line, 3U);
  EXPECT_THAT((*requests)[1].body, HasSubstr("messages"));
}

TEST(LabelledRequests, MistakesNameTheLine) {
  EXPECT_THAT(read("\n[]").error(), HasSubstr("labels.jsonl:2: is not a JSON object"));
  EXPECT_THAT(read(R"({"signal":"a:b","label":true})").error(), HasSubstr("has neither \"text\" nor \"messages\""));
  EXPECT_THAT(read(R"({"text":"a","messages":[],"signal":"a:b","label":true})").error(), HasSubstr("or both"));
  EXPECT_THAT(read(R"({"text":1,"signal":"a:b","label":true})").error(), HasSubstr("\"text\" is not a text"));
  EXPECT_THAT(read(R"({"text":"a","label":true})").error(), HasSubstr("has no \"signal\""));
  EXPECT_THAT(read(R"({"text":"a","signal":"a:b","label":1})").error(), HasSubstr("has no \"label\" that is true"));
  EXPECT_THAT(read("\n").error(), HasSubstr("holds no labelled request"));
}

}  // namespace
}  // namespace signalbox::learn
