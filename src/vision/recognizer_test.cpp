#include "vision/recognizer.h"

#include <gtest/gtest.h>

#include <regex>

#include "vision/decode.h"
#include "vision/grey.h"
#include "vision/test_pictures.h"

namespace signalbox::vision {

using imaging::Pixels;
namespace {

using Clock = std::chrono::steady_clock;

// Loading takes a while: one engine for all tests, which also proves that a reading leaves nothing behind.
class RecognizerTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto created = Recognizer::create("");
    ASSERT_TRUE(created.has_value()) << created.error();
    recognizer_ = std::move(*created);
  }
  static void TearDownTestSuite() { recognizer_.reset(); }

  static Pixels pixels_of(const std::string& name) { return decode(example(name), "", Limits{}).value(); }
  static std::string read(const Pixels& pixels) { return recognizer_->read(pixels, Clock::time_point::max()).text; }
  static bool finds(const std::string& text, const std::string& pattern) {
    return std::regex_search(text, std::regex(pattern));
  }

  static inline std::unique_ptr<Recognizer> recognizer_;
};

constexpr const char* kPassport = "P<[A-Z]{3}";
constexpr const char* kFillers = "<{5,}";
constexpr const char* kAwsKey = "AKIA[0-9A-Z]{16}";

TEST_F(RecognizerTest, PassportShowsItsZone) {
  const Recognition page = recognizer_->read(pixels_of("passport.jpg"), Clock::time_point::max());
  EXPECT_TRUE(finds(page.text, kPassport)) << page.text;
  EXPECT_TRUE(finds(page.text, kFillers)) << page.text;
  EXPECT_TRUE(finds(page.text, "PASSPORT")) << page.text;
  EXPECT_TRUE(finds(page.text, "ANNA<MARIA<<<<")) << page.text;
  EXPECT_GT(page.confidence, 0.5);
  EXPECT_LE(page.confidence, 1.0);
}

TEST_F(RecognizerTest, ScreenshotShowsItsKey) {
  const std::string text = read(pixels_of("code_with_key.png"));
  EXPECT_TRUE(finds(text, kAwsKey)) << text;
  EXPECT_TRUE(finds(text, "import boto3")) << text;
}

TEST_F(RecognizerTest, CleanPicturesShowNeither) {
  for (const char* name : {"code_clean.png", "receipt.png", "diagram.png", "landscape.png"}) {
    const std::string text = read(pixels_of(name));
    EXPECT_FALSE(finds(text, kPassport)) << name << "\n" << text;
    EXPECT_FALSE(finds(text, kFillers)) << name << "\n" << text;
    EXPECT_FALSE(finds(text, "PASSPORT")) << name << "\n" << text;
    EXPECT_FALSE(finds(text, kAwsKey)) << name << "\n" << text;
  }
}

TEST_F(RecognizerTest, CleanPicturesAreRead) {
  EXPECT_TRUE(finds(read(pixels_of("code_clean.png")), "import boto3"));
  EXPECT_TRUE(finds(read(pixels_of("receipt.png")), "CORNER BAKERY"));
  EXPECT_TRUE(finds(read(pixels_of("diagram.png")), "Gateway"));
}

TEST_F(RecognizerTest, SamePictureSameText) {
  const Pixels receipt = pixels_of("receipt.png");
  const std::string first = read(receipt);
  read(pixels_of("code_clean.png"));
  EXPECT_EQ(read(receipt), first);
}

TEST_F(RecognizerTest, PastDeadlineIsLate) {
  EXPECT_TRUE(recognizer_->read(pixels_of("receipt.png"), Clock::now()).late);
}

TEST_F(RecognizerTest, OnePixelIsNoProblem) {
  const Pixels pixel{.width = 1, .height = 1, .rgb = {9, 9, 9}, .alpha = {}};
  EXPECT_EQ(read(pixel), "");
}

// A bypass: text that exists only in the colours of transparent pixels, or only in the alpha channel.
TEST_F(RecognizerTest, TransparencyHidesNoText) {
  Pixels receipt = pixels_of("receipt.png");
  Pixels in_colours = receipt;
  in_colours.alpha.assign(receipt.rgb.size() / 3, 0);
  EXPECT_TRUE(finds(read(in_colours), "BAKERY"));
  Pixels in_alpha{.width = receipt.width, .height = receipt.height, .rgb = {}, .alpha = {}};
  in_alpha.rgb.assign(receipt.rgb.size(), 0);
  for (std::size_t i = 0; i < receipt.rgb.size(); i += 3)
    in_alpha.alpha.push_back(static_cast<std::uint8_t>(255 - receipt.rgb[i]));
  EXPECT_TRUE(finds(read(in_alpha), "BAKERY"));
}

TEST(Recognizer, MissingDataIsASentence) {
  const auto created = Recognizer::create("/nonexistent");
  ASSERT_FALSE(created.has_value());
  EXPECT_EQ(created.error(), "no text recognition: cannot load eng.traineddata from /nonexistent");
}

TEST(Grey, OpaquePictureHasOneView) {
  const Pixels two{.width = 2, .height = 1, .rgb = {0, 0, 0, 255, 255, 255}, .alpha = {}};
  EXPECT_EQ(readable_views(two).size(), 1U);
}

TEST(Grey, UniformPictureHasNone) {
  const Pixels flat{.width = 2, .height = 1, .rgb = {7, 7, 7, 8, 8, 8}, .alpha = {}};
  EXPECT_TRUE(readable_views(flat).empty());
}

TEST(Grey, DarkBecomesLight) {
  Grey dark{2, 1, {10, 30}};
  make_light(dark);
  EXPECT_EQ(dark.samples, (std::vector<std::uint8_t>{245, 225}));
  Grey light{2, 1, {210, 230}};
  make_light(light);
  EXPECT_EQ(light.samples, (std::vector<std::uint8_t>{210, 230}));
}

}  // namespace
}  // namespace signalbox::vision
