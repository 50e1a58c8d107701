#include "vision/messages.h"

#include <gtest/gtest.h>

#include <limits>

#include "vision/utf8.h"

namespace signalbox::vision {

using evidence::WantedPixels;
using imaging::Filter;
using imaging::ImageGeometry;
namespace {

evidence::ImageText sample() {
  evidence::ImageText result;
  result.unjudged = evidence::Unjudged::too_large;
  result.text = "café\nau lait\n";
  result.lines = {{.begin = 0, .end = 5, .box = {0, 1, 3, 2}, .confidence = 0.5F},
                  {.begin = 6, .end = 13, .box = {3, 4, 0, 0}, .confidence = 1}};
  result.confidence = 0.5;
  result.width = 3;
  result.height = 4;
  result.detail = "why";
  return result;
}

TEST(Messages, RoundTrip) {
  const auto result = decode_result(encode(sample()));
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->text, sample().text);
  EXPECT_EQ(result->lines, sample().lines);
  EXPECT_EQ(result->unjudged, evidence::Unjudged::too_large);
  EXPECT_EQ(result->height, 4U);
  EXPECT_EQ(result->detail, "why");
  Task task{.bytes = 77, .deadline = std::chrono::steady_clock::time_point::max(), .media_type = "image/png"};
  const auto again = decode_task(encode(task));
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->deadline, task.deadline);
  EXPECT_EQ(again->media_type, "image/png");
  const auto setup = decode_setup(
      encode(vision::Setup{.limits = {1, 2, 3},
                           .memory_bytes = 4,
                           .recognition = {.tessdata = "x", .languages = {"eng", "deu"}, .min_confidence = 0.25},
                           .reading_time = std::chrono::milliseconds(1500)}));
  ASSERT_TRUE(setup.has_value());
  EXPECT_EQ(setup->limits.pixels, 3U);
  EXPECT_EQ(setup->recognition.tessdata, "x");
  EXPECT_EQ(setup->recognition.languages, (std::vector<std::string>{"eng", "deu"}));
  EXPECT_EQ(setup->recognition.min_confidence, 0.25);
  EXPECT_EQ(setup->reading_time, std::chrono::milliseconds(1500));
}

constexpr ImageGeometry kGeometry{.resize = ImageGeometry::Resize::shortest_edge,
                                  .filter = Filter::lanczos,
                                  .resize_width = 5,
                                  .resize_height = 6,
                                  .width = 7,
                                  .height = 8};

TEST(Messages, PixelTasksRoundTrip) {
  for (const WantedPixels& wanted : {WantedPixels(), WantedPixels(kGeometry)}) {
    Task task{.bytes = 77, .deadline = {}, .media_type = "image/gif"};
    task.pixels = PixelTask{.wanted = wanted, .room = 1000};
    const std::string whole = encode(task);
    const auto again = decode_task(whole);
    ASSERT_TRUE(again.has_value());
    ASSERT_TRUE(again->pixels.has_value());
    EXPECT_EQ(again->pixels->wanted, wanted);
    EXPECT_EQ(again->pixels->room, 1000U);
    for (std::size_t size = 0; size < whole.size(); ++size)
      EXPECT_FALSE(decode_task(std::string_view(whole).substr(0, size)).has_value()) << size;
  }
}

TEST(Messages, UnsoundGeometryIsRefused) {
  for (const auto spoil : {+[](ImageGeometry& geometry) { geometry.width = 0; },
                           +[](ImageGeometry& geometry) { geometry.height = imaging::kMaxModelSide + 1; },
                           +[](ImageGeometry& geometry) { geometry.resize_width = 0; },
                           +[](ImageGeometry& geometry) { geometry.filter = static_cast<Filter>(0); },
                           +[](ImageGeometry& geometry) { geometry.resize = static_cast<ImageGeometry::Resize>(9); }}) {
    ImageGeometry geometry = kGeometry;
    spoil(geometry);
    Task task{.bytes = 1, .deadline = {}, .media_type = ""};
    task.pixels = PixelTask{.wanted = geometry, .room = 1};
    EXPECT_FALSE(decode_task(encode(task)).has_value());
  }
}

TEST(Messages, EveryTruncationIsRefused) {
  const std::string whole = encode(sample());
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(decode_result(std::string_view(whole).substr(0, size)).has_value()) << size;
  EXPECT_FALSE(decode_result(whole + "x").has_value());
}

TEST(Messages, ImpossibleValuesAreRefused) {
  std::string bad_enum = encode(sample());
  bad_enum[0] = 99;
  EXPECT_FALSE(decode_result(bad_enum).has_value());
  evidence::ImageText result = sample();
  result.confidence = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(decode_result(encode(result)).has_value());
  result = sample();
  result.text = "\xc0\xaf";
  EXPECT_FALSE(decode_result(encode(result)).has_value());
}

// A worker that decoded a hostile picture may say anything of its lines.
TEST(Messages, ImpossibleLinesAreRefused) {
  using evidence::ImageText;
  for (const auto spoil : {
           +[](ImageText& x) { x.lines[0].end = 4; },    // in the middle of é
           +[](ImageText& x) { x.lines[0].begin = 5; },  // empty
           +[](ImageText& x) { x.lines[1].begin = 4; },  // before the end of the first
           +[](ImageText& x) { x.lines[1].end = 15; },   // behind the text
           +[](ImageText& x) { x.lines[1].begin = 7; },  // a letter without a place
           +[](ImageText& x) { x.lines[1].end = 12; },   // another
           +[](ImageText& x) { x.lines.pop_back(); },    // many
           +[](ImageText& x) { x.lines.clear(); },       // all
           +[](ImageText& x) { x.lines[0].box.left = 1; },
           +[](ImageText& x) { x.lines[0].box.height = 4; },
           +[](ImageText& x) { x.lines[0].box = {4, 0, 0xffffffff, 1}; },
           +[](ImageText& x) { x.lines[0].confidence = 1.5F; },
           +[](ImageText& x) { x.lines[0].confidence = std::numeric_limits<float>::quiet_NaN(); },
           +[](ImageText& x) { x.lines.assign(20, {.begin = 0, .end = 0, .box = {}, .confidence = 0}); },
       }) {
    ImageText result = sample();
    spoil(result);
    EXPECT_FALSE(decode_result(encode(result)).has_value());
  }
}

TEST(Utf8, Table) {
  for (const char* good : {"", "a", "\xc2\x80", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xef\xbf\xbf", "\xf4\x8f\xbf\xbf"})
    EXPECT_TRUE(is_utf8(good)) << good;
  for (const char* bad :
       {"\x80", "\xc1\xbf", "\xc2", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80"})
    EXPECT_FALSE(is_utf8(bad)) << bad;
}

}  // namespace
}  // namespace signalbox::vision
