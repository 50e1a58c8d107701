#include "models/head.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iterator>

#include "models/head_fixture.h"
#include "tensor/load_error.h"

namespace signalbox::models {
namespace {

using testing::ElementsAre;
using testing::FloatNear;
using testing::HasSubstr;
namespace fs = std::filesystem;

HeadSpec two_of_three() {
  HeadSpec spec;
  spec.labels = {"billing", "code"};
  spec.encoder = {"f1", "tiny", "fp32", 3};
  spec.output = {{2, 3, {1, 0, 0, 0, 2, -1}}, {0.5F, 0}};
  return spec;
}

HeadSpec small_mlp() {
  HeadSpec spec = two_of_three();
  spec.kind = HeadKind::mlp;
  spec.hidden = HeadLayer{{2, 3, {1, 0, 0, 0, -1, 0}}, {0, 0}};
  spec.output = {{2, 2, {1, 0, 0, 3}}, {0, 1}};
  return spec;
}

class HeadFolder : public testing::Test {
 protected:
  void save(const HeadSpec& spec) { ASSERT_TRUE(save_head(folder_.path, spec, {})); }

  void change(const std::string& from, const std::string& to) {
    const fs::path path = folder_.path / kHeadDescription;
    std::ifstream in(path);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << text;
    std::ofstream(path) << text.replace(at, from.size(), to);
  }

  std::string load_error() {
    try {
      Head::load(folder_.path);
    } catch (const tensor::LoadError& error) {
      return error.what();
    }
    return "";
  }

  TemporaryFolder folder_;
};

TEST_F(HeadFolder, WhatIsSavedIsLoaded) {
  HeadSpec spec = two_of_three();
  spec.temperature = 0.25;
  spec.unknown_threshold = 0.4;
  ASSERT_TRUE(save_head(folder_.path, spec, {{"note", "for people"}}));
  const Head head = Head::load(folder_.path);
  EXPECT_EQ(head.name(), folder_.path.filename());
  EXPECT_THAT(head.labels(), ElementsAre("billing", "code"));
  EXPECT_EQ(head.spec().encoder.fingerprint, "f1");
  EXPECT_EQ(head.spec().encoder.precision, "fp32");
  EXPECT_DOUBLE_EQ(head.spec().temperature, 0.25);
  EXPECT_DOUBLE_EQ(head.spec().unknown_threshold.value(), 0.4);
  const std::vector<float> vector{1, 2, 3};
  EXPECT_THAT(head.logits(vector), ElementsAre(FloatNear(1.5F, 1e-6F), FloatNear(1, 1e-6F)));
}

TEST_F(HeadFolder, ProbabilitiesAreTheSoftmaxAtTheTemperature) {
  HeadSpec spec = two_of_three();
  spec.temperature = 0.5;
  save(spec);
  const std::vector<float> vector{1, 2, 3};  // logits 1.5 and 1: apart by 1 after the temperature
  const std::vector<float> probabilities = Head::load(folder_.path).probabilities(vector);
  const auto first = static_cast<float>(1 / (1 + std::exp(-1.0)));
  EXPECT_THAT(probabilities, ElementsAre(FloatNear(first, 1e-6F), FloatNear(1 - first, 1e-6F)));
}

TEST_F(HeadFolder, AnMlpHasAHiddenLayerWithRelu) {
  save(small_mlp());
  const Head head = Head::load(folder_.path);
  ASSERT_TRUE(head.spec().hidden);
  const std::vector<float> one{2, 5, 0}, other{-1, -2, 0};  // hidden: (2, 0) and (0, 2)
  EXPECT_THAT(head.logits(one), ElementsAre(2, 1));
  EXPECT_THAT(head.logits(other), ElementsAre(0, 7));
}

TEST_F(HeadFolder, EqualHeadsAreEqualFilesAndOneFingerprint) {
  save(two_of_three());
  const std::string first = Head::load(folder_.path).fingerprint();
  save(two_of_three());
  EXPECT_EQ(Head::load(folder_.path).fingerprint(), first);
  HeadSpec other = two_of_three();
  other.output.bias[0] += 1;
  save(other);
  EXPECT_NE(Head::load(folder_.path).fingerprint(), first);
}

TEST_F(HeadFolder, MistakesNameFileAndKey) {
  EXPECT_THAT(load_error(), HasSubstr("head.json: cannot be read"));
  save(two_of_three());
  change("\"format\": 1", "\"format\": 2");
  EXPECT_THAT(load_error(), HasSubstr("head.json: \"format\" is not 1"));
  save(two_of_three());
  change("\"linear\"", "\"forest\"");
  EXPECT_THAT(load_error(), HasSubstr("\"kind\" is neither"));
  save(two_of_three());
  change("\"code\"", "\"billing\"");
  EXPECT_THAT(load_error(), HasSubstr("\"labels\" has \"billing\" twice"));
  save(two_of_three());
  change("\"fingerprint\"", "\"finger\"");
  EXPECT_THAT(load_error(), HasSubstr("encoder: \"fingerprint\" is missing"));
  save(two_of_three());
  change("\"temperature\": 1", "\"temperature\": 0");
  EXPECT_THAT(load_error(), HasSubstr("\"temperature\" is not a number from 0.001"));
}

TEST_F(HeadFolder, TensorsMustBeThoseOfTheDescription) {
  save(two_of_three());
  change("\"dimension\": 3", "\"dimension\": 4");
  EXPECT_THAT(load_error(), HasSubstr("output.weight"));
  save(two_of_three());
  change("\"linear\"", "\"mlp\"");
  EXPECT_THAT(load_error(), HasSubstr("has no vector \"hidden.bias\""));
  save(small_mlp());
  change("\"mlp\"", "\"linear\"");
  EXPECT_NE(load_error(), "");
  HeadSpec nan = two_of_three();
  nan.output.bias[1] = NAN;
  save(nan);
  EXPECT_THAT(load_error(), HasSubstr("output.bias"));
}

ModelInfo model(std::string fingerprint, std::string precision, std::uint32_t dimension) {
  ModelInfo info;
  info.name = "tiny";
  info.path = "/models/tiny";
  info.fingerprint = std::move(fingerprint);
  info.precision = std::move(precision);
  info.dimension = dimension;
  return info;
}

TEST(Head, BelongsToOneRepresentationAndSaysWhatToDoWithAnother) {
  const Head head("/heads/topics", two_of_three(), "h");
  EXPECT_EQ(head.refusal(model("f1", "fp32", 3)), std::nullopt);
  EXPECT_THAT(head.refusal(model("f2", "int8", 3)).value(), HasSubstr("set its precision to fp32"));
  EXPECT_THAT(head.refusal(model("f2", "fp32", 2)).value(), HasSubstr("serve dimension 3"));
  EXPECT_THAT(head.refusal(model("f2", "fp32", 3)).value(), HasSubstr("/models/tiny has other weights"));
}

TEST(Softmax, HoldsForLogitsOfAnySize) {
  std::vector<float> logits{1000, 999, -1000};
  softmax(logits);
  EXPECT_THAT(logits, ElementsAre(FloatNear(0.7310586F, 1e-6F), FloatNear(0.2689414F, 1e-6F), 0));
}

}  // namespace
}  // namespace signalbox::models
