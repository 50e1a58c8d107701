// The vector passes against the scalar twin: every instruction set of this processor, sizes that fill vectors, leave
// tails, keep an axis and fall below a vector. Equality with Pillow itself is in pillow_goldens_test.cpp.
#include "imaging/resize.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <tuple>
#include <utility>

namespace signalbox::imaging {
namespace {

Pixels noise(std::uint32_t width, std::uint32_t height) {
  std::mt19937 engine(width * 8191 + height);
  // Extremes among the noise: overshoot is clipped between the passes.
  std::uniform_int_distribution<int> level(-128, 383);
  Pixels pixels{.width = width, .height = height, .rgb = {}, .alpha = {}};
  pixels.rgb.resize(std::size_t{width} * height * 3);
  std::ranges::generate(pixels.rgb, [&] { return static_cast<std::uint8_t>(std::clamp(level(engine), 0, 255)); });
  return pixels;
}

struct Sizes {
  std::uint32_t width, height, wanted_width, wanted_height;
};

constexpr Sizes kSizes[] = {{1, 1, 1, 1},     {1, 1, 33, 17},   {5, 3, 64, 64},    {64, 48, 64, 48},  {64, 48, 64, 20},
                            {64, 48, 31, 48}, {97, 61, 224, 3}, {640, 7, 96, 96},  {3, 500, 40, 40},  {1, 300, 16, 16},
                            {300, 1, 16, 16}, {2, 2, 1, 1},     {257, 129, 10, 9}, {1000, 33, 1, 50}, {35, 34, 36, 35}};

class ResizeKernelsTest : public testing::TestWithParam<std::tuple<ResizeKernels, Filter>> {};

TEST_P(ResizeKernelsTest, SameBytesAsTheScalarTwin) {
  const auto& [kernels, filter] = GetParam();
  for (const Sizes& sizes : kSizes) {
    const Pixels pixels = noise(sizes.width, sizes.height);
    const Pixels ours = resize(pixels, sizes.wanted_width, sizes.wanted_height, filter, kernels);
    const Pixels theirs = resize(pixels, sizes.wanted_width, sizes.wanted_height, filter, scalar_resize_kernels());
    EXPECT_EQ(ours.width, sizes.wanted_width);
    EXPECT_EQ(ours.height, sizes.wanted_height);
    EXPECT_EQ(ours.rgb.size(), std::size_t{ours.width} * ours.height * 3);
    EXPECT_TRUE(ours.rgb == theirs.rgb) << sizes.width << "x" << sizes.height << " to " << sizes.wanted_width << "x"
                                        << sizes.wanted_height;
  }
}

INSTANTIATE_TEST_SUITE_P(All, ResizeKernelsTest,
                         testing::Combine(testing::ValuesIn(all_vector_resize_kernels()),
                                          testing::Values(Filter::lanczos, Filter::bilinear, Filter::bicubic,
                                                          Filter::box)),
                         [](const auto& info) {
                           return std::string(std::get<0>(info.param).name) + "_" +
                                  std::string(to_string(std::get<1>(info.param)));
                         });

// Every rectangle is what the whole holds there, for each combination of axes that stay and that change.
TEST(Resize, PartsAreCutOutOfTheWhole) {
  const Pixels pixels = noise(60, 50);
  for (const auto& [width, height] :
       {std::pair(60U, 50U), std::pair(60U, 20U), std::pair(33U, 50U), std::pair(90U, 70U)}) {
    const Pixels whole = resize(pixels, width, height, Filter::bicubic);
    const Part part{width, height, width / 5, height / 3, width / 2, height / 4};
    const Pixels cut = resize_part(pixels, part, Filter::bicubic);
    ASSERT_EQ(cut.rgb.size(), std::size_t{part.width} * part.height * 3);
    for (std::size_t y = 0; y < part.height; ++y) {
      const auto* expected = &whole.rgb[((part.top + y) * width + part.left) * 3];
      EXPECT_TRUE(std::equal(expected, expected + part.width * 3, &cut.rgb[y * part.width * 3])) << width << " " << y;
    }
  }
}

// A side of 8192 to 1.8 million and only the middle of it: what a shape like this asks for must not be computed.
TEST(Resize, OfAGiantOnlyThePartIsMade) {
  const Pixels pixels = noise(8192, 1);
  const Pixels part = resize_part(pixels, {8192 * 224, 224, 4096 * 224, 0, 224, 224}, Filter::bicubic);
  EXPECT_EQ(part.rgb.size(), 224U * 224 * 3);
}

TEST(Resize, UniformStaysUniform) {
  Pixels pixels{.width = 40, .height = 30, .rgb = std::vector<std::uint8_t>(40 * 30 * 3, 201), .alpha = {}};
  for (const Filter filter : {Filter::lanczos, Filter::bilinear, Filter::bicubic, Filter::box}) {
    const Pixels resized = resize(pixels, 77, 11, filter);
    EXPECT_TRUE(std::ranges::all_of(resized.rgb, [](int sample) { return sample == 201; })) << to_string(filter);
  }
}

TEST(Resize, BoxHalvesByMeans) {
  const Pixels pixels{.width = 2, .height = 2, .rgb = {0, 10, 20, 100, 30, 40, 50, 60, 70, 51, 20, 31}, .alpha = {}};
  EXPECT_EQ(resize(pixels, 1, 1, Filter::box).rgb, (std::vector<std::uint8_t>{51, 30, 41}));
}

TEST(Resize, AlphaIsDropped) {
  Pixels pixels = noise(4, 4);
  pixels.alpha.assign(16, 9);
  EXPECT_TRUE(resize(pixels, 2, 2, Filter::bicubic).alpha.empty());
}

TEST(Resize, FiltersHaveNames) {
  for (const Filter filter : {Filter::lanczos, Filter::bilinear, Filter::bicubic, Filter::box})
    EXPECT_EQ(filter_of(to_string(filter)), filter);
  EXPECT_EQ(filter_of("nearest"), std::nullopt);
}

}  // namespace
}  // namespace signalbox::imaging
