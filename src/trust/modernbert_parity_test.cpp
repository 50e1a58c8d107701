// ModernBERT's forward pass against transformers', and against readings of it that are wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "models/modernbert.h"
#include "trust/precision.h"
#include "trust/text_parity.h"

namespace signalbox::trust {
namespace {

const std::filesystem::path kTiny = std::filesystem::path(SIGNALBOX_SOURCE_DIR) / "tests/golden/tiny-modernbert";

struct TinyModernBert : testing::Test {
  models::ModelFolder folder = models::read_model_folder(kTiny);
  tensor::SafetensorsFile file{folder.weights};
  Goldens goldens = load_goldens(kTiny / "goldens");

  TextParity parity_of(const models::EncoderConfig& config,
                       tensor::Arithmetic arithmetic = tensor::Arithmetic::fp32) const {
    return compare_with_goldens(*models::make_text_encoder(config, file, arithmetic), goldens);
  }
  // The model with another configuration of its own kind.
  template <class Change>
  double error_with(const Change& change) const {
    models::EncoderConfig config = folder.encoder;
    auto own = std::make_shared<models::ModernBertConfig>(dynamic_cast<const models::ModernBertConfig&>(*config.own));
    change(config, *own);
    config.own = own;
    return parity_of(config).layers.back().relative_error;
  }
};

TEST_F(TinyModernBert, EveryLayerIsTheReferences) {
  const TextParity parity = parity_of(folder.encoder);
  ASSERT_EQ(parity.layers.size(), 6U);
  EXPECT_EQ(parity.layers[1].texts, 10U);
  EXPECT_EQ(parity.layers.back().texts, 200U);
  EXPECT_TRUE(parity.passes(kBoundFp32)) << parity.summary(kBoundFp32);
  EXPECT_GE(parity.lowest_cosine, 0.999999);
}

TEST_F(TinyModernBert, TheGoldensReachBeyondTheWindow) {
  const auto& own = dynamic_cast<const models::ModernBertConfig&>(*folder.encoder.own);
  EXPECT_EQ(own.window, 8);
  const auto longest = [&](bool layers) {
    std::size_t tokens = 0;
    for (const GoldenText& text : goldens.texts) {
      if (!layers || !text.layers.empty()) tokens = std::max(tokens, text.ids.size());
    }
    return tokens;
  };
  EXPECT_EQ(longest(false), 300U);
  EXPECT_GT(longest(true), 50U);
}

TEST_F(TinyModernBert, WrongReadingsMissTheBoundFivefold) {
  using models::EncoderConfig;
  using models::ModernBertConfig;
  EXPECT_LE(error_with([](EncoderConfig&, ModernBertConfig&) {}), kBoundFp32) << "the reading that is right";
  EXPECT_GT(error_with([](EncoderConfig&, ModernBertConfig& own) { own.local_theta = own.global_theta; }),
            5 * kBoundFp32);
  EXPECT_GT(error_with([](EncoderConfig&, ModernBertConfig& own) { own.global_theta = own.local_theta; }),
            5 * kBoundFp32);
  EXPECT_GT(error_with([](EncoderConfig&, ModernBertConfig& own) { ++own.window; }), 5 * kBoundFp32);
  EXPECT_GT(error_with([](EncoderConfig&, ModernBertConfig& own) { --own.window; }), 5 * kBoundFp32);
  EXPECT_GT(error_with([](EncoderConfig&, ModernBertConfig& own) { own.is_global = {true, true, true, true}; }),
            5 * kBoundFp32);
  EXPECT_GT(error_with([](EncoderConfig& c, ModernBertConfig&) { c.activation = models::Activation::gelu_tanh; }),
            5 * kBoundFp32);
}

TEST_F(TinyModernBert, Int8StaysCloseToFp32) {
  const TextParity parity = parity_of(folder.encoder, tensor::Arithmetic::int8);
  EXPECT_GE(parity.lowest_cosine, 0.99);
  EXPECT_FALSE(parity.passes(kBoundFp32)) << "int8 is not another arithmetic";
}

// As the files on Hugging Face have it, from before transformers 5.
TEST(ModernBertConfig, OlderFilesSayTheSameInOtherWords) {
  const models::EncoderConfig config = models::read_encoder_config(
      R"({"model_type": "modernbert", "hidden_size": 768, "num_hidden_layers": 7, "num_attention_heads": 12,
          "intermediate_size": 1152, "vocab_size": 256000, "max_position_embeddings": 8192, "norm_eps": 1e-05,
          "global_attn_every_n_layers": 3, "local_attention": 128, "global_rope_theta": 160000.0,
          "local_rope_theta": 20000.0, "hidden_activation": "gelu", "position_embedding_type": "sans_pos"})",
      "config.json");
  const auto& own = dynamic_cast<const models::ModernBertConfig&>(*config.own);
  EXPECT_EQ(own.global_theta, 160'000);
  EXPECT_EQ(own.local_theta, 20'000);
  EXPECT_EQ(own.window, 64);
  EXPECT_THAT(own.is_global, testing::ElementsAre(true, false, false, true, false, false, true));
  EXPECT_EQ(config.up_width, 2304);
}

struct Odd {
  const char* name;
  const char* text;  // instead of "norm_eps"
  const char* why;
};
class OddModernBert : public testing::TestWithParam<Odd> {};

TEST_P(OddModernBert, IsRefused) {
  const std::string text = std::string(R"({"model_type": "modernbert", "hidden_size": 32, "num_hidden_layers": 2,
    "num_attention_heads": 2, "intermediate_size": 48, "vocab_size": 9, "max_position_embeddings": 64, )") +
                           GetParam().text + "}";
  try {
    models::read_encoder_config(text, "config.json");
    ADD_FAILURE() << "was accepted";
  } catch (const std::exception& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr(GetParam().why));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Config, OddModernBert,
    testing::Values(Odd{"Bias", R"("mlp_bias": true)", "\"mlp_bias\" is true, which is not supported"},
                    Odd{"Scaled", R"("rope_scaling": {"type": "yarn"})", "\"rope_scaling\" is not supported"},
                    Odd{"Kind", R"("rope_parameters": {"full_attention": {"rope_type": "yarn"}})",
                        "in \"rope_parameters\": in \"full_attention\": \"rope_type\" is not default"},
                    Odd{"Layers", R"("layer_types": ["full_attention"])", "\"layer_types\" has 1 entries for 2 layers"},
                    Odd{"Layer", R"("layer_types": ["full_attention", "chunked"])",
                        "\"layer_types\" holds \"chunked\""},
                    Odd{"Texts", R"("layer_types": [1, 2])", "\"layer_types\" is not a list of texts"},
                    Odd{"Object", R"("rope_parameters": 3)", "\"rope_parameters\" is not an object"},
                    Odd{"Relu", R"("hidden_activation": "relu")", "\"hidden_activation\" is relu"}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace signalbox::trust
