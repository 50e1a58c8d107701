#include "vision/decode.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "vision/test_pictures.h"

// What the samples are is in pillow_goldens_test.cpp; here is what is refused.
namespace signalbox::vision {
namespace {

DecodeFault fault_of(const std::vector<std::uint8_t>& bytes) {
  const auto pixels = decode(bytes, "", Limits{});
  EXPECT_FALSE(pixels.has_value());
  return pixels ? DecodeFault{} : pixels.error().fault;
}

std::vector<std::uint8_t> cut(std::vector<std::uint8_t> bytes, std::size_t size) {
  bytes.resize(size);
  return bytes;
}

TEST(Decode, AlphaIsKeptBesideTheColours) {
  const auto pixels = decode(golden("rgba8.png"), "image/png", Limits{});
  ASSERT_TRUE(pixels.has_value());
  EXPECT_EQ(pixels->alpha.size(), std::size_t{pixels->width} * pixels->height);
}

TEST(Decode, OpaquePictureHasNoAlpha) {
  const auto pixels = decode(golden("rgb8.png"), "image/png", Limits{});
  ASSERT_TRUE(pixels.has_value());
  EXPECT_TRUE(pixels->alpha.empty());
}

TEST(Decode, EveryTruncationOfAPngIsAnError) {
  const auto whole = golden("rgb8.png");
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(decode(cut(whole, size), "", Limits{}).has_value()) << size;
  EXPECT_EQ(fault_of(cut(whole, whole.size() - 20)), DecodeFault::truncated);
}

TEST(Decode, EveryTruncationOfAJpegIsAnError) {
  for (const char* name : {"ycc420.jpg", "progressive.jpg"}) {
    const auto whole = golden(name);
    for (std::size_t size = 0; size + 2 < whole.size(); ++size)
      EXPECT_FALSE(decode(cut(whole, size), "", Limits{}).has_value()) << name << " " << size;
    EXPECT_EQ(fault_of(cut(whole, whole.size() - 20)), DecodeFault::truncated);
  }
}

TEST(Decode, OrientationCanBeLeftAlone) {
  const auto turned = decode(golden("exif6.jpg"), "", Limits{});
  const auto stored = decode(golden("exif6.jpg"), "", Limits{}, {.upright = false});
  ASSERT_TRUE(turned && stored);
  EXPECT_EQ(turned->width, stored->height);
  EXPECT_GT(stored->width, stored->height);
}

TEST(Decode, SixteenBitGreyCanBeScaled) {
  const auto clipped = decode(golden("grey16.png"), "", Limits{});
  const auto scaled = decode(golden("grey16.png"), "", Limits{}, {.grey16 = Grey16::scaled});
  ASSERT_TRUE(clipped && scaled);
  // The first rows of the golden hold (29 x + 31 y), far below the high byte's first step.
  EXPECT_EQ(clipped->rgb[3 * 3], 29 * 3);
  EXPECT_EQ(scaled->rgb[3 * 3], 0);
  EXPECT_EQ(clipped->rgb.back(), 255);
  EXPECT_EQ(scaled->rgb.back(), (29 * 20 + 31 * 13) * 97 % 65536 / 256);
}

TEST(Decode, TransparencyOfEveryFormatIsKeptBesideTheColours) {
  for (const char* name : {"palette_transparent.png", "lossy_alpha.webp", "transparent.gif", "alpha32.bmp"}) {
    const auto pixels = decode(golden(name), "", Limits{});
    ASSERT_TRUE(pixels.has_value()) << name;
    EXPECT_EQ(pixels->alpha.size(), std::size_t{pixels->width} * pixels->height) << name;
  }
}

TEST(Decode, EveryTruncationOfTheOthersIsAnError) {
  for (const char* name : {"lossy.webp", "lossless_alpha.webp", "animation_offset.webp", "local.gif", "rgb24.bmp",
                           "palette4.bmp", "rle8.bmp"}) {
    const auto whole = golden(name);
    // The last bytes of a GIF are the end of its blocks, the end code's and the trailer; of run lengths, their end.
    for (std::size_t size = 0; size + 4 < whole.size(); ++size)
      EXPECT_FALSE(decode(cut(whole, size), "", Limits{}).has_value()) << name << " " << size;
  }
  EXPECT_EQ(fault_of(cut(golden("rgb24.bmp"), 100)), DecodeFault::truncated);
  EXPECT_EQ(fault_of(cut(golden("local.gif"), 120)), DecodeFault::truncated);
  EXPECT_EQ(fault_of(cut(golden("lossy.webp"), 100)), DecodeFault::truncated);
}

TEST(Decode, LaterFramesNeedNotBeWhole) {
  const auto whole = golden("animation.gif");
  EXPECT_TRUE(decode(cut(whole, whole.size() - 100), "", Limits{}).has_value());
}

TEST(Decode, FlippedBytesNeverBreakTheBounds) {
  for (const char* name : {"lossy.webp", "lossless_alpha.webp", "local.gif", "rle8.bmp", "rgb565.bmp"}) {
    const auto whole = golden(name);
    for (std::size_t at = 0; at < whole.size(); ++at) {
      auto bytes = whole;
      bytes[at] ^= 0xff;
      const auto pixels = decode(bytes, "", Limits{.side = 300, .pixels = 40000});
      if (!pixels) continue;
      EXPECT_EQ(pixels->rgb.size(), std::size_t{pixels->width} * pixels->height * 3) << name << " " << at;
      EXPECT_LE(pixels->rgb.size(), 3U * 40000) << name << " " << at;
    }
  }
}

TEST(Decode, WrongChecksumIsDamage) {
  auto header = golden("rgb8.png");
  header[29] ^= 1;  // IHDR's CRC
  EXPECT_EQ(fault_of(header), DecodeFault::damaged);
  auto data = golden("rgb8.png");
  data[data.size() - 14] ^= 1;  // IDAT's CRC: twelve bytes of IEND follow it
  EXPECT_EQ(fault_of(data), DecodeFault::damaged);
}

// Found by fuzzing: libpng allocated the gigabyte that an eXIf chunk declared.
TEST(Decode, ChunkThatDeclaresAGigabyteIsRefusedBeforeAllocation) {
  auto bytes = golden("exif6.png");
  constexpr std::size_t kSecondChunk = 8 + 12 + 13;
  ASSERT_EQ(std::string(bytes.begin() + kSecondChunk + 4, bytes.begin() + kSecondChunk + 8), "eXIf");
  bytes[kSecondChunk] = 0x40;
  const auto pixels = decode(bytes, "", Limits{});
  ASSERT_FALSE(pixels.has_value());
  EXPECT_EQ(pixels.error().fault, DecodeFault::truncated);
  EXPECT_EQ(pixels.error().detail, "PNG: a chunk is longer than the file, or the end is missing");
}

TEST(Decode, BytesBehindTheEndAreIgnored) {
  for (const char* name : {"rgb8.png", "ycc420.jpg"}) {
    auto bytes = golden(name);
    bytes.insert(bytes.end(), 100, 0xaa);
    EXPECT_TRUE(decode(bytes, "", Limits{}).has_value()) << name;
  }
}

TEST(Decode, SecondHeaderThatDisagreesIsDamage) {
  auto bytes = golden("ycc420.jpg");
  const auto other = golden("odd420.jpg");
  bytes.insert(bytes.begin() + 2, other.begin() + 2, other.end() - 2);  // two frames in one file
  EXPECT_EQ(fault_of(bytes), DecodeFault::damaged);
}

TEST(Decode, EndlessScansAreRefused) {
  const auto bytes = golden("progressive.jpg");
  // The last scan (FFDA ... up to FFD9), again and again.
  std::size_t scan = bytes.size() - 2;
  while (!(bytes[scan] == 0xff && bytes[scan + 1] == 0xda)) --scan;
  const std::vector<std::uint8_t> last(bytes.begin() + static_cast<std::ptrdiff_t>(scan), bytes.end() - 2);
  std::vector<std::uint8_t> bomb(bytes.begin(), bytes.end() - 2);
  for (int i = 0; i < 500; ++i) bomb.insert(bomb.end(), last.begin(), last.end());
  bomb.insert(bomb.end(), {0xff, 0xd9});
  EXPECT_EQ(fault_of(bomb), DecodeFault::damaged);
}

}  // namespace
}  // namespace signalbox::vision
