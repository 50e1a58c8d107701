#include "vision/recognizer.h"

#include <gtest/gtest.h>

#include <regex>

#include "vision/decode.h"
#include "vision/test_pictures.h"

namespace signalbox::vision {

using imaging::Pixels;
namespace {

using Clock = std::chrono::steady_clock;

// Loading takes a while: one engine for all tests, which also proves that a reading leaves nothing behind.
class RecognizerTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto created = Recognizer::create({});
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

// Pixels with a rectangle of them from another picture.
void paste(const Pixels& from, std::uint32_t left, std::uint32_t top, Pixels& onto) {
  for (std::uint32_t y = 0; y < from.height; ++y)
    std::copy_n(&from.rgb[std::size_t{y} * from.width * 3], std::size_t{from.width} * 3,
                &onto.rgb[(std::size_t{top + y} * onto.width + left) * 3]);
}

Pixels plain(std::uint32_t width, std::uint32_t height) {
  return {.width = width,
          .height = height,
          .rgb = std::vector<std::uint8_t>(std::size_t{width} * height * 3, 255),
          .alpha = {}};
}

TEST_F(RecognizerTest, LinesAreWhereTheyStand) {
  const Pixels receipt = pixels_of("receipt.png");
  Pixels sheet = plain(1600, 1500);
  paste(receipt, 700, 400, sheet);
  const Recognition read = recognizer_->read(sheet, Clock::time_point::max());
  const std::size_t bakery = read.text.find("CORNER BAKERY");
  ASSERT_NE(bakery, std::string::npos) << read.text;
  const auto boxes = evidence::boxes_of(read.lines, bakery, bakery + 13);
  ASSERT_EQ(boxes.size(), 1U);
  EXPECT_GE(boxes[0].left, 700U);
  EXPECT_GE(boxes[0].top, 400U);
  EXPECT_LE(boxes[0].left + boxes[0].width, 700U + receipt.width);
  EXPECT_LE(boxes[0].top + boxes[0].height, 400U + receipt.height / 4) << "it is the receipt's head";
  std::size_t at = 0;
  for (const evidence::TextLine& line : read.lines) {
    EXPECT_EQ(line.begin, at);
    EXPECT_EQ(read.text.at(line.end), '\n');
    EXPECT_LE(line.box.left + line.box.width, sheet.width);
    EXPECT_LE(line.box.top + line.box.height, sheet.height);
    at = line.end + 1;
  }
  EXPECT_EQ(at, read.text.size());
}

// A second reading stands where the first one does: what is found in either can be covered.
TEST_F(RecognizerTest, SecondReadingsHaveTheBoxOfTheirLine) {
  const Recognition read = recognizer_->read(pixels_of("code_with_key.png"), Clock::time_point::max());
  const std::regex key(kAwsKey);
  std::vector<evidence::Box> boxes;
  for (std::sregex_iterator it(read.text.begin(), read.text.end(), key), end; it != end; ++it) {
    const auto at = static_cast<std::size_t>(it->position());
    for (const evidence::Box& box : evidence::boxes_of(read.lines, at, at + 20)) boxes.push_back(box);
  }
  ASSERT_FALSE(boxes.empty()) << read.text;
  for (const evidence::Box& box : boxes) EXPECT_EQ(box, boxes.front());
}

TEST_F(RecognizerTest, LightAndDarkPartsOfAScreenAreRead) {
  Pixels receipt = pixels_of("receipt.png");
  Pixels sheet = plain(1300, receipt.height + 40);
  paste(receipt, 20, 20, sheet);
  for (std::uint8_t& sample : receipt.rgb) sample = static_cast<std::uint8_t>(255 - sample);
  paste(receipt, 700, 20, sheet);
  const std::string text = read(sheet);
  const std::size_t first = text.find("CORNER BAKERY");
  ASSERT_NE(first, std::string::npos) << text;
  EXPECT_NE(text.find("CORNER BAKERY", first + 1), std::string::npos) << text;
}

// A screenshot of a chat: what stood in such bubbles was not read.
TEST_F(RecognizerTest, LightLettersOnAColouredPanelOfADarkPageAreRead) {
  Pixels receipt = pixels_of("receipt.png");
  const std::uint32_t head = 90;  // rows: the name of the shop
  receipt.rgb.resize(std::size_t{receipt.width} * head * 3);
  receipt.height = head;
  for (std::uint8_t& sample : receipt.rgb) sample = static_cast<std::uint8_t>(255 - sample * (255 - 107) / 255);
  Pixels sheet = plain(1300, 700);
  std::ranges::fill(sheet.rgb, std::uint8_t{18});
  paste(receipt, 400, 300, sheet);
  EXPECT_TRUE(finds(read(sheet), "BAKERY")) << read(sheet);
}

TEST(Recognizer, WordsBelowTheFloorAreNotReported) {
  const Pixels receipt = decode(example("receipt.png"), "", Limits{}).value();
  const Recognition all = (*Recognizer::create({}))->read(receipt, Clock::time_point::max());
  const Recognition none = (*Recognizer::create({.min_confidence = 1}))->read(receipt, Clock::time_point::max());
  EXPECT_FALSE(all.doubtful);
  EXPECT_TRUE(none.doubtful);
  EXPECT_LT(none.text.size(), all.text.size() / 2);
}

TEST(Recognizer, OneMissingLanguageOfTwoIsNamed) {
  const auto created = Recognizer::create({.languages = {"eng", "chi_nope"}});
  ASSERT_FALSE(created.has_value());
  EXPECT_TRUE(std::regex_match(
      created.error(),
      std::regex(
          "no text recognition: cannot load chi_nope.traineddata from /.*; Debian's tesseract-ocr-chi-nope has it")))
      << created.error();
}

TEST(Recognizer, AllMissingLanguagesAreNamed) {
  const auto created = Recognizer::create({.tessdata = "/nonexistent", .languages = {"deu", "fra"}});
  ASSERT_FALSE(created.has_value());
  EXPECT_EQ(created.error(),
            "no text recognition: cannot load deu.traineddata, fra.traineddata from /nonexistent; Debian's "
            "tesseract-ocr-deu, tesseract-ocr-fra have them");
}

TEST(Recognizer, MissingDataIsASentence) {
  const auto created = Recognizer::create({.tessdata = "/nonexistent"});
  ASSERT_FALSE(created.has_value());
  EXPECT_EQ(created.error(),
            "no text recognition: cannot load eng.traineddata from /nonexistent; Debian's tesseract-ocr-eng has it");
}

}  // namespace
}  // namespace signalbox::vision
