#include "vision/grey.h"

#include <gtest/gtest.h>

namespace signalbox::vision {

using evidence::Box;
using imaging::Pixels;
namespace {

using Samples = std::vector<std::uint8_t>;

TEST(Grey, OpaquePictureHasOneView) {
  const Pixels two{.width = 2, .height = 1, .rgb = {0, 0, 0, 255, 255, 255}, .alpha = {}};
  EXPECT_EQ(readable_views(two).size(), 1U);
}

TEST(Grey, UniformPictureHasNone) {
  const Pixels flat{.width = 2, .height = 1, .rgb = {7, 7, 7, 8, 8, 8}, .alpha = {}};
  EXPECT_TRUE(readable_views(flat).empty());
}

TEST(Grey, DarkGroundBecomesLight) {
  EXPECT_EQ(dark_on_light({4, 1, {10, 10, 10, 230}}).samples, (Samples{245, 245, 245, 25}));
  EXPECT_EQ(dark_on_light({4, 1, {230, 230, 230, 10}}).samples, (Samples{230, 230, 230, 10}));
}

TEST(Grey, LightLettersOnAColouredButtonBecomeDark) {
  EXPECT_EQ(dark_on_light({4, 1, {150, 150, 150, 255}}).samples, (Samples{105, 105, 105, 0}));
}

TEST(Grey, AGreyPageWithAMarginIsNoDarkGround) {
  const Samples page{160, 160, 160, 160, 20, 255, 255};
  EXPECT_EQ(dark_on_light({7, 1, page}).samples, page);
}

// A blue bubble on a black page: the page is no part of the ink.
TEST(Grey, OneSideForgetsTheOther) {
  const Grey bubble{6, 1, {10, 107, 107, 107, 255, 181}};
  EXPECT_EQ(one_side(bubble, Side::lighter).samples, (Samples{255, 255, 255, 255, 0, 128}));
  EXPECT_EQ(one_side(bubble, Side::darker).samples, (Samples{0, 255, 255, 255, 255, 255}));
  EXPECT_EQ(one_side({2, 1, {9, 9}}, Side::darker).samples, (Samples{255, 255}));
}

TEST(Grey, CutTakesTheRowsOfABox) {
  const Grey part = cut({3, 3, {1, 2, 3, 4, 5, 6, 7, 8, 9}}, Box{1, 1, 2, 2});
  EXPECT_EQ(part.width, 2U);
  EXPECT_EQ(part.height, 2U);
  EXPECT_EQ(part.samples, (Samples{5, 6, 8, 9}));
}

TEST(Grey, GrownStaysInside) {
  const Grey grey{10, 8, Samples(80)};
  EXPECT_EQ(grown({3, 3, 2, 2}, 2, grey), (Box{1, 1, 6, 6}));
  EXPECT_EQ(grown({1, 0, 8, 8}, 4, grey), (Box{0, 0, 10, 8}));
}

TEST(Grey, MedianIsTheGround) {
  EXPECT_EQ(median({5, 1, {9, 200, 200, 200, 9}}), 200);
  EXPECT_EQ(median({0, 0, {}}), 0);
}

}  // namespace
}  // namespace signalbox::vision
