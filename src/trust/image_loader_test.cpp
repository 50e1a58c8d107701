// Opening folders with image towers: what is proven, what is not, what is refused, and what both towers share.
#include "trust/image_loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <thread>

#include "models/trust_gate.h"
#include "tensor/load_error.h"
#include "trust/embedder_loader.h"
#include "trust/model_copy.h"
#include "trust/parity.h"

namespace signalbox::trust {
namespace {

using models::EmbedderRequest;
using models::Trust;
using testing::HasSubstr;
namespace fs = std::filesystem;

struct ImageLoaderTest : testing::Test {
  static EmbedderRequest of(const ModelCopy& copy) {
    EmbedderRequest asked;
    asked.path = copy.path.string();
    return asked;
  }
  std::shared_ptr<const models::ImageEmbedder> open(const EmbedderRequest& asked) {
    const models::EmbedderProvider::OpenedImages opened = loader.open_images(asked);
    EXPECT_TRUE(opened) << opened.error();
    return opened ? *opened : nullptr;
  }
  std::string refusal(const EmbedderRequest& asked) {
    const models::EmbedderProvider::OpenedImages opened = loader.open_images(asked);
    return opened ? "" : opened.error();
  }
  static ImageGoldens goldens_of(const ModelCopy& copy) {
    return load_image_goldens(copy.path / "goldens/image", models::read_image_folder(copy.path).encoder);
  }

