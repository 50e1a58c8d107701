#include "vision/orientation.h"

#include <gtest/gtest.h>

namespace signalbox::vision {
namespace {

using Vector = std::vector<std::uint8_t>;

Vector tiff(std::uint8_t orientation) {
  return {'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0};
}

TEST(Orientation, IsReadInBothByteOrders) {
  EXPECT_EQ(parse_orientation(tiff(6)), 6);
  const Vector big = {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 8, 0, 0, 0, 0, 0, 0};
  EXPECT_EQ(parse_orientation(big), 8);
}

TEST(Orientation, MalformedBlocksMeanUpright) {
  EXPECT_EQ(parse_orientation({}), 1);
  for (const int value : {0, 9, 255}) EXPECT_EQ(parse_orientation(tiff(static_cast<std::uint8_t>(value))), 1);
  Vector wrong_type = tiff(6);
  wrong_type[12] = 4;
  EXPECT_EQ(parse_orientation(wrong_type), 1);
  Vector wrong_magic = tiff(6);
  wrong_magic[2] = 43;
  EXPECT_EQ(parse_orientation(wrong_magic), 1);
}

TEST(Orientation, EveryTruncationStaysInside) {
  const Vector whole = tiff(6);
  for (std::size_t size = 0; size < 22; ++size)
    EXPECT_EQ(parse_orientation(Vector(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size))), 1) << size;
}

TEST(Orientation, DirectoryOutsideTheBlockIsUpright) {
  Vector far = tiff(6);
  far[4] = far[5] = far[6] = far[7] = 0xff;
  EXPECT_EQ(parse_orientation(far), 1);
  Vector many = tiff(6);
  many[8] = many[9] = 0xff;  // 65535 entries in 26 bytes
  many[10] = 0;
  EXPECT_EQ(parse_orientation(many), 1);
}

TEST(Orientation, AlphaTurnsWithTheColours) {
  Pixels pixels{.width = 2, .height = 1, .rgb = {1, 1, 1, 2, 2, 2}, .alpha = {10, 20}};
  const Pixels turned = apply_orientation(pixels, 6);
  EXPECT_EQ(turned.width, 1U);
  EXPECT_EQ(turned.height, 2U);
  EXPECT_EQ(turned.alpha, (Vector{10, 20}));
  EXPECT_EQ(apply_orientation(pixels, 8).alpha, (Vector{20, 10}));
}

}  // namespace
}  // namespace signalbox::vision
