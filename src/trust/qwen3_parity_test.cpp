// Qwen3's forward pass against transformers', and against readings of it that are wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/qwen3.h"
#include "trust/precision.h"
#include "trust/text_parity.h"

namespace signalbox::trust {
namespace {

const std::filesystem::path kTiny = std::filesystem::path(SIGNALBOX_SOURCE_DIR) / "tests/golden/tiny-qwen3";

struct TinyQwen3 : testing::Test {
  models::ModelFolder folder = models::read_model_folder(kTiny);
  tensor::SafetensorsFile file{folder.weights};
  Goldens goldens = load_goldens(kTiny / "goldens");

  TextParity parity_of(const models::EncoderConfig& config,
                       tensor::Arithmetic arithmetic = tensor::Arithmetic::fp32) const {
    return compare_with_goldens(*models::make_text_encoder(config, file, arithmetic), goldens);
  }
};

TEST_F(TinyQwen3, EveryLayerIsTheReferences) {
  EXPECT_EQ(goldens.pooling, models::Pooling::last);
  const TextParity parity = parity_of(folder.encoder);
  ASSERT_EQ(parity.layers.size(), 5U);
  EXPECT_EQ(parity.layers[1].texts, 10U);
  EXPECT_EQ(parity.layers.back().texts, 200U);
  EXPECT_TRUE(parity.passes(kBoundFp32)) << parity.summary(kBoundFp32);
  EXPECT_GE(parity.lowest_cosine, 0.999999);
}

TEST_F(TinyQwen3, AnotherThetaMissesTheBoundFivefold) {
  models::EncoderConfig config = folder.encoder;
  auto own = std::make_shared<models::Qwen3Config>();
  EXPECT_EQ(dynamic_cast<const models::Qwen3Config&>(*config.own).theta, 1'000'000);
  own->theta = 10'000;
  config.own = own;
  EXPECT_GT(parity_of(config).layers.back().relative_error, 5 * kBoundFp32);
}

TEST_F(TinyQwen3, AnotherEpsilonIsNoticed) {
  models::EncoderConfig config = folder.encoder;
  config.epsilon = 1e-4F;
  EXPECT_GT(parity_of(config).layers.back().relative_error, kBoundFp32);
}

TEST_F(TinyQwen3, AnotherPoolingMissesTheBoundFivefold) {
  goldens.pooling = models::Pooling::mean;
  EXPECT_GT(parity_of(folder.encoder).layers.back().relative_error, 5 * kBoundFp32);
}

TEST_F(TinyQwen3, Int8StaysCloseToFp32) {
  const TextParity parity = parity_of(folder.encoder, tensor::Arithmetic::int8);
  EXPECT_GE(parity.lowest_cosine, 0.99);
  EXPECT_FALSE(parity.passes(kBoundFp32)) << "int8 is not another arithmetic";
}

// The tokenizer adds the token whose state is the text's, and a text that is cut keeps it.
TEST_F(TinyQwen3, EveryTextEndsWithTheTokenThatIsPooled) {
  for (const GoldenText& text : goldens.texts) EXPECT_EQ(text.ids.back(), 0U);
}

struct Odd {
  const char* name;
  const char* text;
  const char* why;
};
class OddQwen3 : public testing::TestWithParam<Odd> {};

TEST_P(OddQwen3, IsRefused) {
  const std::string text = std::string(R"({"model_type": "qwen3", "hidden_size": 32, "num_hidden_layers": 2,
    "num_attention_heads": 4, "intermediate_size": 48, "vocab_size": 9, "max_position_embeddings": 64, )") +
                           GetParam().text + "}";
  try {
    models::read_encoder_config(text, "config.json");
    ADD_FAILURE() << "was accepted";
  } catch (const std::exception& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr(GetParam().why));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Config, OddQwen3,
    testing::Values(
        Odd{"Groups", R"("num_key_value_heads": 3)", "\"num_key_value_heads\" does not divide num_attention_heads"},
        Odd{"Head", R"("head_dim": 24)", "\"head_dim\" makes heads of 24 numbers; only multiples of 16"},
        Odd{"Bias", R"("attention_bias": true)", "\"attention_bias\" is true, which is not supported"},
        Odd{"Sliding", R"("use_sliding_window": true)", "\"use_sliding_window\" is true, which is not supported"},
        Odd{"Layers", R"("layer_types": ["full_attention", "sliding_attention"])",
            "\"layer_types\" holds \"sliding_attention\"; full_attention alone is supported"},
        Odd{"Activation", R"("hidden_act": "gelu")", "\"hidden_act\" is not silu"},
        Odd{"Scaled", R"("rope_parameters": {"rope_type": "yarn", "rope_theta": 1e6})",
            "\"rope_type\" is not default"}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace signalbox::trust
