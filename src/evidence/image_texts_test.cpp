#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "evidence/image_reader.h"

namespace signalbox::evidence {
namespace {

constexpr std::chrono::steady_clock::time_point kDeadline{};

// Answers each image with its payload, and counts how often it was asked.
class EchoReader : public ImageReader {
 public:
  std::vector<ImageText> read(const std::vector<const Image*>& images, std::chrono::steady_clock::time_point) override {
    ++calls;
    std::vector<ImageText> out;
    for (const Image* image : images) out.push_back({.text = std::string(image->base64)});
    if (short_by_one) out.pop_back();
    return out;
  }
  std::vector<ImagePixels> read_pixels(const std::vector<const Image*>& images, const WantedPixels&,
                                       std::chrono::steady_clock::time_point) override {
    return std::vector<ImagePixels>(images.size(), {.unjudged = Unjudged::decode_failed});
  }
  std::atomic<int> calls = 0;
  bool short_by_one = false;
};

Evidence three_images() {
  Evidence evidence;
  evidence.images.resize(3);
  evidence.images[0].base64 = "a";
  evidence.images[1].unjudged = Unjudged::remote_url;
  evidence.images[2].base64 = "c";
  return evidence;
}

TEST(ImageTexts, OnlyReadableImagesAreReadAndEachKeepsItsPlace) {
  const Evidence evidence = three_images();
  EchoReader reader;
  ImageTexts texts(evidence, &reader, kDeadline);
  EXPECT_FALSE(texts.was_read());
  ASSERT_EQ(texts.get().size(), 3u);
  EXPECT_TRUE(texts.was_read());
  EXPECT_EQ(texts.get()[0].text, "a");
  EXPECT_EQ(texts.get()[1].unjudged, Unjudged::remote_url);
  EXPECT_EQ(texts.get()[2].text, "c");
}

TEST(ImageTexts, ReadOnceWhoeverAsks) {
  const Evidence evidence = three_images();
  EchoReader reader;
  ImageTexts texts(evidence, &reader, kDeadline);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) threads.emplace_back([&texts] { EXPECT_EQ(texts.get()[2].text, "c"); });
  }
  EXPECT_EQ(reader.calls, 1);
}

TEST(ImageTexts, WithoutAReaderInlineImagesAreOcrMissing) {
  const Evidence evidence = three_images();
  ImageTexts texts(evidence, nullptr, kDeadline);
  EXPECT_EQ(texts.get()[0].unjudged, Unjudged::ocr_missing);
  EXPECT_EQ(texts.get()[1].unjudged, Unjudged::remote_url);
}

TEST(ImageTexts, AnImageWithoutAnAnswerIsNotJudged) {
  const Evidence evidence = three_images();
  EchoReader reader;
  reader.short_by_one = true;
  ImageTexts texts(evidence, &reader, kDeadline);
  EXPECT_EQ(texts.get()[0].unjudged, Unjudged::none);
  EXPECT_EQ(texts.get()[2].unjudged, Unjudged::decode_failed);
}

TEST(ImageTexts, WithoutImagesTheReaderIsNotAsked) {
  const Evidence evidence;
  EchoReader reader;
  ImageTexts texts(evidence, &reader, kDeadline);
  EXPECT_TRUE(texts.get().empty());
  EXPECT_EQ(reader.calls, 0);
}

}  // namespace
}  // namespace signalbox::evidence
