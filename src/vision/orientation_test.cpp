#include "vision/orientation.h"

#include <gtest/gtest.h>

#include <string_view>

namespace signalbox::vision {

using imaging::Pixels;
namespace {

using Vector = std::vector<std::uint8_t>;

Vector tiff(std::uint8_t orientation) {
  return {'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0};
}

Bytes bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

TEST(Orientation, IsReadInBothByteOrders) {
  EXPECT_EQ(exif_orientation(tiff(6)), 6);
  const Vector big = {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 8, 0, 0, 0, 0, 0, 0};
  EXPECT_EQ(exif_orientation(big), 8);
}

TEST(Orientation, ThirtyTwoBitsAreTakenAsWell) {
  Vector wide = tiff(6);
  wide[12] = 4;
  EXPECT_EQ(exif_orientation(wide), 6);
  wide[20] = 1;
  EXPECT_EQ(exif_orientation(wide), 1);
}

TEST(Orientation, PrefixMayBeThere) {
  Vector prefixed = {'E', 'x', 'i', 'f', 0, 0};
  const Vector block = tiff(3);
  prefixed.insert(prefixed.end(), block.begin(), block.end());
  EXPECT_EQ(exif_orientation(prefixed), 3);
}

TEST(Orientation, ValuesThatMeanNothingAreUpright) {
  for (const int value : {0, 9, 255}) EXPECT_EQ(exif_orientation(tiff(static_cast<std::uint8_t>(value))), 1);
}

TEST(Orientation, MalformedBlocksSayNothing) {
  EXPECT_EQ(exif_orientation({}), std::nullopt);
  Vector wrong_type = tiff(6);
  wrong_type[12] = 2;
  EXPECT_EQ(exif_orientation(wrong_type), std::nullopt);
  Vector wrong_magic = tiff(6);
  wrong_magic[2] = 43;
  EXPECT_EQ(exif_orientation(wrong_magic), std::nullopt);
}

TEST(Orientation, EveryTruncationStaysInside) {
  const Vector whole = tiff(6);
  for (std::size_t size = 0; size < 22; ++size)
    EXPECT_EQ(exif_orientation(Bytes(whole).first(size)), std::nullopt) << size;
}

TEST(Orientation, DirectoryOutsideTheBlockSaysNothing) {
  Vector far = tiff(6);
  far[4] = far[5] = far[6] = far[7] = 0xff;
  EXPECT_EQ(exif_orientation(far), std::nullopt);
  Vector many = tiff(6);
  many[8] = many[9] = 0xff;  // 65535 entries in 26 bytes
  many[10] = 0;
  EXPECT_EQ(exif_orientation(many), std::nullopt);
}

TEST(Orientation, XmpAsAttributeAndAsElement) {
  EXPECT_EQ(xmp_orientation(bytes_of(R"(<rdf tiff:Orientation="6"/>)")), 6);
  EXPECT_EQ(xmp_orientation(bytes_of("<tiff:Orientation>8</tiff:Orientation>")), 8);
  EXPECT_EQ(xmp_orientation(bytes_of(R"(tiff:Orientation missing, tiff:Orientation="3")")), 3);
  EXPECT_EQ(xmp_orientation(bytes_of(R"(tiff:Orientation="9")")), 1);
  for (const std::string_view nothing :
       {"", "tiff:Orientation", "tiff:Orientation=", "tiff:Orientation=\"", "tiff:Orientation='6'"})
    EXPECT_EQ(xmp_orientation(bytes_of(nothing)), std::nullopt) << nothing;
}

TEST(Orientation, ExifGoesBeforeXmp) {
  const Bytes xmp = bytes_of(R"(tiff:Orientation="3")");
  EXPECT_EQ(orientation_of(tiff(6), xmp), 6);
  EXPECT_EQ(orientation_of(tiff(9), xmp), 1) << "Exif says something, if nothing that can be done";
  EXPECT_EQ(orientation_of({}, xmp), 3);
  EXPECT_EQ(orientation_of({}, {}), 1);
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
