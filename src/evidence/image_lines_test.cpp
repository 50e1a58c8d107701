#include "evidence/image_lines.h"

#include <gmock/gmock.h>

namespace signalbox::evidence {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Box kTop{10, 20, 100, 16}, kBottom{12, 60, 90, 16};

// "first\nsecond\nsecond again\n"
std::vector<TextLine> lines() {
  return {{.begin = 0, .end = 5, .box = kTop, .confidence = 0.9F},
          {.begin = 6, .end = 12, .box = kBottom, .confidence = 0.8F},
          {.begin = 13, .end = 25, .box = kBottom, .confidence = 0.7F}};
}

TEST(ImageLines, AroundHoldsBoth) {
  EXPECT_EQ(around(kTop, kBottom), (Box{10, 20, 100, 56}));
  EXPECT_EQ(around(kTop, kTop), kTop);
}

TEST(ImageLines, ARangeHasTheBoxesOfItsLines) {
  EXPECT_THAT(boxes_of(lines(), 1, 3), ElementsAre(kTop));
  EXPECT_THAT(boxes_of(lines(), 4, 7), ElementsAre(kTop, kBottom));
  EXPECT_THAT(boxes_of(lines(), 0, 25), ElementsAre(kTop, kBottom)) << "a line read twice is one place";
}

TEST(ImageLines, EdgesBelongToTheirLine) {
  EXPECT_THAT(boxes_of(lines(), 0, 5), ElementsAre(kTop));
  EXPECT_THAT(boxes_of(lines(), 5, 6), IsEmpty()) << "the newline";
  EXPECT_THAT(boxes_of(lines(), 6, 12), ElementsAre(kBottom));
  EXPECT_THAT(boxes_of(lines(), 25, 30), IsEmpty());
  EXPECT_THAT(boxes_of({}, 0, 5), IsEmpty());
}

TEST(ImageLines, ManyBoxesBecomeTheOneAroundThem) {
  std::vector<TextLine> many;
  for (std::uint32_t i = 0; i <= kMaxBoxes; ++i)
    many.push_back({.begin = 2 * i, .end = 2 * i + 1, .box = {i, 10 * i, 5, 8}, .confidence = 1});
  EXPECT_EQ(boxes_of(many, 0, 2 * kMaxBoxes).size(), kMaxBoxes);
  EXPECT_THAT(boxes_of(many, 0, 2 * kMaxBoxes + 1), ElementsAre(Box{0, 0, 5 + kMaxBoxes, 8 + 10 * kMaxBoxes}));
}

}  // namespace
}  // namespace signalbox::evidence
