#include "vision/text_regions.h"

#include <gmock/gmock.h>

namespace signalbox::vision {

using evidence::Box;
namespace {

using testing::IsEmpty;
using testing::SizeIs;

Grey sheet(std::uint32_t width, std::uint32_t height, std::uint8_t ground = 255) {
  return {width, height, std::vector<std::uint8_t>(std::size_t{width} * height, ground)};
}

void fill(Grey& grey, const Box& box, std::uint8_t value) {
  for (std::uint32_t y = box.top; y < box.top + box.height; ++y)
    std::fill_n(&grey.samples[std::size_t{y} * grey.width + box.left], box.width, value);
}

// Letters as a recogniser sees them from afar: bars.
void write(Grey& grey, const Box& line, std::uint8_t ink = 0) {
  const std::uint32_t step = line.height / 2;
  for (std::uint32_t x = 0; x + step <= line.width; x += step)
    fill(grey, {line.left + x, line.top, step / 2, line.height}, ink);
}

bool holds(const Box& outer, const Box& inner) {
  return outer.left <= inner.left && outer.top <= inner.top && outer.left + outer.width >= inner.left + inner.width &&
         outer.top + outer.height >= inner.top + inner.height;
}

TEST(TextRegions, NothingToSeeIsNothingToRead) {
  EXPECT_THAT(text_regions({}), IsEmpty());
  EXPECT_THAT(text_regions(sheet(640, 480)), IsEmpty());
  Grey sky = sheet(400, 512);
  for (std::uint32_t y = 0; y < sky.height; ++y) fill(sky, {0, y, sky.width, 1}, static_cast<std::uint8_t>(y / 4));
  EXPECT_THAT(text_regions(sky), IsEmpty()) << "a soft gradient";
}

TEST(TextRegions, TheMarginOfAPageIsLeftOut) {
  Grey page = sheet(1920, 1080);
  const Box line{300, 200, 400, 14};
  write(page, line);
  const auto regions = text_regions(page);
  ASSERT_THAT(regions, SizeIs(1));
  EXPECT_TRUE(holds(regions[0], line));
  EXPECT_LE(regions[0].width, 400U + 40);
  EXPECT_LE(regions[0].height, 14U + 40);
}

TEST(TextRegions, LinesOfAParagraphStayTogether) {
  Grey page = sheet(1920, 1080, 30);
  for (std::uint32_t i = 0; i < 10; ++i) write(page, {300, 200 + 24 * i, 500, 14}, 200);
  EXPECT_THAT(text_regions(page), SizeIs(1));
}

TEST(TextRegions, FarApartIsApart) {
  Grey page = sheet(1920, 1080);
  const Box first{100, 100, 300, 16}, second{1200, 900, 300, 16};
  write(page, second);
  write(page, first);
  const auto regions = text_regions(page);
  ASSERT_THAT(regions, SizeIs(2));
  EXPECT_TRUE(holds(regions[0], first)) << "from top to bottom";
  EXPECT_TRUE(holds(regions[1], second));
}

TEST(TextRegions, WordsOfLargeLettersAreOneLine) {
  Grey page = sheet(1920, 1080);
  write(page, {200, 300, 360, 120});
  write(page, {660, 300, 360, 120});  // a gap of 100 pixels
  EXPECT_THAT(text_regions(page), SizeIs(1));
}

TEST(TextRegions, FaintLettersAreVisible) {
  Grey page = sheet(1920, 1080, 128);
  write(page, {300, 200, 400, 14}, 124);
  EXPECT_THAT(text_regions(page), SizeIs(1));
}

TEST(TextRegions, LettersAtEveryEdgeAreInside) {
  Grey page = sheet(800, 601);
  const std::vector<Box> places{{0, 0, 100, 10}, {700, 0, 100, 10}, {0, 591, 100, 10}, {700, 591, 100, 10}};
  for (const Box& place : places) write(page, place);
  const auto regions = text_regions(page);
  for (const Box& place : places)
    EXPECT_TRUE(std::ranges::any_of(regions, [&](const Box& region) { return holds(region, place); }));
  for (const Box& region : regions) EXPECT_TRUE(holds({0, 0, 800, 601}, region));
}

TEST(TextRegions, ARuleBetweenParagraphsHoldsNoLetters) {
  Grey page = sheet(1920, 1080);
  fill(page, {100, 500, 1700, 3}, 0);
  EXPECT_THAT(text_regions(page), IsEmpty());
}

TEST(TextRegions, ASmallLetterIsNotThin) {
  Grey page = sheet(1920, 1080);
  fill(page, {900, 500, 1, 8}, 0);  // an l of 8 pixels
  EXPECT_THAT(text_regions(page), SizeIs(1));
}

// Everything is visible: one region, and the whole of it.
TEST(TextRegions, TextureIsReadAsAWhole) {
  Grey noise = sheet(400, 300);
  std::uint32_t state = 1;
  for (std::uint8_t& sample : noise.samples)
    sample = static_cast<std::uint8_t>((state = state * 1664525 + 1013904223) >> 24);
  const auto regions = text_regions(noise);
  ASSERT_THAT(regions, SizeIs(1));
  EXPECT_EQ(regions[0], (Box{0, 0, 400, 300}));
}

TEST(TextRegions, VeryManySpotsAreOneRegion) {
  Grey stars = sheet(4000, 4000, 0);
  for (std::uint32_t y = 50; y < 3950; y += 100)
    for (std::uint32_t x = 50; x < 3950; x += 100) fill(stars, {x, y, 6, 6}, 255);
  EXPECT_THAT(text_regions(stars), SizeIs(1));
}

}  // namespace
}  // namespace signalbox::vision
