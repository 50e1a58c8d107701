// The built-in check: a model that was taught to see passes it, one that was not, or sees the wrong way, does not.
#include "trust/ground_truth.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <limits>

#include "models/trust_gate.h"
#include "trust/embedder_loader.h"
#include "trust/known_pictures.h"
#include "trust/model_copy.h"

namespace signalbox::trust {
namespace {

using models::EmbedderRequest;
using models::JointModel;
using models::Trust;
using testing::HasSubstr;
namespace fs = std::filesystem;

EmbedderRequest of(const ModelCopy& copy) {
  EmbedderRequest asked;
  asked.path = copy.path.string();
  return asked;
}

JointModel open(const ModelCopy& copy, GroundTruthCheck check = GroundTruthCheck::off) {
  EmbedderLoader loader(check);
  const auto opened = loader.open_joint(of(copy));
  EXPECT_TRUE(opened) << opened.error();
  return opened ? *opened : JointModel{};
}

// What a mistake between the picture and the tower makes of the pixels.
class MistakenImages final : public models::ImageEmbedder {
 public:
  using Mistake = std::function<void(std::vector<float>&)>;
  MistakenImages(std::shared_ptr<const models::ImageEmbedder> model, Mistake mistake)
      : model_(std::move(model)), mistake_(std::move(mistake)) {}
  const models::ModelInfo& info() const override { return model_->info(); }
  const imaging::ImagePreprocessor& preprocessor() const override { return model_->preprocessor(); }
  std::uint64_t passes() const override { return model_->passes(); }
  Result embed(models::ImageInput image, const models::EmbedOptions& options) const override {
    mistake_(image.pixels);
    return model_->embed(std::move(image), options);
  }

 private:
  std::shared_ptr<const models::ImageEmbedder> model_;
  Mistake mistake_;
};

GroundTruthReport with_mistake(const MistakenImages::Mistake& mistake) {
  const ModelCopy copy("trained-siglip");
  JointModel model = open(copy);
  model.images = std::make_shared<const MistakenImages>(model.images, mistake);
  return check_ground_truth(model);
}

TEST(KnownPictures, EachShowsItsShapeOnAnotherColour) {
  const std::vector<KnownPicture> pictures = known_pictures();
  ASSERT_EQ(pictures.size(), 21U);
  EXPECT_EQ(known_labels().front(), "a red circle");
  EXPECT_EQ(known_labels()[13], "an orange square");
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const imaging::Pixels& picture = pictures[i].picture;
    EXPECT_EQ(pictures[i].label, i);
    ASSERT_EQ(picture.rgb.size(), 3U * picture.width * picture.height);
    std::size_t shape = 0;
    for (std::size_t pixel = 0; pixel < picture.rgb.size(); pixel += 3) {
      shape += !std::equal(picture.rgb.begin() + static_cast<std::ptrdiff_t>(pixel),
                           picture.rgb.begin() + static_cast<std::ptrdiff_t>(pixel) + 3, picture.rgb.begin());
    }
    EXPECT_GT(shape, 96U * 96 / 2 - 100) << known_labels()[i];
    EXPECT_LT(shape, 130U * 130) << known_labels()[i];
  }
}

TEST(GroundTruthCheck, AModelThatWasTaughtToSeePasses) {
  const ModelCopy copy("trained-siglip");
  const GroundTruthReport report = check_ground_truth(open(copy));
  EXPECT_TRUE(report.passes()) << report.summary();
  EXPECT_EQ(report.truth.rules, 21U);
  EXPECT_EQ(report.truth.pictures, 21U);
  EXPECT_GE(report.truth.won, 18U) << report.summary();
  EXPECT_GE(report.truth.lowest_auc, 0.9) << report.summary();
  EXPECT_THAT(report.summary(), HasSubstr("are the right way up"));
}

TEST(GroundTruthCheck, AModelThatWasTaughtNothingDoesNot) {
  for (const char* name : {"tiny-siglip", "tiny-clip", "tiny-embed-small", "tiny-embed-large"}) {
    const ModelCopy copy(name);
    const GroundTruthReport report = check_ground_truth(open(copy));
    EXPECT_FALSE(report.passes()) << name << ": " << report.summary();
    EXPECT_GE(report.truth.reversed_rules, 5U) << name;
  }
}

TEST(GroundTruthCheck, ANegativeIsUpsideDown) {
  const GroundTruthReport report = with_mistake([](std::vector<float>& pixels) {
    for (float& x : pixels) x = -x;
  });
  EXPECT_FALSE(report.passes());
  EXPECT_THAT(report.summary(), HasSubstr("built-in rules are upside down: it prefers pictures that do not show \"a"));
}

TEST(GroundTruthCheck, SwappedColoursAreUpsideDown) {
  const GroundTruthReport report = with_mistake([](std::vector<float>& pixels) {
    std::swap_ranges(pixels.begin(), pixels.begin() + static_cast<std::ptrdiff_t>(pixels.size() / 3),
                     pixels.end() - static_cast<std::ptrdiff_t>(pixels.size() / 3));
  });
  EXPECT_FALSE(report.passes()) << report.summary();
}

TEST(GroundTruthCheck, WhatCannotBeAskedDoesNotPass) {
  const GroundTruthReport report =
      with_mistake([](std::vector<float>& pixels) { pixels[0] = std::numeric_limits<float>::quiet_NaN(); });
  EXPECT_FALSE(report.passes());
  EXPECT_EQ(report.summary(), "the built-in pictures could not be judged: a pixel that is not a finite number");
}

// Goldens that pass prove that we compute what the reference computes, not that it makes sense.
TEST(GroundTruthCheck, AProvenModelThatSeesNothingIsUntrusted) {
  const ModelCopy copy("tiny-siglip");
  const JointModel model = open(copy, GroundTruthCheck::on);
  for (const models::ModelInfo& info : {model.text->info(), model.images->info()}) {
    EXPECT_EQ(info.trust, Trust::untrusted);
    EXPECT_THAT(info.trust_detail, HasSubstr("built-in rules are upside down"));
  }
  const auto refusal = models::untrusted_reason(model.images->info(), models::TrustPolicy::allow_unproven);
  ASSERT_TRUE(refusal);
  EXPECT_THAT(*refusal, HasSubstr("the model is untrusted: "));
}

TEST(GroundTruthCheck, AModelThatSeesIsWhatItsGoldensSay) {
  const ModelCopy copy("trained-siglip");
  EXPECT_EQ(open(copy, GroundTruthCheck::on).images->info().trust, Trust::proven);
  fs::remove_all(copy.path / "goldens");
  EXPECT_EQ(open(copy, GroundTruthCheck::on).images->info().trust, Trust::unproven);
}

// A reload asks nothing anew.
TEST(GroundTruthCheck, IsAskedOnceForAModel) {
  const ModelCopy copy("trained-siglip");
  EmbedderLoader loader;
  const auto first = loader.open_joint(of(copy));
  ASSERT_TRUE(first) << first.error();
  EXPECT_EQ(first->images->passes(), 21U);
  const auto again = loader.open_joint(of(copy));
  ASSERT_TRUE(again) << again.error();
  EXPECT_EQ(again->images, first->images);
  EXPECT_EQ(again->images->passes(), 21U);
}

}  // namespace
}  // namespace signalbox::trust
