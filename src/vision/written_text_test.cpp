#include "vision/written_text.h"

#include <gmock/gmock.h>

namespace signalbox::vision {
namespace {

using evidence::Box;
using evidence::TextLine;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr Box kFirst{1, 2, 30, 4}, kSecond{1, 12, 20, 4};

ReadLine line(std::vector<ReadWord> words) {
  return {.words = std::move(words), .box = {}};
}

TEST(WrittenText, LinesHaveTheirPlaces) {
  WrittenText text(0);
  text.add(line({{"grüße", 0.75F}, {"an", 0.25F}}), kFirst);
  text.add(line({{"alle", 1}}), kSecond);
  const Recognition read = std::move(text).result();
  EXPECT_EQ(read.text, "grüße an\nalle\n");
  EXPECT_THAT(read.lines, ElementsAre(TextLine{0, 10, kFirst, 0.5F}, TextLine{11, 15, kSecond, 1}));
  EXPECT_DOUBLE_EQ(read.confidence, 2.0 / 3);
  EXPECT_FALSE(read.doubtful);
}

TEST(WrittenText, WordsBelowTheFloorAreLeftOut) {
  WrittenText text(0.5);
  text.add(line({{"x", 0.49F}, {"password", 0.5F}, {"y", 0.1F}}), kFirst);
  text.add(line({{"zz", 0.2F}}), kSecond);
  const Recognition read = std::move(text).result();
  EXPECT_EQ(read.text, "password\n");
  EXPECT_THAT(read.lines, ElementsAre(TextLine{0, 8, kFirst, 0.5F}));
  EXPECT_FALSE(read.doubtful) << "4 of 12 letters are lost";
}

TEST(WrittenText, MoreLostThanKeptIsDoubtful) {
  WrittenText text(0.5);
  text.add(line({{"abc", 0.9F}, {"defg", 0.1F}}), kFirst);
  const Recognition read = std::move(text).result();
  EXPECT_EQ(read.text, "abc\n");
  EXPECT_TRUE(read.doubtful);
}

TEST(WrittenText, NothingReadIsNotDoubtful) {
  const Recognition read = WrittenText(0.9).result();
  EXPECT_EQ(read.text, "");
  EXPECT_THAT(read.lines, IsEmpty());
  EXPECT_EQ(read.confidence, 0);
  EXPECT_FALSE(read.doubtful);
}

}  // namespace
}  // namespace signalbox::vision