  EmbedderLoader loader{GroundTruthCheck::off};  // random weights see nothing
};

TEST_F(ImageLoaderTest, EveryTowerIsProvenAndServesTheReferencesVectors) {
  for (const std::string name : {"tiny-siglip", "tiny-clip", "tiny-embed-small", "tiny-embed-large"}) {
    const ModelCopy copy(name);
    const auto model = open(of(copy));
    EXPECT_EQ(model->info().trust, Trust::proven) << model->info().trust_detail;
    EXPECT_EQ(model->info().precision, "fp32");
    for (const GoldenImage& image : goldens_of(copy).images) {
      const auto embedding = model->embed({image.pixels}, {});
      ASSERT_TRUE(embedding) << embedding.error().detail;
      EXPECT_LE(relative_error((*embedding)->values, *image.find("vector")), kBoundFp32) << name;
    }
    EXPECT_EQ(model->passes(), 5U);
  }
}

TEST_F(ImageLoaderTest, BothTowersShareOneSpace) {
  const ModelCopy copy("tiny-siglip");
  for (const models::Precision precision : {models::Precision::automatic, models::Precision::fp32}) {
    EmbedderRequest asked = of(copy);
    asked.precision = precision;
    const auto joint = loader.open_joint(asked);
    ASSERT_TRUE(joint) << joint.error();
    EXPECT_EQ(joint->text->info().fingerprint, joint->images->info().fingerprint);
    EXPECT_EQ(joint->text->info().dimension, joint->images->info().dimension);
    EXPECT_EQ(joint->text->info().precision, "fp32");
    EXPECT_EQ(joint->text->info().trust, Trust::proven) << joint->text->info().trust_detail;
    const auto text = joint->text->embed("a passport", {});
    ASSERT_TRUE(text);
    EXPECT_EQ((*text)->values.size(), joint->images->info().dimension);
    EXPECT_LT((*text)->tokens, 64U);  // what pads it is not the text's
    EXPECT_FALSE((*text)->truncated());
  }
}

TEST_F(ImageLoaderTest, EqualRequestsShareOneModel) {
  const ModelCopy copy("tiny-clip");
  const auto first = open(of(copy));
  EXPECT_EQ(open(of(copy)), first);
  EmbedderRequest other = of(copy);
  other.runtime.threads = 2;
  EXPECT_NE(open(other), first);
}

// Two threads in one pass, or one: the same vector.
TEST_F(ImageLoaderTest, AVectorDoesNotDependOnTheThreads) {
  const ModelCopy copy("tiny-siglip");
  EmbedderRequest two = of(copy);
  two.runtime.threads = 2;
  const auto alone = open(of(copy)), shared = open(two);
  for (const GoldenImage& image : goldens_of(copy).images) {
    const auto a = alone->embed({image.pixels}, {}), b = shared->embed({image.pixels}, {});
    ASSERT_TRUE(a && b);
    EXPECT_LE(relative_error((*a)->values, (*b)->values), 1e-6);
  }
}

TEST_F(ImageLoaderTest, AShorterVectorIsItsBeginning) {
  const ModelCopy copy("tiny-embed-small");
  EmbedderRequest cut = of(copy);
  cut.dimension = 8;
  const auto whole = open(of(copy)), shorter = open(cut);
  EXPECT_THAT(whole->info().shorter_dimensions, testing::ElementsAre(16U, 8U));
  EXPECT_NE(whole->info().fingerprint, shorter->info().fingerprint);
  const std::vector<float> pixels = goldens_of(copy).images[0].pixels;
  const auto a = whole->embed({pixels}, {}), b = shorter->embed({pixels}, {});
  ASSERT_TRUE(a && b);
  ASSERT_EQ((*b)->values.size(), 8U);
  double length = 0;
  for (std::size_t i = 0; i < 8; ++i) length += static_cast<double>((*a)->values[i]) * (*a)->values[i];
  for (std::size_t i = 0; i < 8; ++i) EXPECT_NEAR((*b)->values[i], (*a)->values[i] / std::sqrt(length), 1e-6);
}

TEST_F(ImageLoaderTest, WithoutGoldensItIsUnproven) {
  const ModelCopy copy("tiny-siglip");
  fs::remove_all(copy.path / "goldens/image");
  const auto joint = loader.open_joint(of(copy));
  ASSERT_TRUE(joint) << joint.error();
  EXPECT_EQ(joint->images->info().trust, Trust::unproven);
  EXPECT_EQ(joint->text->info().trust, Trust::proven);
  const models::GatedImageEmbedder gated(joint->images, models::TrustPolicy::proven_only);
  const auto answer = gated.embed({std::vector<float>(3 * 32 * 32)}, {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, models::EmbedError::Kind::untrusted);
  EXPECT_TRUE(models::GatedImageEmbedder(joint->images, models::TrustPolicy::allow_unproven)
                  .embed({std::vector<float>(3 * 32 * 32)}, {}));
}

// Another activation in config.json: the file is read without complaint, and the goldens say where it is wrong.
TEST_F(ImageLoaderTest, AWrongConfigurationIsUntrustedAndAnswersNothing) {
  const ModelCopy copy("tiny-siglip");
  const std::string activation = "\"hidden_act\": \"gelu_pytorch_tanh\"";
  copy.change("config.json", activation, "\"hidden_act\": \"relu\"");  // of the texts
  copy.change("config.json", activation, "\"hidden_act\": \"gelu\"");  // of the images
  const auto model = open(of(copy));
  EXPECT_EQ(model->info().trust, Trust::untrusted);
  EXPECT_THAT(model->info().trust_detail, HasSubstr("layer 0 mlp differs from the reference"));
  const auto answer = models::GatedImageEmbedder(model, models::TrustPolicy::allow_unproven)
                          .embed({std::vector<float>(3 * 32 * 32)}, {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, models::EmbedError::Kind::untrusted);
}

TEST_F(ImageLoaderTest, OtherWeightsThanTheGoldensAreUntrusted) {
  const ModelCopy copy("tiny-clip");
  copy.flip("model.safetensors", fs::file_size(copy.path / "model.safetensors") - 2);
  const auto model = open(of(copy));
  EXPECT_EQ(model->info().trust, Trust::untrusted);
  EXPECT_THAT(model->info().trust_detail, HasSubstr("made with other files"));
}

TEST_F(ImageLoaderTest, AnotherPrecisionNeedsGoldensThatPass) {
  const ModelCopy copy("tiny-siglip");
  EmbedderRequest asked = of(copy);
  asked.precision = models::Precision::int8;
  const models::EmbedderProvider::OpenedImages opened = loader.open_images(asked);
  if (opened) {
    EXPECT_EQ((*opened)->info().precision, "int8");
    EXPECT_NE((*opened)->info().fingerprint, open(of(copy))->info().fingerprint);
  } else {
    EXPECT_THAT(opened.error(), HasSubstr("not good enough for this model"));
  }
  fs::remove_all(copy.path / "goldens");
  EXPECT_THAT(refusal(asked), HasSubstr("without goldens is served in fp32 alone"));
}

TEST_F(ImageLoaderTest, PixelsThatAreNoImageAreRefused) {
  const ModelCopy copy("tiny-clip");
  const auto model = open(of(copy));
  EXPECT_EQ(model->preprocessor().width(), 32U);
  const auto few = model->embed({std::vector<float>(100)}, {});
  ASSERT_FALSE(few);
  EXPECT_EQ(few.error().detail, "100 numbers of pixels; this model takes 3072");
  std::vector<float> pixels(3072);
  pixels[7] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(model->embed({pixels}, {}).error().detail, HasSubstr("not a finite number"));
}

TEST_F(ImageLoaderTest, ARequestThatWasGivenUpIsNotServed) {
  const ModelCopy copy("tiny-clip");
  const auto given_up = std::make_shared<const std::atomic<bool>>(true);
  const auto answer = open(of(copy))->embed(
      {std::vector<float>(3072)}, {.deadline = std::chrono::steady_clock::time_point::max(), .cancelled = given_up});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, models::EmbedError::Kind::cancelled);
}

// A folder that is wrong is refused where it is loaded, by the tensor's name or the key.
struct Broken {
  const char* name;
  const char* model;
  const char* file;
  const char* from;
  const char* to;
  const char* why;
};
struct BrokenImageFolder : testing::TestWithParam<Broken> {};

TEST_P(BrokenImageFolder, IsRefusedByName) {
  const Broken& broken = GetParam();
  const ModelCopy copy(broken.model);
  copy.change(broken.file, broken.from, broken.to);
  EmbedderLoader loader{GroundTruthCheck::off};  // random weights see nothing
  EmbedderRequest asked;
  asked.path = copy.path.string();
  const models::EmbedderProvider::OpenedImages opened = loader.open_images(asked);
  ASSERT_FALSE(opened) << "was accepted";
  EXPECT_THAT(opened.error(), HasSubstr(broken.why));
}

INSTANTIATE_TEST_SUITE_P(
    Folders, BrokenImageFolder,
    testing::Values(
        // A mean over the patches in the place of the missing head is what must never be.
        Broken{"NoProbe", "tiny-siglip", "model.safetensors", "vision_model.head.probe", "vision_model.head.prope",
               "tensor \"vision_model.head.probe\" is missing"},
        Broken{"NoHeadInEmbedSmall", "tiny-embed-small", "model.safetensors",
               "image_encoder.vision_encoder.head.attention.in_proj_weight",
               "image_encoder.vision_encoder.head.attention.in_proj_weighT",
               "tensor \"image_encoder.vision_encoder.head.attention.in_proj_weight\" is missing"},
        Broken{"NoClassToken", "tiny-clip", "model.safetensors", "vision_model.embeddings.class_embedding",
               "vision_model.embeddings.class_embeddinG", "\"vision_model.embeddings.class_embedding\" is missing"},
        Broken{"NoPatches", "tiny-clip", "model.safetensors", "vision_model.embeddings.patch_embedding.weight",
               "vision_model.embeddings.patch_embedding.weighT", "\"vision_model.embeddings.patch_embedding.weight\""},
        Broken{"Stranger", "tiny-siglip", "model.safetensors", "\"logit_bias\"", "\"logit_bios\"",
               "tensor \"logit_bios\" is not part of the image tower of a siglip model of 3 layers"},
        Broken{"Layers", "tiny-siglip", "config.json", "\"num_hidden_layers\": 3", "\"num_hidden_layers\": 4",
               "\"num_hidden_layers\" is 4, but"},
        Broken{"PatchSize", "tiny-clip", "config.json", "\"patch_size\": 8", "\"patch_size\": 4",
               "\"patch_size\" is 4, but"},
        Broken{"ImageSize", "tiny-clip", "config.json", "\"image_size\": 32", "\"image_size\": 64",
               "\"image_size\" is 64, which has 8 x 8 patches of 8"},
        Broken{"NoHead", "tiny-siglip", "config.json", "\"vision_use_head\": true", "\"vision_use_head\": false",
               "\"vision_use_head\" is false"},
        Broken{"Projection", "tiny-clip", "config.json", "\"projection_dim\": 24,\n  \"text_config\"",
               "\"projection_dim\": 25,\n  \"text_config\"", "has shape [24, 32], expected [25, 32]"},
        Broken{"Space", "tiny-siglip", "config.json", "\"projection_size\": 32", "\"projection_size\": 16",
               "its texts become 16 numbers and its images 32"},
        Broken{"NaFlex", "tiny-siglip", "config.json", "\"model_type\": \"siglip\"", "\"model_type\": \"siglip2\"",
               "is siglip2, whose images keep their own proportions"},
        Broken{"TextModel", "tiny-bert", "config.json", "\"model_type\": \"bert\"", "\"model_type\": \"bert\"",
               "is \"bert\", which has no image tower"},
        Broken{"Preprocessor", "tiny-siglip", "preprocessor_config.json", "\"height\": 32", "\"height\": 48",
               "makes pictures of 48 x 32, but the tower's images are 32 x 32"}),
    [](const auto& info) { return info.param.name; });

// A text of a model that reads padding must know what pads it.
TEST(JointFolder, WithoutAPaddingTokenItIsRefused) {
  const ModelCopy copy("tiny-siglip");
  fs::remove(copy.path / "tokenizer_config.json");
  EXPECT_THROW(models::LoadedEncoder::from(copy.path), tensor::LoadError);
  copy.write("tokenizer_config.json", R"({"pad_token": "<nothing>"})");
  EXPECT_THROW(models::LoadedEncoder::from(copy.path), tensor::LoadError);
}

}  // namespace
}  // namespace signalbox::trust
