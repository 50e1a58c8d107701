// Every picture of tests/golden/images against what Pillow and transformers made of it (parity/vision/make_goldens.py).
// Three hashes, so that a failure says where: the decoded samples, the resized ones, the tensor.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "digest/sha256.h"
#include "imaging/image_preprocessor.h"
#include "imaging/resize.h"
#include "vision/decode.h"
#include "vision/test_pictures.h"

namespace signalbox::vision {

using imaging::filter_of;
using imaging::ImagePreprocessor;
using imaging::resize;
namespace {

using Json = nlohmann::json;

const Json& goldens() {
  static const Json kGoldens = [] {
    const auto bytes = golden("goldens.json");
    return Json::parse(bytes.begin(), bytes.end());
  }();
  return kGoldens;
}

// Of the pictures that have `member`.
std::vector<std::string> files_with(const char* member) {
  std::vector<std::string> names;
  for (const Json& one : goldens().at("pictures")) {
    if (one.contains(member)) names.push_back(one.at("file"));
  }
  return names;
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::ranges::replace(name, '.', '_');
  return name;
}

const Json& golden_of(const std::string& file) {
  return *std::ranges::find_if(goldens().at("pictures"), [&](const Json& one) { return one.at("file") == file; });
}

std::string sha256(const std::vector<std::uint8_t>& bytes) {
  return digest::hex(digest::sha256({reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
}

class PillowGoldens : public testing::TestWithParam<std::string> {};

TEST_P(PillowGoldens, DecodedSamplesAreEqual) {
  const Json& expected = golden_of(GetParam());
  const auto pixels = decode(golden(GetParam()), "", Limits{});
  ASSERT_TRUE(pixels.has_value()) << pixels.error().detail;
  EXPECT_EQ(pixels->width, expected.at("width").get<std::uint32_t>());
  EXPECT_EQ(pixels->height, expected.at("height").get<std::uint32_t>());
  EXPECT_EQ(sha256(pixels->rgb), expected.at("rgb").get<std::string>());
}

TEST_P(PillowGoldens, ResizedSamplesAreEqual) {
  const auto pixels = decode(golden(GetParam()), "", Limits{});
  ASSERT_TRUE(pixels.has_value()) << pixels.error().detail;
  for (const auto& [what, hash] : golden_of(GetParam()).at("resized").items()) {
    std::istringstream words(what);
    std::string name;
    std::uint32_t size = 0;
    ASSERT_TRUE(words >> name >> size) << what;
    EXPECT_EQ(sha256(resize(*pixels, size, size, filter_of(name).value()).rgb), hash.get<std::string>()) << what;
  }
}

class TransformersGoldens : public testing::TestWithParam<std::string> {};

TEST_P(TransformersGoldens, TensorsAreEqual) {
  const Json& expected = golden_of(GetParam());
  const auto pixels = decode(golden(GetParam()), "", Limits{});
  ASSERT_TRUE(pixels.has_value()) << pixels.error().detail;
  for (const auto& [name, tensor] : expected.at("tensors").items()) {
    const auto preprocessor = ImagePreprocessor::load(std::string(SIGNALBOX_SOURCE_DIR) +
                                                      "/tests/golden/images/preprocessors/" + name + ".json");
    ASSERT_TRUE(preprocessor.has_value()) << preprocessor.error();
    EXPECT_EQ(Json({3, preprocessor->height(), preprocessor->width()}), tensor.at("shape")) << name;
    const std::vector<float> numbers = (*preprocessor)(*pixels);
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(numbers.data());
    EXPECT_EQ(sha256({bytes, bytes + numbers.size() * sizeof(float)}), tensor.at("sha256").get<std::string>()) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(All, PillowGoldens, testing::ValuesIn(files_with("rgb")), test_name);
INSTANTIATE_TEST_SUITE_P(All, TransformersGoldens, testing::ValuesIn(files_with("tensors")), test_name);

}  // namespace
}  // namespace signalbox::vision
