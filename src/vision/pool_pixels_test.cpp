// Pixels through the pool: from confined workers, by shared memory, equal to what this process decodes and fits.
#include <gtest/gtest.h>

#include "vision/decode.h"
#include "vision/fake_worker.h"
#include "vision/pool.h"
#include "vision/test_pictures.h"

namespace signalbox::vision {

using evidence::ImagePixels;
using evidence::WantedPixels;
using imaging::Filter;
using imaging::fit;
using imaging::ImageGeometry;
using imaging::Pixels;
namespace {

using evidence::Unjudged;
using Clock = std::chrono::steady_clock;
using std::chrono::seconds;

constexpr ImageGeometry kSquare{.resize = ImageGeometry::Resize::exact,
                                .filter = Filter::bicubic,
                                .resize_width = 64,
                                .resize_height = 48,
                                .width = 64,
                                .height = 48};
constexpr ImageGeometry kCropped{.resize = ImageGeometry::Resize::shortest_edge,
                                 .filter = Filter::bilinear,
                                 .resize_width = 30,
                                 .resize_height = 30,
                                 .width = 40,
                                 .height = 20};

std::unique_ptr<ReaderPool> make(std::uint32_t workers, std::vector<std::string> environment = {}) {
  PoolOptions options;
  options.workers = workers;
  options.environment = std::move(environment);
  return std::move(ReaderPool::create(options).value());
}

Pixels expected(const std::vector<std::uint8_t>& bytes, const WantedPixels& wanted) {
  Pixels pixels = decode(bytes, "", Limits{}).value();
  return wanted ? fit(pixels, *wanted) : pixels;
}

// One golden of every codec, so that every decoder is seen to work behind the seccomp filter.
TEST(PoolPixels, EveryDecoderWorksBehindTheFilter) {
  const auto pool = make(2);
  for (const char* name :
       {"rgb16_interlaced.png", "exif6.png", "grey16.png", "progressive420.jpg", "cmyk.jpg", "exif6.jpg",
        "arithmetic.jpg", "lossy_alpha.webp", "lossless.webp", "animation_offset.webp", "page.webp", "interlaced.gif",
        "offset_transparent.gif", "rle8.bmp", "rgb565.bmp", "page420.jpg"}) {
    const TestImage image(golden(name));
    for (const WantedPixels& wanted : {WantedPixels(), WantedPixels(kSquare), WantedPixels(kCropped)}) {
      const ImagePixels found = pool->read_pixels({&image.image}, wanted, Clock::now() + seconds(60)).at(0);
      ASSERT_EQ(found.unjudged, Unjudged::none) << name << ": " << found.detail;
      const Pixels ours = expected(golden(name), wanted);
      EXPECT_EQ(found.pixels.width, ours.width) << name;
      EXPECT_EQ(found.pixels.height, ours.height) << name;
      EXPECT_TRUE(found.pixels.rgb == ours.rgb) << name;
    }
  }
}

TEST(PoolPixels, SeveralAtOnceKeepTheirOrder) {
  const auto pool = make(2);
  const TestImage page(golden("page.png")), wide(golden("wide.jpg")), tiff({'I', 'I', '*', 0, 8, 0, 0, 0});
  evidence::Image remote;
  remote.unjudged = Unjudged::remote_url;
  const auto found =
      pool->read_pixels({&page.image, &tiff.image, &remote, &wide.image}, kSquare, Clock::now() + seconds(60));
  EXPECT_TRUE(found.at(0).pixels.rgb == expected(golden("page.png"), kSquare).rgb);
  EXPECT_EQ(found.at(1).unjudged, Unjudged::unsupported_format);
  EXPECT_EQ(found.at(1).detail, "TIFF is not supported");
  EXPECT_EQ(found.at(2).unjudged, Unjudged::remote_url);
  EXPECT_TRUE(found.at(3).pixels.rgb == expected(golden("wide.jpg"), kSquare).rgb);
}

TEST(PoolPixels, BombsAndTruncationsKeepTheirReason) {
  const auto pool = make(1);
  auto bomb = golden("local.gif");
  bomb[6] = bomb[7] = bomb[8] = bomb[9] = 0xff;
  auto cut = golden("lossy.webp");
  cut.resize(cut.size() / 2);
  const TestImage large(bomb), half(cut), mismatch(golden("rgb24.bmp"), "image/png");
  const auto found =
      pool->read_pixels({&large.image, &half.image, &mismatch.image}, kSquare, Clock::now() + seconds(60));
  EXPECT_EQ(found.at(0).unjudged, Unjudged::too_large);
  EXPECT_EQ(found.at(1).unjudged, Unjudged::decode_failed);
  EXPECT_EQ(found.at(2).unjudged, Unjudged::unsupported_format);
}

TEST(PoolPixels, PastDeadlineIsTimeout) {
  const auto pool = make(1);
  const TestImage image(golden("rgb8.png"));
  EXPECT_EQ(pool->read_pixels({&image.image}, kSquare, Clock::now() - seconds(1)).at(0).unjudged, Unjudged::timeout);
}

TEST(PoolPixels, InProcessGivesTheSame) {
  InProcessReader reader(ReaderOptions{});
  const TestImage image(golden("page.png"));
  evidence::Image bad_base64;
  bad_base64.base64 = "not base64!!";
  const auto found = reader.read_pixels({&image.image, &bad_base64}, kCropped, Clock::time_point::max());
  EXPECT_TRUE(found.at(0).pixels.rgb == expected(golden("page.png"), kCropped).rgb);
  EXPECT_EQ(found.at(1).unjudged, Unjudged::decode_failed);
  EXPECT_EQ(reader.read_pixels({&image.image}, kCropped, Clock::time_point::min()).at(0).unjudged, Unjudged::timeout);
}

// Over workers that lie: a size beyond the room must not be copied, and the pool goes on.
TEST(PoolPixels, SizesOfATakenOverWorkerAreNotBelieved) {
  const auto pool = make(1, {std::string(kFakeWorkerVariable) + "=unused"});
  for (const WantedPixels& wanted : {WantedPixels(), WantedPixels(kSquare)}) {
    TestImage huge(golden("rgb8.png"), kBadSize), none(golden("rgb8.png"), "test/good");
    const auto found = pool->read_pixels({&huge.image, &none.image}, wanted, Clock::now() + seconds(60));
    EXPECT_EQ(found.at(0).unjudged, Unjudged::decode_failed);
    EXPECT_EQ(found.at(0).detail, "the worker gave no sensible answer");
    EXPECT_EQ(found.at(1).unjudged, Unjudged::decode_failed) << "it said nothing of a size";
  }
}

}  // namespace
}  // namespace signalbox::vision
