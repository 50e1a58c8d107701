// An image tower that was trained into the space of a text model in another folder.
#include "trust/joined_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "trust/embedder_loader.h"
#include "trust/image_goldens.h"
#include "trust/model_copy.h"
#include "trust/parity.h"

namespace signalbox::trust {
namespace {

using models::EmbedderRequest;
using models::Trust;
using testing::HasSubstr;
namespace fs = std::filesystem;

// Both folders side by side, as in models/.
struct JoinedTextTest : testing::Test {
  JoinedTextTest() {
    fs::remove_all(texts());
    fs::copy(fs::path(SIGNALBOX_SOURCE_DIR) / "tests/golden/tiny-bert", texts(), fs::copy_options::recursive);
    images.change("config.json", "../tiny-bert", "../" + texts().filename().string());
  }
  ~JoinedTextTest() override { fs::remove_all(texts()); }

  fs::path texts() const { return images.path.string() + "-texts"; }
  static EmbedderRequest of(const fs::path& folder) {
    EmbedderRequest asked;
    asked.path = folder.string();
    return asked;
  }
  std::string refusal() {
    const auto joint = loader.open_joint(of(images.path));
    return joint ? "" : joint.error();
  }

  ModelCopy images{"tiny-efficientnet"};
  EmbedderLoader loader{GroundTruthCheck::off};  // random weights have no opinions
};

TEST_F(JoinedTextTest, BothTowersAreProvenAndShareTheTextModelsSpace) {
  const auto joint = loader.open_joint(of(images.path));
  ASSERT_TRUE(joint) << joint.error();
  const models::ModelInfo &text = joint->text->info(), &image = joint->images->info();
  EXPECT_EQ(text.trust, Trust::proven) << text.trust_detail;
  EXPECT_EQ(image.trust, Trust::proven) << image.trust_detail;
  EXPECT_EQ(text.dimension, image.dimension);
  EXPECT_EQ(image.space(), text.fingerprint);
  EXPECT_EQ(text.space(), text.fingerprint);
  EXPECT_NE(image.fingerprint, text.fingerprint) << "pictures of two towers are remembered under their own names";
  EXPECT_EQ(image.architecture, "efficientnet_lite");
  const ImageGoldens goldens =
      load_image_goldens(images.path / "goldens/image", models::read_image_folder(images.path).encoder);
  const auto embedded = joint->images->embed({goldens.images[0].pixels}, {});
  ASSERT_TRUE(embedded) << embedded.error().detail;
  EXPECT_LE(relative_error((*embedded)->values, *goldens.images[0].find("vector")), kBoundFp32);
}

TEST_F(JoinedTextTest, TheTextModelIsLoadedOnceForPicturesAndForTexts) {
  const auto alone = loader.open(of(texts()));
  ASSERT_TRUE(alone) << alone.error();
  const auto joint = loader.open_joint(of(images.path));
  ASSERT_TRUE(joint) << joint.error();
  if ((*alone)->info().precision == "fp32") {
    EXPECT_EQ(*alone, joint->text);
  }
  EmbedderRequest fp32 = of(texts());
  fp32.precision = models::Precision::fp32;
  const auto again = loader.open(fp32);
  ASSERT_TRUE(again) << again.error();
  EXPECT_EQ(*again, joint->text);
}

TEST_F(JoinedTextTest, AnotherTextModelIsRefused) {
  ASSERT_EQ(refusal(), "");
  std::ofstream(texts() / "sentence_bert_config.json") << R"({"max_seq_length": 17})";
  EXPECT_THAT(refusal(), HasSubstr("was trained into the space of another text model"));
  EXPECT_THAT(loader.open_images(of(images.path)).error(), HasSubstr("another text model"));
}

TEST_F(JoinedTextTest, ATextModelThatIsNotThereIsNamed) {
  fs::remove_all(texts());
  EXPECT_THAT(loader.open_images(of(images.path)).error(), HasSubstr(texts().filename().string()));
  EXPECT_THAT(refusal(), HasSubstr("there is no such folder"));
}

TEST_F(JoinedTextTest, WithoutAFingerprintNothingIsJoined) {
  images.change("config.json", "text_model_fingerprint", "text_model_print");
  EXPECT_THAT(refusal(), HasSubstr("\"text_model_fingerprint\""));
}

TEST_F(JoinedTextTest, AnotherArithmeticIsRefused) {
  EmbedderRequest asked = of(images.path);
  asked.precision = models::Precision::int8;
  const auto opened = loader.open_images(asked);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error(), HasSubstr("in fp32 alone"));
}

// Each is a folder that must not be served.
TEST_F(JoinedTextTest, AWrongTowerIsRefusedByName) {
  const auto with = [&](const std::string& from, const std::string& to) {
    const ModelCopy copy("tiny-efficientnet");
    copy.change("config.json", from, to);
    const auto opened = loader.open_images(of(copy.path));
    return opened ? "" : opened.error();
  };
  EXPECT_THAT(with("\"image_size\": 36", "\"image_size\": 40"), HasSubstr("preprocessor_config.json"));
  EXPECT_THAT(with("\"relu6\"", "\"swish\""), HasSubstr("\"hidden_act\""));
  EXPECT_THAT(with("\"block_strides\"", "\"strides\""), HasSubstr("\"block_strides\""));
  EXPECT_THAT(with("\"block_strides\": [", "\"block_strides\": [1,"), HasSubstr("_blocks.6._depthwise_conv.weight"));
}

TEST_F(JoinedTextTest, ChangedStridesAreUntrusted) {
  images.change("config.json", "2,\n  1,\n  2", "1,\n  1,\n  2");
  const auto opened = loader.open_images(of(images.path));
  ASSERT_TRUE(opened) << opened.error();
  EXPECT_EQ((*opened)->info().trust, Trust::untrusted);
}

}  // namespace
}  // namespace signalbox::trust
