#include "vision/in_process_reader.h"

#include <gtest/gtest.h>

#include <thread>
#include <utility>

#include "vision/test_pictures.h"

namespace signalbox::vision {
namespace {

using evidence::ImageText;
using evidence::Unjudged;
using Clock = std::chrono::steady_clock;

TEST(InProcessReader, ReadsWhatItCanAndNamesTheRest) {
  InProcessReader reader(ReaderOptions{});
  const TestImage receipt(example("receipt.png"), "image/png");
  const TestImage noise({1, 2, 3, 4});
  evidence::Image remote;
  remote.unjudged = Unjudged::remote_url;
  const auto texts = reader.read({&noise.image, &receipt.image, &remote}, Clock::time_point::max());
  ASSERT_EQ(texts.size(), 3U);
  EXPECT_EQ(texts[0].unjudged, Unjudged::decode_failed);
  EXPECT_EQ(texts[0].detail, "not an image");
  EXPECT_EQ(texts[1].unjudged, Unjudged::none) << texts[1].detail;
  EXPECT_NE(texts[1].text.find("BAKERY"), std::string::npos) << texts[1].text;
  EXPECT_EQ(texts[2].unjudged, Unjudged::remote_url);
}

TEST(InProcessReader, PastDeadlineIsTimeout) {
  InProcessReader reader(ReaderOptions{});
  const TestImage receipt(example("receipt.png"));
  EXPECT_EQ(reader.read({&receipt.image}, Clock::now()).at(0).unjudged, Unjudged::timeout);
}

// Text on a later frame would go upstream unread, and the picture would count as judged.
TEST(InProcessReader, AnimationsAreNotRead) {
  InProcessReader reader(ReaderOptions{});
  for (const auto& [name, detail] :
       {std::pair("animation.gif", "a GIF of 3 frames, of which only one would be read"),
        std::pair("animation.webp", "a WebP of 2 frames, of which only one would be read"),
        std::pair("animation.png", "a PNG of 2 frames, of which only one would be read")}) {
    const TestImage image(golden(name));
    const ImageText text = reader.read({&image.image}, Clock::time_point::max()).at(0);
    EXPECT_EQ(text.unjudged, Unjudged::unsupported_format) << name;
    EXPECT_EQ(text.detail, detail);
  }
}

TEST(InProcessReader, OtherFormatsAreRead) {
  InProcessReader reader(ReaderOptions{});
  for (const char* name : {"page.webp", "page.gif"}) {
    const TestImage image(golden(name));
    const ImageText text = reader.read({&image.image}, Clock::time_point::max()).at(0);
    EXPECT_EQ(text.unjudged, Unjudged::none) << name << ": " << text.detail;
    EXPECT_NE(text.text.find("quick brown fox"), std::string::npos) << name << ": " << text.text;
  }
}

TEST(InProcessReader, WithoutDataItStillDecodes) {
  InProcessReader reader(ReaderOptions{.limits = {}, .recognition = {.tessdata = "/nonexistent"}});
  const TestImage receipt(example("receipt.png"));
  const ImageText text = reader.read({&receipt.image}, Clock::time_point::max()).at(0);
  EXPECT_EQ(text.unjudged, Unjudged::ocr_missing);
  EXPECT_EQ(text.width, 520U);
}

TEST(InProcessReader, ManyThreadsShareOneEngine) {
  InProcessReader reader(ReaderOptions{});
  const TestImage receipt(example("receipt.png"));
  std::vector<std::string> texts(3);
  std::vector<std::thread> threads;
  for (std::string& text : texts)
    threads.emplace_back([&] { text = reader.read({&receipt.image}, Clock::time_point::max()).at(0).text; });
  for (std::thread& thread : threads) thread.join();
  EXPECT_FALSE(texts[0].empty());
  EXPECT_EQ(texts[0], texts[1]);
  EXPECT_EQ(texts[1], texts[2]);
}

}  // namespace
}  // namespace signalbox::vision
