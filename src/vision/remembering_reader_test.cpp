#include "vision/remembering_reader.h"

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <string>

namespace signalbox::vision {
namespace {

using evidence::Image;
using evidence::ImageText;
using evidence::Unjudged;

constexpr std::size_t kPlenty = 1 << 20;
constexpr auto kNoDeadline = std::chrono::steady_clock::time_point::max();

// "Reads" a picture's payload, or fails as the payload says; counts.
class CountingReader final : public evidence::ImageReader {
 public:
  explicit CountingReader(int& reads) : reads_(reads) {}
  std::vector<ImageText> read(const std::vector<const Image*>& images, std::chrono::steady_clock::time_point) override {
    static const std::map<std::string, Unjudged, std::less<>> kFaults{
        {"late", Unjudged::timeout}, {"full", Unjudged::overloaded}, {"bad", Unjudged::decode_failed}};
    std::vector<ImageText> texts;
    for (const Image* image : images) {
      ++reads_;
      const auto fault = kFaults.find(image->base64);
      texts.push_back(fault == kFaults.end() ? ImageText{.text = std::string(image->base64), .confidence = 0.5}
                                             : ImageText{.unjudged = fault->second});
    }
    if (short_by_one && !texts.empty()) texts.pop_back();
    return texts;
  }
  std::vector<evidence::ImagePixels> read_pixels(const std::vector<const Image*>& images, const evidence::WantedPixels&,
                                                 std::chrono::steady_clock::time_point) override {
    return std::vector<evidence::ImagePixels>(images.size());
  }
  bool short_by_one = false;

 private:
  int& reads_;
};

Image picture(std::string_view payload, std::string_view type = "image/png") {
  Image image;
  image.media_type = type;
  image.base64 = payload;
  return image;
}

struct RememberingReaderTest : testing::Test {
  ImageText read(const Image& image) { return reader.read({&image}, kNoDeadline).at(0); }

  int reads = 0;
  RememberingReader reader{std::make_unique<CountingReader>(reads), kPlenty};
};

TEST_F(RememberingReaderTest, APictureIsReadOnce) {
  EXPECT_EQ(read(picture("hello")).text, "hello");
  const ImageText again = read(picture("hello"));
  EXPECT_EQ(again.text, "hello");
  EXPECT_EQ(again.confidence, 0.5);
  EXPECT_EQ(reads, 1);
}

// A further turn of a conversation: one new picture among those that were read.
TEST_F(RememberingReaderTest, OnlyNewPicturesAreRead) {
  const Image a = picture("a"), b = picture("b"), c = picture("c");
  reader.read({&a, &c}, kNoDeadline);
  const auto texts = reader.read({&a, &b, &c}, kNoDeadline);
  ASSERT_EQ(texts.size(), 3U);
  EXPECT_EQ(texts[0].text + texts[1].text + texts[2].text, "abc");
  EXPECT_EQ(reads, 3);
}

TEST_F(RememberingReaderTest, TheDeclaredTypeBelongsToIt) {
  read(picture("hello"));
  read(picture("hello", "image/jpeg"));
  EXPECT_EQ(reads, 2);
}

// The next request may have more time, or meet a shorter queue.
TEST_F(RememberingReaderTest, OnlyAPicturesOwnFaultIsRemembered) {
  for (int turn = 0; turn < 2; ++turn) {
    EXPECT_EQ(read(picture("late")).unjudged, Unjudged::timeout);
    EXPECT_EQ(read(picture("full")).unjudged, Unjudged::overloaded);
    EXPECT_EQ(read(picture("bad")).unjudged, Unjudged::decode_failed);
  }
  EXPECT_EQ(reads, 5);
}

TEST(RememberingReader, LetsTheLeastRecentlyUsedGo) {
  int reads = 0;
  RememberingReader reader(std::make_unique<CountingReader>(reads), 3000);
  const std::string large(900, 'x');
  const auto read = [&](const std::string& name) {
    const std::string payload = name + large;
    const Image image = picture(payload);
    reader.read({&image}, kNoDeadline);
  };
  read("a");
  read("b");
  read("a");
  read("c");  // b goes
  EXPECT_EQ(reads, 3);
  read("a");
  EXPECT_EQ(reads, 3);
  read("b");
  EXPECT_EQ(reads, 4);
}

TEST(RememberingReader, AReaderThatAnswersShortHasNotJudgedTheRest) {
  int reads = 0;
  auto inner = std::make_unique<CountingReader>(reads);
  inner->short_by_one = true;
  RememberingReader reader(std::move(inner), kPlenty);
  const Image a = picture("a"), b = picture("b");
  const auto texts = reader.read({&a, &b}, kNoDeadline);
  EXPECT_EQ(texts[0].text, "a");
  EXPECT_EQ(texts[1].unjudged, Unjudged::decode_failed);
}

}  // namespace
}  // namespace signalbox::vision
