#include "vision/decode.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "vision/test_pictures.h"

namespace signalbox::vision {
namespace {

struct GoldenCase {
  std::string name;
  std::uint32_t width = 0, height = 0;
};

void PrintTo(const GoldenCase& one, std::ostream* out) {
  *out << one.name;
}

std::vector<GoldenCase> golden_cases() {
  const auto listing = golden("sizes.txt");
  std::istringstream lines(std::string(listing.begin(), listing.end()));
  std::vector<GoldenCase> cases;
  for (GoldenCase one; lines >> one.name >> one.width >> one.height;) cases.push_back(one);
  return cases;
}

class DecodeLikePillow : public testing::TestWithParam<GoldenCase> {};

TEST_P(DecodeLikePillow, EverySampleIsEqual) {
  const auto pixels = decode(golden(GetParam().name), "", Limits{});
  ASSERT_TRUE(pixels.has_value()) << pixels.error().detail;
  EXPECT_EQ(pixels->width, GetParam().width);
  EXPECT_EQ(pixels->height, GetParam().height);
  const auto expected = golden(GetParam().name + ".rgb");
  ASSERT_EQ(pixels->rgb.size(), expected.size());
  const auto [ours, theirs] = std::ranges::mismatch(pixels->rgb, expected);
  EXPECT_TRUE(ours == pixels->rgb.end()) << "sample " << ours - pixels->rgb.begin() << ": " << int{*ours}
                                         << ", Pillow has " << int{*theirs};
}

INSTANTIATE_TEST_SUITE_P(Goldens, DecodeLikePillow, testing::ValuesIn(golden_cases()),
                         [](const testing::TestParamInfo<GoldenCase>& info) {
                           std::string name = info.param.name;
                           std::ranges::replace(name, '.', '_');
                           return name;
                         });

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
