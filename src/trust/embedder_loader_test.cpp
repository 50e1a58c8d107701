// Opening model folders: what is proven, what is not, and what is shared.
#include "trust/embedder_loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "tensor/load_error.h"
#include "trust/model_copy.h"
#include "trust/precision.h"

namespace signalbox::trust {
namespace {

using models::EmbedderRequest;
using models::Trust;
using testing::HasSubstr;
namespace fs = std::filesystem;

struct LoaderTest : testing::Test {
  EmbedderRequest request() const { return of(model); }
  static EmbedderRequest of(const ModelCopy& copy) {
    EmbedderRequest asked;
    asked.path = copy.path.string();
    return asked;
  }
  std::shared_ptr<const models::TextEmbedder> open() {
    const models::EmbedderProvider::Opened opened = loader.open(request());
    EXPECT_TRUE(opened) << opened.error();
    return opened ? *opened : nullptr;
  }
  std::string refusal(const EmbedderRequest& asked) {
    const models::EmbedderProvider::Opened opened = loader.open(asked);
    return opened ? "" : opened.error();
  }

  ModelCopy model;
  EmbedderLoader loader;
};

TEST_F(LoaderTest, AModelWhoseGoldensPassIsProven) {
  const auto opened = open();
  EXPECT_EQ(opened->info().trust, Trust::proven) << opened->info().trust_detail;
  EXPECT_THAT(opened->info().trust_detail, HasSubstr("largest error of the vector"));
  EXPECT_EQ(opened->info().architecture, "bert");
  EXPECT_EQ(opened->info().dimension, 64U);
  EXPECT_EQ(opened->info().max_tokens, 290U);
  EXPECT_EQ(opened->info().fingerprint.size(), 64U);
}

// From the text on: their tokenizers, length limits and pooling, too.
TEST_F(LoaderTest, EveryArchitectureIsProven) {
  for (const std::string architecture : {"bert", "modernbert", "qwen3"}) {
    EmbedderRequest asked;
    asked.path = std::string(SIGNALBOX_SOURCE_DIR) + "/tests/golden/tiny-" + architecture;
    asked.precision = models::Precision::fp32;
    const models::EmbedderProvider::Opened opened = loader.open(asked);
    ASSERT_TRUE(opened) << opened.error();
    EXPECT_EQ((*opened)->info().architecture, architecture);
    EXPECT_EQ((*opened)->info().trust, Trust::proven) << (*opened)->info().trust_detail;
    const auto embedding = (*opened)->embed("Wie lange dauert es?", {});
    ASSERT_TRUE(embedding);
    EXPECT_EQ((*embedding)->values.size(), (*opened)->info().dimension);
  }
}

TEST_F(LoaderTest, AutoServesTheFastestThatStaysCloseToFp32) {
  const auto opened = open();
  EXPECT_EQ(opened->info().precision, "int8");
  EXPECT_THAT(opened->info().trust_detail, HasSubstr("int8: lowest cosine to fp32 0.999"));
  EmbedderRequest asked = request();
  asked.precision = models::Precision::int8;
  const models::EmbedderProvider::Opened named = loader.open(asked);
  ASSERT_TRUE(named) << named.error();
  EXPECT_EQ(*named, opened);
  EXPECT_EQ(open(), opened);
}

TEST_F(LoaderTest, AutoIsWhatIsOpenByItsName) {
  EmbedderRequest asked = request();
  asked.precision = models::Precision::int8;
  const models::EmbedderProvider::Opened named = loader.open(asked);
  ASSERT_TRUE(named) << named.error();
  EXPECT_EQ(open(), *named);
}

TEST_F(LoaderTest, PrecisionsAreDifferentModels) {
  EmbedderRequest asked = request();
  asked.precision = models::Precision::fp32;
  const models::EmbedderProvider::Opened exact = loader.open(asked);
  ASSERT_TRUE(exact);
  const auto fast = open();
  EXPECT_EQ((*exact)->info().precision, "fp32");
  EXPECT_NE((*exact)->info().fingerprint, fast->info().fingerprint);
  const auto a = (*exact)->embed("refund, please", {}), b = fast->embed("refund, please", {});
  ASSERT_TRUE(a && b);
  EXPECT_NE((*a)->values, (*b)->values);
  double cosine = 0;
  for (std::size_t i = 0; i < (*a)->values.size(); ++i) cosine += (*a)->values[i] * (*b)->values[i];
  EXPECT_GT(cosine, 0.999);
}

// Without goldens there is nothing that says what a model should answer: auto does not gamble.
TEST_F(LoaderTest, WithoutGoldensAutoIsFp32AndInt8IsJudgedByItsOwn) {
  fs::remove_all(model.path / "goldens");
  EXPECT_EQ(open()->info().precision, "fp32");
  EmbedderRequest asked = request();
  asked.precision = models::Precision::int8;
  const models::EmbedderProvider::Opened named = loader.open(asked);
  ASSERT_TRUE(named) << named.error();
  EXPECT_EQ((*named)->info().precision, "int8");
  EXPECT_EQ((*named)->info().trust, Trust::unproven);
}

TEST_F(LoaderTest, AnUntrustedModelIsNotJudgedInOtherPrecisions) {
  model.change("config.json", "\"hidden_act\": \"gelu\"", "\"hidden_act\": \"gelu_new\"");
  EmbedderRequest asked = request();
  asked.precision = models::Precision::int8;
  const models::EmbedderProvider::Opened named = loader.open(asked);
  ASSERT_TRUE(named) << named.error();
  EXPECT_EQ((*named)->info().trust, Trust::untrusted);
  EXPECT_EQ((*named)->info().trust_detail.find("int8"), std::string::npos);
}

// MiniLM's activations need more than seven bits: a vector of "..." turns by 13 degrees.
TEST_F(LoaderTest, MiniLmIsRefusedInInt8AndServedInFp32ByAuto) {
  const fs::path minilm = fs::path(SIGNALBOX_SOURCE_DIR) / "models/all-MiniLM-L6-v2";
  if (!fs::exists(minilm)) GTEST_SKIP() << "make models fetches it";
  if (tensor::activation_steps() == 255) GTEST_SKIP() << "this processor sums products of whole bytes";
  EmbedderRequest asked;
  asked.path = minilm.string();
  asked.precision = models::Precision::int8;
  EXPECT_THAT(refusal(asked), HasSubstr("not good enough for this model; set precision to auto or fp32"));
  asked.precision = models::Precision::automatic;
  const models::EmbedderProvider::Opened opened = loader.open(asked);
  ASSERT_TRUE(opened) << opened.error();
  EXPECT_EQ((*opened)->info().precision, "fp32");
  EXPECT_THAT((*opened)->info().trust_detail, HasSubstr("fp32, since int8: lowest cosine to fp32 0.9"));
}

TEST(Precision, AVectorBelowTheBoundRefusesIt) {
  TextParity parity;
  for (const auto& [arithmetic, bound] :
       {std::pair{tensor::Arithmetic::int8, 0.999}, {tensor::Arithmetic::bf16, 0.9995}}) {
    parity.lowest_cosine = bound;
    EXPECT_TRUE(passes(arithmetic, parity));
    parity.lowest_cosine = bound - 1e-6;
    EXPECT_FALSE(passes(arithmetic, parity));
    parity.lowest_cosine = NAN;
    EXPECT_FALSE(passes(arithmetic, parity));
  }
}

TEST_F(LoaderTest, AModelWithoutGoldensIsUnproven) {
  fs::remove_all(model.path / "goldens");
  EXPECT_EQ(open()->info().trust, Trust::unproven);
}

TEST_F(LoaderTest, OtherWeightsThanTheGoldensAreUntrusted) {
  model.flip("model.safetensors", fs::file_size(model.path / "model.safetensors") - 2);
  const auto opened = open();
  EXPECT_EQ(opened->info().trust, Trust::untrusted);
  EXPECT_THAT(opened->info().trust_detail, HasSubstr("other files"));
}

// The seed of this project: same weights, other numbers.
TEST_F(LoaderTest, AnotherActivationIsUntrusted) {
  model.change("config.json", "\"hidden_act\": \"gelu\"", "\"hidden_act\": \"gelu_new\"");
  const auto opened = open();
  EXPECT_EQ(opened->info().trust, Trust::untrusted);
  EXPECT_THAT(opened->info().trust_detail, HasSubstr("layer 1 differs from the reference"));
}

TEST_F(LoaderTest, AnotherPoolingIsUntrusted) {
  model.change("1_Pooling/config.json", "\"pooling_mode_mean_tokens\": true", "\"pooling_mode_mean_tokens\": false");
  model.change("1_Pooling/config.json", "\"pooling_mode_cls_token\": false", "\"pooling_mode_cls_token\": true");
  EXPECT_THAT(open()->info().trust_detail, HasSubstr("another pooling"));
}

TEST_F(LoaderTest, AnotherMaximalLengthIsUntrusted) {
  model.change("sentence_bert_config.json", "290", "200");
  EXPECT_THAT(open()->info().trust_detail, HasSubstr("token ids of golden text"));
}

TEST_F(LoaderTest, ATokenizerOfAnotherModelIsRefused) {
  model.change("config.json", "\"vocab_size\": 400", "\"vocab_size\": 399");
  EXPECT_THAT(refusal(request()), HasSubstr("belong to different models"));
}

TEST_F(LoaderTest, EqualRequestsShareOneModel) {
  const auto first = open();
  EXPECT_EQ(first, open());
  EmbedderRequest narrow = request();
  narrow.dimension = 32;
  const models::EmbedderProvider::Opened other = loader.open(narrow);
  ASSERT_TRUE(other);
  EXPECT_NE(*other, first);
  EXPECT_NE((*other)->info().fingerprint, first->info().fingerprint);
}

// The verdict on one folder once went to another one of the same files, whose goldens it had not seen.
TEST_F(LoaderTest, TheSameFilesWithoutGoldensAreAnotherModel) {
  const ModelCopy bare;
  fs::remove_all(bare.path / "goldens");
  const models::EmbedderProvider::Opened unproven = loader.open(of(bare));
  ASSERT_TRUE(unproven);
  EXPECT_EQ((*unproven)->info().trust, Trust::unproven);
  EXPECT_EQ(open()->info().trust, Trust::proven);
}

// The place of the pooling file is modules.json's to say; it once was not part of the fingerprint anywhere but in
// 1_Pooling.
TEST_F(LoaderTest, APoolingFileElsewhereIsPartOfTheFingerprint) {
  fs::rename(model.path / "1_Pooling", model.path / "pool");
  model.change("modules.json", "1_Pooling", "pool");
  const std::string before = open()->info().fingerprint;
  model.change("pool/config.json", "{", "{ ");
  EXPECT_NE(open()->info().fingerprint, before);
}

TEST_F(LoaderTest, TheSameContentElsewhereIsTheSameModel) {
  const ModelCopy copy;
  const auto first = open();
  const models::EmbedderProvider::Opened second = loader.open(of(copy));
  ASSERT_TRUE(second);
  EXPECT_EQ(*second, first);
}

TEST_F(LoaderTest, SaysWhatCannotBeHad) {
  EmbedderRequest asked = request();
  if (!tensor::is_supported(tensor::Arithmetic::bf16)) {
    asked.precision = models::Precision::bf16;
    EXPECT_THAT(refusal(asked), HasSubstr("no bf16"));
    asked = request();
  }
  asked.dimension = 65;
  EXPECT_THAT(refusal(asked), HasSubstr("vectors have 64 numbers, 65 are asked for"));
  asked = request();
  asked.layer = 2;
  EXPECT_THAT(refusal(asked), HasSubstr("early exit after layer 2"));
  asked.path = "/no/such/model";
  EXPECT_THAT(refusal(asked), HasSubstr("there is no such folder"));
}

TEST_F(LoaderTest, BrokenGoldensAreNoPass) {
  fs::resize_file(model.path / "goldens/goldens.safetensors", 1000);
  EXPECT_THAT(refusal(request()), HasSubstr("goldens.safetensors"));
}

TEST_F(LoaderTest, AVectorHasLengthOneAndSaysWhatItRestsOn) {
  const auto opened = open();
  const models::TextEmbedder::Result shorter = opened->embed("My card was charged twice.", {});
  ASSERT_TRUE(shorter);
  double sum = 0;
  for (const float x : (*shorter)->values) sum += static_cast<double>(x) * x;
  EXPECT_NEAR(sum, 1, 1e-5);
  EXPECT_FALSE((*shorter)->truncated());
  EXPECT_EQ((*shorter)->tokens, opened->count_tokens("My card was charged twice."));
}

TEST_F(LoaderTest, ALongTextIsCutAndSaysSo) {
  const auto opened = open();
  std::string text;
  for (int i = 0; i < 500; ++i) text += "word ";
  const models::TextEmbedder::Result cut = opened->embed(text, {});
  ASSERT_TRUE(cut);
  EXPECT_TRUE((*cut)->truncated());
  EXPECT_EQ((*cut)->covered_tokens, 290U);
  EXPECT_GE((*cut)->tokens, 502U);
  EXPECT_EQ(opened->passes(), 1U);
}

TEST_F(LoaderTest, AnEmptyTextIsItsSpecialTokens) {
  const models::TextEmbedder::Result empty = open()->embed("", {});
  ASSERT_TRUE(empty);
  EXPECT_EQ((*empty)->tokens, 2U);
}

TEST_F(LoaderTest, ANarrowerVectorIsTheBeginningOfTheWideOne) {
  EmbedderRequest narrow = request();
  narrow.dimension = 32;
  const models::EmbedderProvider::Opened cut = loader.open(narrow);
  ASSERT_TRUE(cut);
  const auto wide = open()->embed("Hello", {}), small = (*cut)->embed("Hello", {});
  ASSERT_TRUE(wide && small);
  ASSERT_EQ((*small)->values.size(), 32U);
  const float ratio = (*small)->values[0] / (*wide)->values[0];
  for (std::size_t i = 0; i < 32; ++i) EXPECT_NEAR((*small)->values[i], ratio * (*wide)->values[i], 1e-6);
}

TEST_F(LoaderTest, ShorterLengthsAreThoseOfTheFolderBelowTheConfiguredOne) {
  EXPECT_THAT(open()->info().shorter_dimensions, testing::IsEmpty());
  model.change("config.json", "{", "{\"is_matryoshka\": true, \"matryoshka_dimensions\": [16, 64, 48, 16],");
  EXPECT_THAT(open()->info().shorter_dimensions, testing::ElementsAre(48, 16));
  EmbedderRequest narrow = request();
  narrow.dimension = 32;
  const models::EmbedderProvider::Opened cut = loader.open(narrow);
  ASSERT_TRUE(cut);
  EXPECT_THAT((*cut)->info().shorter_dimensions, testing::ElementsAre(16));
}

}  // namespace
}  // namespace signalbox::trust
