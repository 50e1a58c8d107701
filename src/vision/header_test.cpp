#include "vision/header.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "vision/test_pictures.h"

namespace signalbox::vision {
namespace {

using Vector = std::vector<std::uint8_t>;

Vector bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

Vector png_declaring(std::uint32_t width, std::uint32_t height) {
  Vector png = bytes_of(std::string_view("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16));
  for (const std::uint32_t number : {width, height})
    for (int shift = 24; shift >= 0; shift -= 8) png.push_back(static_cast<std::uint8_t>(number >> shift));
  png.insert(png.end(), {8, 2, 0, 0, 0, 0, 0, 0, 0});
  png.resize(60);
  return png;
}

Vector jpeg_with(const Vector& segments) {
  Vector jpeg = {0xff, 0xd8};
  jpeg.insert(jpeg.end(), segments.begin(), segments.end());
  return jpeg;
}

DecodeError error_of(const Vector& bytes, std::string_view media_type = "", const Limits& limits = {}) {
  const auto header = read_header(bytes, media_type, limits);
  EXPECT_FALSE(header.has_value());
  return header ? DecodeError{} : header.error();
}

TEST(Header, ReadsSizes) {
  const auto png = read_header(example("receipt.png"), "image/png", Limits{});
  ASSERT_TRUE(png.has_value());
  EXPECT_EQ(png->format, Format::png);
  EXPECT_EQ(png->width, 520U);
  EXPECT_EQ(png->height, 700U);
  const auto jpeg = read_header(example("passport.jpg"), "image/jpeg", Limits{});
  ASSERT_TRUE(jpeg.has_value());
  EXPECT_EQ(jpeg->format, Format::jpeg);
  EXPECT_EQ(jpeg->width, 1250U);
  EXPECT_EQ(jpeg->height, 880U);
}

TEST(Header, BombOfSixtyBytesIsTooLarge) {
  const DecodeError error = error_of(png_declaring(100000, 100000));
  EXPECT_EQ(error.fault, DecodeFault::too_large);
  EXPECT_EQ(error.detail, "PNG 100000x100000 is over the limit of 8192 pixels a side");
}

TEST(Header, LimitsAreInclusive) {
  const Limits limits{.bytes = 60, .side = 100, .pixels = 5000};
  EXPECT_TRUE(read_header(png_declaring(100, 50), "", limits).has_value());
  EXPECT_EQ(error_of(png_declaring(101, 1), "", limits).fault, DecodeFault::too_large);
  EXPECT_EQ(error_of(png_declaring(1, 101), "", limits).fault, DecodeFault::too_large);
  EXPECT_EQ(error_of(png_declaring(100, 51), "", limits).fault, DecodeFault::too_large);
  Vector long_png = png_declaring(1, 1);
  long_png.push_back(0);
  EXPECT_EQ(error_of(long_png, "", limits).fault, DecodeFault::too_large);
}

TEST(Header, PixelCountDoesNotOverflow) {
  const Limits limits{.side = 0xffffffff, .pixels = 1000};
  EXPECT_EQ(error_of(png_declaring(0x80000000, 0x80000002), "", limits).fault, DecodeFault::too_large);
}

TEST(Header, ZeroSizeIsDamage) {
  EXPECT_EQ(error_of(png_declaring(0, 5)).fault, DecodeFault::damaged);
  EXPECT_EQ(error_of(jpeg_with({0xff, 0xc0, 0, 11, 8, 0, 0, 0, 5, 1, 1, 0x11, 0})).fault, DecodeFault::damaged);
}

TEST(Header, NamesWhatItDoesNotDecode) {
  const std::vector<std::pair<std::string, std::string_view>> kinds = {
      {std::string("II*\0........", 12), "TIFF is not supported"},
      {std::string("\0\0\0\x18"
                   "ftypheic",
                   12),
       "HEIC is not supported"},
      {std::string("\0\0\0\x18"
                   "ftypavif",
                   12),
       "AVIF is not supported"},
      {"%PDF-1.7", "PDF is not supported"},
  };
  for (const auto& [bytes, detail] : kinds) {
    const DecodeError error = error_of(bytes_of(bytes));
    EXPECT_EQ(error.fault, DecodeFault::unsupported_format) << detail;
    EXPECT_EQ(error.detail, detail);
  }
}

TEST(Header, AnythingElseIsNotAnImage) {
  EXPECT_EQ(error_of(bytes_of("hello, world")).detail, "not an image");
  EXPECT_EQ(error_of(bytes_of("\x89PN")).fault, DecodeFault::not_an_image);
  EXPECT_EQ(error_of({}).fault, DecodeFault::truncated);
}

TEST(Header, DeclaredTypeMustAgree) {
  const Vector png = png_declaring(3, 3);
  EXPECT_TRUE(read_header(png, "Image/PNG; charset=binary", Limits{}).has_value());
  EXPECT_EQ(error_of(png, "image/jpeg").fault, DecodeFault::media_type_mismatch);
  EXPECT_EQ(error_of(png, "text/plain").fault, DecodeFault::media_type_mismatch);
  EXPECT_EQ(error_of(example("passport.jpg"), "image/png").fault, DecodeFault::media_type_mismatch);
  EXPECT_TRUE(read_header(example("passport.jpg"), "image/jpg", Limits{}).has_value());
}

TEST(Header, SizesOfTheOtherFormats) {
  const auto expect = [](const char* name, Format format, std::uint32_t width, std::uint32_t height,
                         std::uint32_t frames) {
    const auto header = read_header(golden(name), "", Limits{});
    ASSERT_TRUE(header.has_value()) << name << ": " << header.error().detail;
    EXPECT_EQ(header->format, format) << name;
    EXPECT_EQ(header->width, width) << name;
    EXPECT_EQ(header->height, height) << name;
    EXPECT_EQ(header->frames, frames) << name;
  };
  expect("lossy.webp", Format::webp, 37, 29, 1);
  expect("lossless.webp", Format::webp, 37, 29, 1);
  expect("animation_offset.webp", Format::webp, 37, 29, 2);
  expect("offset.gif", Format::gif, 40, 30, 1);
  expect("beyond_screen.gif", Format::gif, 24, 16, 1);
  expect("animation.gif", Format::gif, 50, 37, 3);
  expect("animation.png", Format::png, 50, 37, 2);
  expect("rgb24.bmp", Format::bmp, 21, 14, 1);
  expect("top_down.bmp", Format::bmp, 21, 14, 1);
  expect("os2.bmp", Format::bmp, 21, 14, 1);
}

TEST(Header, BombsOfTheOtherFormatsAreTooLarge) {
  Vector gif = golden("local.gif");
  gif[6] = gif[7] = gif[8] = gif[9] = 0xff;
  EXPECT_EQ(error_of(gif).detail, "GIF 65535x65535 is over the limit of 8192 pixels a side");
  Vector late = golden("beyond_screen.gif");  // its only frame reaches beyond the screen
  EXPECT_EQ(error_of(late, "", Limits{.side = 20}).detail, "GIF 24x16 is over the limit of 20 pixels a side");
  Vector webp = golden("animation.webp");
  std::fill_n(webp.begin() + 24, 6, std::uint8_t{0xff});
  EXPECT_EQ(error_of(webp).detail, "WebP 16777216x16777216 is over the limit of 8192 pixels a side");
  Vector bmp = golden("rgb24.bmp");
  std::fill_n(bmp.begin() + 18, 3, std::uint8_t{0xff});
  EXPECT_EQ(error_of(bmp).fault, DecodeFault::too_large);
  EXPECT_EQ(error_of(golden("animation.gif"), "", Limits{.frames = 2}).detail,
            "GIF with 3 frames is over the limit of 2");
}

TEST(Header, BmpKindsWeCannotDecodeAreNamed) {
  const auto with = [](std::size_t at, std::uint8_t value) {
    Vector bmp = golden("rgb24.bmp");
    bmp[at] = value;
    return error_of(bmp);
  };
  EXPECT_EQ(with(14, 41).detail, "BMP with a header of 41 bytes is not supported");
  EXPECT_EQ(with(28, 2).detail, "BMP with 2 bits a pixel is not supported");
  EXPECT_EQ(with(30, 4).detail, "BMP with compression 4 is not supported");
  EXPECT_EQ(with(30, 3).detail, "BMP with these bit fields is not supported");
  EXPECT_EQ(with(14, 41).fault, DecodeFault::unsupported_format);
}

TEST(Header, DeclaredTypeMustAgreeForTheOtherFormats) {
  EXPECT_TRUE(read_header(golden("lossy.webp"), "image/webp", Limits{}).has_value());
  EXPECT_TRUE(read_header(golden("local.gif"), "image/gif", Limits{}).has_value());
  EXPECT_TRUE(read_header(golden("rgb24.bmp"), "image/x-ms-bmp", Limits{}).has_value());
  EXPECT_EQ(error_of(golden("local.gif"), "image/webp").fault, DecodeFault::media_type_mismatch);
}

TEST(Header, PngMustBeginWithIhdr) {
  Vector png = png_declaring(3, 3);
  png[12] = 'J';
  EXPECT_EQ(error_of(png).fault, DecodeFault::damaged);
  EXPECT_EQ(error_of(Vector(png.begin(), png.begin() + 20)).fault, DecodeFault::truncated);
}

TEST(Header, JpegMarkersAreWalkedStrictly) {
  EXPECT_EQ(error_of(jpeg_with({0xff, 0xe0, 0, 1})).fault, DecodeFault::damaged) << "length below 2";
  EXPECT_EQ(error_of(jpeg_with({0xff, 0xe0, 0xff, 0xff, 0})).fault, DecodeFault::truncated) << "length past the end";
  EXPECT_EQ(error_of(jpeg_with({0xff, 0xe0, 0, 3, 0, 0x12, 0x34})).fault, DecodeFault::damaged) << "no marker";
  EXPECT_EQ(error_of(jpeg_with({0xff, 0xda, 0, 2})).fault, DecodeFault::damaged) << "scan before frame";
  EXPECT_EQ(error_of(jpeg_with({0xff, 0xd9})).fault, DecodeFault::damaged) << "ends at once";
  EXPECT_EQ(error_of(jpeg_with({0xff})).fault, DecodeFault::truncated);
  EXPECT_EQ(error_of(jpeg_with(Vector(1000, 0xff))).fault, DecodeFault::truncated) << "fill bytes for ever";
  EXPECT_EQ(error_of(jpeg_with({0xff, 0xc0, 0, 7, 8, 0, 1, 0, 1})).fault, DecodeFault::damaged) << "short frame";
}

TEST(Header, JpegKindsWeCannotDecodeAreNamed) {
  EXPECT_EQ(error_of(jpeg_with({0xff, 0xc3, 0, 11, 8, 0, 5, 0, 5, 1, 1, 0x11, 0})).fault,
            DecodeFault::unsupported_format);
  EXPECT_EQ(error_of(jpeg_with({0xff, 0xc1, 0, 11, 12, 0, 5, 0, 5, 1, 1, 0x11, 0})).detail,
            "JPEG with 12 bits a sample is not supported");
  EXPECT_EQ(error_of(jpeg_with({0xff, 0xc0, 0, 11, 8, 0, 5, 0, 5, 2, 1, 0x11, 0})).detail,
            "JPEG with 2 components is not supported");
}

}  // namespace
}  // namespace signalbox::vision
