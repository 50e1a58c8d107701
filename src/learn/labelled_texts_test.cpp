#include "learn/labelled_texts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace signalbox::learn {
namespace {

using testing::HasSubstr;

std::expected<std::vector<LabelledText>, std::string> read(const std::string& lines,
                                                           const LabelledFields& fields = {}) {
  std::istringstream in(lines);
  return read_labelled_texts(in, "labels.jsonl", fields);
}

TEST(LabelledTexts, AreReadLineByLine) {
  const auto texts = read(
      "{\"text\": \"a\\nb\", \"label\": \"x\", \"more\": []}\r\n\n{\"text\":\"c\",\"label\":true}\n"
      "{\"label\": 3, \"text\": \"d\"}");
  ASSERT_TRUE(texts) << texts.error();
  ASSERT_EQ(texts->size(), 3U);
  EXPECT_EQ((*texts)[0].text, "a\nb");
  EXPECT_EQ((*texts)[0].label, "x");
  EXPECT_EQ((*texts)[1].label, "true");
  EXPECT_EQ((*texts)[2].label, "3");
}

TEST(LabelledTexts, FieldsHaveOtherNames) {
  const auto texts = read("{\"q\": \"a\", \"subject\": \"x\"}", {"q", "subject"});
  ASSERT_TRUE(texts) << texts.error();
  EXPECT_EQ(texts->front().label, "x");
}

TEST(LabelledTexts, MistakesNameTheLine) {
  EXPECT_THAT(read("").error(), HasSubstr("labels.jsonl: holds no labelled text"));
  EXPECT_THAT(read("{\"text\":\"a\",\"label\":\"x\"}\n{\"text\"").error(), HasSubstr("labels.jsonl:2: is not a JSON"));
  EXPECT_THAT(read("\n{\"text\":\"a\"}").error(), HasSubstr("labels.jsonl:2: has no \"label\""));
  EXPECT_THAT(read("{\"label\":\"a\"}").error(), HasSubstr("has no \"text\""));
  EXPECT_THAT(read("{\"text\":\" \",\"label\":\"x\"}").error(), HasSubstr("\"text\" is not a text"));
  EXPECT_THAT(read("{\"text\":\"a\",\"label\":1.5}").error(), HasSubstr("\"label\" is neither"));
  EXPECT_THAT(read("{\"text\":\"a\",\"label\":\"\"}").error(), HasSubstr("\"label\" is neither"));
  EXPECT_THAT(read("{\"text\":\"\xff\",\"label\":\"x\"}").error(), HasSubstr("labels.jsonl:1: is not a JSON"));
}

TEST(LabelledTexts, ALineIsBounded) {
  EXPECT_THAT(read(std::string(kMaxLineBytes + 1, '{')).error(), HasSubstr("labels.jsonl:1: is longer than"));
}

TEST(LabelledTexts, AFileThatIsNotThere) {
  EXPECT_THAT(read_labelled_texts(std::filesystem::path("/nowhere/x.jsonl"), {}).error(),
              HasSubstr("/nowhere/x.jsonl: cannot be read"));
}

}  // namespace
}  // namespace signalbox::learn
