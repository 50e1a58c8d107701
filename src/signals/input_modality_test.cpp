#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "signals/test_support.h"

namespace signalbox::signals {
namespace {

using enum Truth;
using test::Rules;
using test::Subject;

Subject with(std::string_view parts) {
  return Subject::chat(R"("messages":[{"role":"user","content":[{"type":"text","text":"x"},)" + std::string(parts) +
                       "]}]");
}
constexpr std::string_view kRemote = R"({"type":"image_url","image_url":{"url":"https://example.com/a.png"}})";
constexpr std::string_view kAudio = R"({"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}})";

TEST(InputModality, CountsKindsOfContent) {
  const Rules rules("input_modality", R"(
- {name: picture, modalities: [image]}
- {name: attachments, modalities: [image, audio, file], predicate: {gte: 2}}
- {name: text_only, modalities: [image, audio, file], predicate: {lt: 1}}
- {name: words, modalities: [text]}
)");
  ASSERT_TRUE(rules.diagnostics.ok());
  const auto two = with(std::string(kRemote) + "," + std::string(kAudio)).evaluate(rules);
  EXPECT_EQ(two.at("picture").truth, match);
  EXPECT_EQ(two.at("attachments").truth, match);
  EXPECT_EQ(*two.at("attachments").value, 2);
  EXPECT_EQ(two.at("text_only").truth, no_match);
  const auto plain = Subject::text("hello").evaluate(rules);
  EXPECT_EQ(plain.at("text_only").truth, match);
  EXPECT_EQ(plain.at("words").truth, match);
  EXPECT_EQ(Subject::text(" \n").evaluate(rules, "words").truth, no_match);
}

TEST(InputModality, AFileIsAFileWhetherItIsReadOrNot) {
  const Rules rules("input_modality", "[{name: files, modalities: [file]}]");
  const auto files = with(R"({"type":"file","file":{"file_data":"data:application/pdf;base64,AAAA"}},
      {"type":"file","file":{"file_data":"data:application/zip;base64,AAAA"}},{"type":"file","file":{"file_id":"f"}})")
                         .evaluate(rules);
  EXPECT_EQ(*files.at("files").value, 3);
}

TEST(InputModality, NeedsModalities) {
  EXPECT_THAT(Rules("input_modality", "[{name: a}]").problems(),
              ::testing::ElementsAre("routing.signals.input_modality[0].modalities missing_key"));
}

}  // namespace
}  // namespace signalbox::signals
