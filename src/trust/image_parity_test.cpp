// Image towers against transformers, forward only, and against the mistakes that ports have made.
#include "trust/image_parity.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <limits>

#include "models/efficientnet_lite.h"
#include "models/image_architecture.h"
#include "models/loaded_encoder.h"
#include "models/loaded_image_encoder.h"
#include "models/vision_transformer.h"
#include "trust/precision.h"
#include "trust/text_parity.h"
#include "trust/verdict.h"

namespace signalbox::trust {
namespace {

using models::EncoderConfig;

const std::filesystem::path kGolden = std::filesystem::path(SIGNALBOX_SOURCE_DIR) / "tests/golden";

struct TinyTower : testing::TestWithParam<const char*> {
  std::filesystem::path path = kGolden / GetParam();
  models::ImageFolder folder = models::read_image_folder(path);
  tensor::SafetensorsFile file{folder.weights};
  ImageGoldens goldens = load_image_goldens(path / "goldens/image", folder.encoder);

  Parity parity_of(const EncoderConfig& config, tensor::Arithmetic arithmetic = tensor::Arithmetic::fp32) const {
    return compare_with_goldens(*models::make_image_encoder(config, file, arithmetic), goldens);
  }
};

TEST_P(TinyTower, EveryStageIsTheReferences) {
  const Parity parity = parity_of(folder.encoder);
  ASSERT_EQ(parity.layers.size(), image_stages(folder.encoder).size());
  for (const LayerParity& layer : parity.layers) {
    EXPECT_GE(layer.texts, 1U) << layer.name;
    EXPECT_LE(layer.relative_error, kBoundFp32) << layer.name;
  }
  EXPECT_EQ(parity.layers.back().texts, goldens.images.size());
  EXPECT_GE(parity.lowest_cosine, 0.999999);
}

// Of both kinds of input, and with products that have another arithmetic.
struct TinyJointTower : TinyTower {};

TEST_P(TinyJointTower, Int8IsAnotherArithmeticAndStaysClose) {
  const Parity parity = parity_of(folder.encoder, tensor::Arithmetic::int8);
  EXPECT_FALSE(parity.passes(kBoundFp32));
  EXPECT_GE(parity.lowest_cosine, 0.98);
}

// The same image alone, among others, and in another place among them.
TEST_P(TinyTower, AVectorDoesNotDependOnItsBatch) {
  const std::unique_ptr<models::ImageEncoder> encoder = models::make_image_encoder(folder.encoder, file);
  const auto tokens = static_cast<std::uint32_t>(folder.encoder.sequence_tokens);
  const std::size_t images = goldens.images.size();
  models::EncoderWorkspace alone(folder.encoder, tokens),
      all(folder.encoder, static_cast<std::int64_t>(images * tokens));
  for (int turn = 0; turn < 2; ++turn) {
    all.pack.clear();
    for (const GoldenImage& image : goldens.images) all.pack.add(image.pixels.data(), tokens);
    ASSERT_TRUE(encoder->encode(all.pack.batch(), all, {}));
    for (std::size_t i = 0; i < images; ++i) {
      alone.pack.clear();
      alone.pack.add(goldens.images[i].pixels.data(), tokens);
      ASSERT_TRUE(encoder->encode(alone.pack.batch(), alone, {}));
      const auto one = encoder->result(alone.pack.batch(), alone, 0), other = encoder->result(all.pack.batch(), all, i);
      EXPECT_LE(relative_error(one, other), 1e-6) << i;
    }
    std::ranges::reverse(goldens.images);
  }
}

TEST_P(TinyTower, APassEndsBetweenLayers) {
  const std::unique_ptr<models::ImageEncoder> encoder = models::make_image_encoder(folder.encoder, file);
  models::EncoderWorkspace workspace(folder.encoder, folder.encoder.sequence_tokens);
  workspace.pack.add(goldens.images[0].pixels.data(), static_cast<std::uint32_t>(folder.encoder.sequence_tokens));
  int asked = 0;
  EXPECT_FALSE(
      encoder->encode(workspace.pack.batch(), workspace, {.go_on = [&] { return ++asked < 2; }, .observe = {}}));
  EXPECT_EQ(asked, 2);
}

// The text tower of the same folder, its ids included.
TEST_P(TinyJointTower, TheTextTowerIsTheReferences) {
  const models::LoadedEncoder text = models::LoadedEncoder::from(path);
  const Goldens texts = load_goldens(path / "goldens");
  EXPECT_THAT(texts_with_other_ids(text, texts), testing::IsEmpty());
  const Parity parity = compare_with_goldens(*text.encoder, text.projection_layer(), texts);
  EXPECT_TRUE(parity.passes(kBoundFp32)) << parity.summary(kBoundFp32);
  EXPECT_EQ(parity.layers.back().texts, texts.texts.size());
  EXPECT_GE(parity.layers[1].texts, 1U);
  EXPECT_EQ(text.folder.encoder.vector_width(), folder.encoder.vector_width());
}

std::string name_of_model(const testing::TestParamInfo<const char*>& info) {
  std::string name = info.param;
  std::erase(name, '-');
  return name;
}
INSTANTIATE_TEST_SUITE_P(Models, TinyTower,
                         testing::Values("tiny-siglip", "tiny-clip", "tiny-embed-small", "tiny-embed-large",
                                         "tiny-efficientnet"),
                         name_of_model);
INSTANTIATE_TEST_SUITE_P(Models, TinyJointTower,
                         testing::Values("tiny-siglip", "tiny-clip", "tiny-embed-small", "tiny-embed-large"),
                         name_of_model);

// The mistakes. None can be made by a folder or a configuration: they are made here, on what was read of one or on the
// pixels.
struct Mistake {
  const char* name;
  const char* model;
  const char* stage;  // the first that must be noticed
  std::function<void(EncoderConfig&)> plant = {};
  std::function<void(std::vector<float>&, const models::ImageShape&)> spoil = {};
};

void mean_pooling(EncoderConfig& config) {
  models::set_readout(config, models::Readout::mean);
}
void erf_gelu(EncoderConfig& config) {
  config.activation = models::Activation::gelu_erf;
}
// In the configuration of a convolutional tower.
template <class Change>
void replant(EncoderConfig& config, const Change& change) {
  auto own = std::make_shared<models::EfficientNetLiteConfig>(models::efficientnet_lite_config(config));
  change(*own);
  config.own = std::move(own);
}
void symmetric_padding(EncoderConfig& config) {
  replant(config, [](models::EfficientNetLiteConfig& own) { own.same_padding = false; });
}
void plain_relu(EncoderConfig& config) {
  replant(config, [](models::EfficientNetLiteConfig& own) { own.ceiling = std::numeric_limits<float>::infinity(); });
}
void epsilon_of_pytorch(EncoderConfig& config) {
  config.epsilon = 1e-5F;
}
void tanh_gelu(EncoderConfig& config) {
  config.activation = models::Activation::gelu_tanh;
}
// (x - 0.5) / 0.5 was left out.
void unit_range(std::vector<float>& pixels, const models::ImageShape&) {
  for (float& x : pixels) x = x * 0.5F + 0.5F;
}
void swap_red_and_blue(std::vector<float>& pixels, const models::ImageShape& shape) {
  std::swap_ranges(pixels.begin(), pixels.begin() + shape.height * shape.width,
                   pixels.begin() + 2 * shape.height * shape.width);
}
void flip(std::vector<float>& pixels, const models::ImageShape& shape) {
  for (auto row = pixels.begin(); row != pixels.end(); row += shape.width) std::reverse(row, row + shape.width);
}

struct PlantedMistake : testing::TestWithParam<Mistake> {};

TEST_P(PlantedMistake, MissesTheBoundFivefoldAndIsLocated) {
  const Mistake& mistake = GetParam();
  models::ImageFolder folder = models::read_image_folder(kGolden / mistake.model);
  ImageGoldens goldens = load_image_goldens(kGolden / mistake.model / "goldens/image", folder.encoder);
  if (mistake.plant) mistake.plant(folder.encoder);
  for (GoldenImage& image : goldens.images) {
    if (mistake.spoil) mistake.spoil(image.pixels, models::image_config(folder.encoder).image);
  }
  const tensor::SafetensorsFile file(folder.weights);
  const tensor::Weights weights(file);
  const Parity parity = compare_with_goldens(*models::find_image_architecture(folder.encoder.model_type)
                                                  ->make(folder.encoder, weights, tensor::Arithmetic::fp32),
                                             goldens);
  const LayerParity* const first = parity.first_divergence(kBoundFp32);
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(first->name, mistake.stage);
  EXPECT_GT(first->relative_error, 5 * kBoundFp32);
  EXPECT_GT(parity.layers.back().relative_error, 5 * kBoundFp32) << "the vector";
  RecordProperty("first_divergence", fmt::format("{:.1e}", first->relative_error));
  RecordProperty("vector", fmt::format("{:.1e}", parity.layers.back().relative_error));
  RecordProperty("cosine", fmt::format("{:.8f}", parity.lowest_cosine));
  EXPECT_THAT(parity.summary(kBoundFp32), testing::StartsWith(mistake.stage));
}

INSTANTIATE_TEST_SUITE_P(
    Mistakes, PlantedMistake,
    testing::Values(Mistake{"SiglipMeanPooling", "tiny-siglip", "pooling head", mean_pooling},
                    Mistake{"SiglipErfGelu", "tiny-siglip", "layer 0 mlp", erf_gelu},
                    Mistake{"SiglipUnitRange", "tiny-siglip", "patch embedding", {}, unit_range},
                    Mistake{"SiglipBgr", "tiny-siglip", "patch embedding", {}, swap_red_and_blue},
                    Mistake{"SiglipFlip", "tiny-siglip", "patch embedding", {}, flip},
                    Mistake{"EmbedSmallMeanPooling", "tiny-embed-small", "pooling head", mean_pooling},
                    Mistake{"EmbedSmallErfGelu", "tiny-embed-small", "layer 0 mlp", erf_gelu},
                    Mistake{"EmbedSmallUnitRange", "tiny-embed-small", "patch embedding", {}, unit_range},
                    Mistake{"EmbedLargeWithTheFirstPatch", "tiny-embed-large", "pooling head", mean_pooling},
                    Mistake{"ClipMeanPooling", "tiny-clip", "pooling head", mean_pooling},
                    Mistake{"ClipErfGelu", "tiny-clip", "layer 0 mlp", erf_gelu},
                    Mistake{"ClipTanhGelu", "tiny-clip", "layer 0 mlp", tanh_gelu},
                    Mistake{"EfficientNetSymmetricPadding", "tiny-efficientnet", "stem", symmetric_padding},
                    Mistake{"EfficientNetPlainRelu", "tiny-efficientnet", "stem", plain_relu},
                    Mistake{"EfficientNetEpsilon", "tiny-efficientnet", "stem", epsilon_of_pytorch},
                    Mistake{"EfficientNetUnitRange", "tiny-efficientnet", "stem", {}, unit_range},
                    Mistake{"EfficientNetBgr", "tiny-efficientnet", "stem", {}, swap_red_and_blue},
                    Mistake{"EfficientNetFlip", "tiny-efficientnet", "stem", {}, flip},
                    Mistake{"ClipBgr", "tiny-clip", "patch embedding", {}, swap_red_and_blue}),
    [](const auto& info) { return info.param.name; });

// What pads a text is read, and the end token counts from the left.
TEST(JointText, PadsAndCutsAreTheModels) {
  const models::LoadedEncoder siglip = models::LoadedEncoder::from(kGolden / "tiny-siglip");
  std::vector<std::uint32_t> ids{5, 6, 1};
  siglip.complete(ids);
  ASSERT_EQ(ids.size(), 64U);
  EXPECT_EQ(ids[2], 1U);
  EXPECT_EQ(std::ranges::count(ids, 1U), 62);
  const models::LoadedEncoder clip = models::LoadedEncoder::from(kGolden / "tiny-clip");
  const std::uint32_t end = *clip.folder.encoder.contract->end;
  EXPECT_EQ(end, clip.folder.encoder.vocabulary - 1);
  ids = {end - 1, 4, end, 7, end};
  clip.complete(ids);
  EXPECT_THAT(ids, testing::ElementsAre(end - 1, 4, end));
}

}  // namespace
}  // namespace signalbox::trust
