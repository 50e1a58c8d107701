#include "protocol/eval_request.h"

#include <gtest/gtest.h>

namespace signalbox::protocol {
namespace {

Error refused(std::string_view body) {
  const std::expected<EvalRequest, Error> request = parse_eval_request(body);
  return request ? Error{.code = "accepted"} : request.error();
}

TEST(EvalRequest, TextForm) {
  const std::expected<EvalRequest, Error> eval = parse_eval_request(
      R"({"text":"What?\n","model":"auto","options":{"trace":true,"confidence_threshold":0.5},"metadata":{"a":"b"},"unknown":1})");
  ASSERT_TRUE(eval);
  EXPECT_TRUE(eval->has_text);
  EXPECT_EQ(eval->text, "What?\n");
  EXPECT_EQ(eval->request.model, "auto");
  EXPECT_TRUE(eval->options.trace);
  EXPECT_FALSE(eval->options.return_probabilities);
  EXPECT_EQ(eval->options.confidence_threshold, 0.5);
  EXPECT_EQ(eval->request.metadata.size(), 1u);
}

TEST(EvalRequest, MessagesFormNeedsNoModel) {
  const std::expected<EvalRequest, Error> eval = parse_eval_request(
      R"({"messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"f"}}]})");
  ASSERT_TRUE(eval);
  EXPECT_FALSE(eval->has_text);
  EXPECT_EQ(eval->request.messages.size(), 1u);
  EXPECT_EQ(eval->request.tools.size(), 1u);
  EXPECT_EQ(eval->request.model, "");
}

TEST(EvalRequest, AnEmptyTextIsAText) {
  const std::expected<EvalRequest, Error> eval = parse_eval_request(R"({"text":""})");
  ASSERT_TRUE(eval);
  EXPECT_TRUE(eval->has_text);
}

TEST(EvalRequest, ExactlyOneOfTextAndMessages) {
  EXPECT_EQ(refused(R"({"model":"m"})").code, "missing_required_parameter");
  EXPECT_EQ(refused(R"({"text":"a","messages":[{"role":"user"}]})").code, "invalid_value");
  EXPECT_EQ(refused(R"({"text":7})").param, "text");
  EXPECT_EQ(refused(R"({"text":"a","options":{"trace":1}})").param, "options.trace");
  EXPECT_EQ(refused(R"({"text":"a","text":"b"})").code, "duplicate_key");
}

}  // namespace
}  // namespace signalbox::protocol
