// Errors and geometry; equality with transformers is in pillow_goldens_test.cpp.
#include "imaging/image_preprocessor.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace signalbox::imaging {
namespace {

constexpr char kSiglip[] = R"("image_processor_type": "SiglipImageProcessor")";
constexpr char kClip[] = R"("image_processor_type": "CLIPImageProcessor")";

ImagePreprocessor made(const std::string& members) {
  const auto preprocessor = ImagePreprocessor::parse("{" + members + "}", "folder/preprocessor_config.json");
  EXPECT_TRUE(preprocessor.has_value()) << preprocessor.error();
  return preprocessor.value();
}

std::string error_of(const std::string& json) {
  const auto preprocessor = ImagePreprocessor::parse(json, "p.json");
  EXPECT_FALSE(preprocessor.has_value()) << json;
  return preprocessor ? "" : preprocessor.error();
}

std::string error_with(const std::string& members) {
  return error_of(std::string("{") + kSiglip + ", " + members + "}");
}

Pixels uniform(std::uint32_t width, std::uint32_t height, std::uint8_t level) {
  return {.width = width,
          .height = height,
          .rgb = std::vector<std::uint8_t>(std::size_t{width} * height * 3, level),
          .alpha = {}};
}

TEST(ImagePreprocessor, DefaultsOfTheClasses) {
  const ImagePreprocessor siglip = made(kSiglip);
  EXPECT_EQ(siglip.geometry().resize, ImageGeometry::Resize::exact);
  EXPECT_EQ(siglip.width(), 224U);
  EXPECT_EQ(siglip(uniform(3, 5, 255)), std::vector<float>(3 * 224 * 224, 1.0F));
  EXPECT_EQ(siglip(uniform(3, 5, 0)), std::vector<float>(3 * 224 * 224, -1.0F));
  const ImagePreprocessor clip = made(kClip);
  EXPECT_EQ(clip.geometry().resize, ImageGeometry::Resize::shortest_edge);
  EXPECT_EQ(clip.height(), 224U);
  const std::vector<float> white = clip(uniform(40, 30, 255));
  EXPECT_EQ(white.front(), (1.0F - 0.48145466F) / 0.26862954F);
  EXPECT_EQ(white.back(), (1.0F - 0.40821073F) / 0.27577711F);
}

TEST(ImagePreprocessor, NullIsTheDefault) {
  EXPECT_EQ(made(std::string(kSiglip) + R"(, "size": null, "resample": null, "image_mean": null)").geometry(),
            made(kSiglip).geometry());
}

TEST(ImagePreprocessor, TensorIsPlaneByPlane) {
  const ImagePreprocessor plain =
      made(std::string(kSiglip) + R"(, "size": {"height": 1, "width": 2}, "do_rescale": false, "do_normalize": false)");
  const Pixels pixels{.width = 2, .height = 1, .rgb = {1, 2, 3, 4, 5, 6}, .alpha = {}};
  EXPECT_EQ(plain(pixels), (std::vector<float>{1, 4, 2, 5, 3, 6}));
}

TEST(ImagePreprocessor, CropOfASmallPictureIsOnBlack) {
  const ImagePreprocessor preprocessor = made(
      std::string(kClip) +
      R"(, "do_resize": false, "crop_size": {"height": 3, "width": 4}, "do_rescale": false, "do_normalize": false)");
  const std::vector<float> tensor = preprocessor(uniform(1, 5, 9));
  const std::vector<float> row = {0, 0, 9, 0};  // three are missing: two before, one behind
  for (std::size_t y = 0; y < 9; ++y)
    EXPECT_TRUE(std::equal(row.begin(), row.end(), tensor.begin() + static_cast<std::ptrdiff_t>(y * 4))) << y;
}

// Once the whole of the resized picture would have been made: 1.8 million columns of it.
TEST(ImagePreprocessor, LongStripCostsNoMoreThanItsMiddle) {
  EXPECT_EQ(made(kClip)(uniform(8192, 1, 7)).size(), std::size_t{3} * 224 * 224);
}

TEST(ImagePreprocessor, LongerSideIsRoundedDown) {
  const ImagePreprocessor preprocessor =
      made(std::string(kClip) + R"(, "size": 224, "crop_size": {"height": 224, "width": 448})");
  // 224 * 999 / 500 = 447.55: 447 columns, and one black one before them.
  const std::vector<float> tensor = preprocessor(uniform(999, 500, 255));
  EXPECT_LT(tensor[0], 0);
  EXPECT_GT(tensor[1], 0);
  EXPECT_GT(tensor[447], 0);
}

TEST(ImagePreprocessor, ErrorsNameFileAndKey) {
  EXPECT_EQ(error_of("[]"), "p.json: is not a JSON object");
  EXPECT_EQ(error_of("{"), "p.json: is not a JSON object");
  EXPECT_EQ(error_of("{}"),
            R"(p.json: "image_processor_type" is missing; SiglipImageProcessor or CLIPImageProcessor was expected)");
  EXPECT_EQ(
      error_of(R"({"image_processor_type": "Siglip2ImageProcessor"})"),
      R"(p.json: "image_processor_type" is "Siglip2ImageProcessor"; known are SiglipImageProcessor (fixed resolution) )"
      "and CLIPImageProcessor");
  EXPECT_EQ(error_with(R"("size": {"height": 384})"),
            R"(p.json: "size" must be a number, {"height", "width"} or {"shortest_edge"})");
  EXPECT_EQ(error_with(R"("size": {"height": 384, "width": 0})"),
            R"(p.json: "size.width" is 0; a whole number from 1 to 4096 was expected)");
  EXPECT_EQ(
      error_with(R"("size": {"shortest_edge": 224})"),
      R"(p.json: "do_center_crop" is false, and then the tensor's size depends on the picture, which is not supported)");
  EXPECT_EQ(error_with(R"("resample": 0)"),
            R"(p.json: "resample" is 0; 1 (lanczos), 2 (bilinear), 3 (bicubic) and 4 (box) are supported)");
  EXPECT_EQ(error_with(R"("image_std": [1, 0, 1])"), R"(p.json: "image_std" must be a number or three, and not zero)");
  EXPECT_EQ(error_with(R"("image_mean": [1, 0])"), R"(p.json: "image_mean" must be a number or three)");
  EXPECT_EQ(error_with(R"("rescale_factor": "1/255")"), R"(p.json: "rescale_factor" must be a number)");
  EXPECT_EQ(error_with(R"("do_resize": 1)"), R"(p.json: "do_resize" must be true or false)");
  EXPECT_EQ(error_with(R"("do_pad": true)"), R"(p.json: "do_pad" is true, which is not supported)");
  const auto absent = ImagePreprocessor::load("/nonexistent/preprocessor_config.json");
  ASSERT_FALSE(absent.has_value());
  EXPECT_EQ(absent.error(), "/nonexistent/preprocessor_config.json: cannot be read");
}

}  // namespace
}  // namespace signalbox::imaging
