#include "tensor/safetensors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "tensor/half.h"
#include "tensor/load_error.h"
#include "tensor/safetensors_fixture.h"
#include "tensor/weights.h"

namespace signalbox::tensor {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string refusal(std::string_view header, std::string_view data) {
  try {
    parse_safetensors(safetensors_of(header, data), "model");
  } catch (const LoadError& error) {
    return error.what();
  }
  return "";
}

TEST(Safetensors, ReadsTensorsWhereTheyLie) {
  const std::vector<std::byte> file = safetensors_of(
      R"({"__metadata__":{"format":"pt"},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]},"a":{"dtype":"F16","shape":[1,2],"data_offsets":[0,4]}})",
      std::string("\x00\x3c\x00\xc0", 4) + floats_of({1.5F, -2}));
  const auto tensors = parse_safetensors(file, "model");
  ASSERT_EQ(tensors.size(), 2U);
  EXPECT_EQ(tensors.at("a").shape, (Shape{1, 2}));
  EXPECT_THAT(tensors.at("a").to_floats(), ElementsAre(1, -2));
  EXPECT_THAT(tensors.at("b").to_floats(), ElementsAre(1.5F, -2));
}

TEST(Safetensors, ReadsScalarsAndEmptyTensors) {
  const auto file = safetensors_of(
      R"({"one":{"dtype":"F64","shape":[],"data_offsets":[0,8]},"none":{"dtype":"F32","shape":[0,5],"data_offsets":[8,8]}})",
      std::string("\0\0\0\0\0\0\xf8\x3f", 8));
  const auto tensors = parse_safetensors(file, "model");
  EXPECT_THAT(tensors.at("one").to_floats(), ElementsAre(1.5F));
  EXPECT_EQ(tensors.at("none").elements(), 0);
}

TEST(Safetensors, IntegersAreNoWeights) {
  const auto file = safetensors_of(R"({"ids":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}})", std::string(8, '\0'));
  EXPECT_THROW(parse_safetensors(file, "model").at("ids").to_floats(), LoadError);
}

struct Broken {
  const char* name;
  const char* header;
  std::size_t data;
  const char* says;
};

class BrokenFile : public testing::TestWithParam<Broken> {};
TEST_P(BrokenFile, IsRefusedByName) {
  EXPECT_THAT(refusal(GetParam().header, std::string(GetParam().data, '\0')), HasSubstr(GetParam().says));
}
INSTANTIATE_TEST_SUITE_P(
    Safetensors, BrokenFile,
    testing::Values(
        Broken{"NoJson", "{", 0, "not a JSON object"}, Broken{"List", "[]", 0, "not a JSON object"},
        Broken{"NoEntry", R"({"a":1})", 0, "tensor \"a\": its entry is not an object"},
        Broken{"NoDtype", R"({"a":{"shape":[1],"data_offsets":[0,4]}})", 4, "has no dtype"},
        Broken{"OddDtype", R"({"a":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}})", 1,
               "dtype F8_E4M3 is not supported"},
        Broken{"NoShape", R"({"a":{"dtype":"F32","data_offsets":[0,4]}})", 4, "no valid shape"},
        Broken{"NegativeShape", R"({"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})", 4, "not a list of sizes"},
        Broken{"HugeShape", R"({"a":{"dtype":"F32","shape":[1099511627776,1099511627776],"data_offsets":[0,4]}})", 4,
               "overflows"},
        Broken{"TooManyRanks", R"({"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}})", 4,
               "no valid shape"},
        Broken{"CutOff", R"({"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}})", 12, "is the file cut off?"},
        Broken{"BackwardRange", R"({"a":{"dtype":"F32","shape":[0],"data_offsets":[4,0]}})", 4, "lie outside"},
        Broken{"WrongSize", R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", 4, "needs 8 bytes and has 4"},
        Broken{"NegativeOffset", R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}})", 4,
               "no valid data_offsets"},
        Broken{
            "Overlap",
            R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
            4, "overlap or leave a gap"},
        Broken{"Gap", R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", 8,
               "overlap or leave a gap at byte 0"},
        Broken{"Tail", R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", 9,
               "take 4 bytes of data and the file has 9"},
        Broken{
            "Twice",
            R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
            4, "names a tensor twice"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(Safetensors, AHeaderLongerThanTheFileIsRefusedBeforeItIsRead) {
  std::vector<std::byte> file = safetensors_of("{}", "");
  file[0] = std::byte{200};
  EXPECT_THROW(parse_safetensors(file, "model"), LoadError);
  EXPECT_THROW(parse_safetensors(std::span(file).first(7), "model"), LoadError);
}

TEST(Half, WidensExactly) {
  EXPECT_EQ(float_of_f16(0x3C00), 1.0F);
  EXPECT_EQ(float_of_f16(0x0001), 0x1p-24F);
  EXPECT_EQ(float_of_f16(0x83FF), -0x3FFp-24F);
  EXPECT_EQ(float_of_f16(0x7BFF), 65504.0F);
  EXPECT_TRUE(std::isinf(float_of_f16(0x7C00)));
  EXPECT_TRUE(std::isnan(float_of_f16(0x7C01)));
  EXPECT_EQ(float_of_bf16(0xC040), -3.0F);
}

struct WeightsTest : testing::Test {
  void write(std::string_view header, std::string_view data) {
    const std::vector<std::byte> bytes = safetensors_of(header, data);
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }
  std::string refusal(const std::function<void(const WeightScope&)>& take) {
    const SafetensorsFile file(path);
    const Weights weights(file);
    try {
      take(weights.scope("encoder.layer").scope("0"));
    } catch (const LoadError& error) {
      return error.what();
    }
    return "";
  }
  std::string path = testing::TempDir() + "weights_test.safetensors";
};

TEST_F(WeightsTest, NamesWhatIsMissingOfAnotherShapeOrNotANumber) {
  write(
      R"({"encoder.layer.0.w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"other":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}})",
      floats_of({1, std::nanf(""), 3}));
  EXPECT_THAT(refusal([](const WeightScope& s) { s.matrix("v", 1, 2); }),
              HasSubstr("tensor \"encoder.layer.0.v\" is missing"));
  EXPECT_THAT(refusal([](const WeightScope& s) { s.matrix("w", 2, 1); }),
              HasSubstr("has shape [1, 2], expected [2, 1]"));
  EXPECT_THAT(refusal([](const WeightScope& s) { s.matrix("w", 1, 2); }),
              HasSubstr("element 1 is not a finite number"));
}

TEST_F(WeightsTest, KnowsWhatNobodyAskedFor) {
  write(
      R"({"a.w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})",
      floats_of({1, 2}));
  const SafetensorsFile file(path);
  const Weights weights(file);
  EXPECT_THAT(weights.scope("a").vector("w", 1), ElementsAre(1));
  EXPECT_THAT(weights.unused(), ElementsAre("b"));
}

TEST(MappedFile, SaysWhatIsWrongWithAPath) {
  EXPECT_THROW(MappedFile{"/no/such/file"}, LoadError);
  EXPECT_THROW(MappedFile{testing::TempDir()}, LoadError);
}

}  // namespace
}  // namespace signalbox::tensor
