// Opening classifier folders: what is proven, what is refused and how, and what is shared.
#include "trust/classifier_loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "trust/embedder_loader.h"
#include "trust/model_copy.h"

namespace signalbox::trust {
namespace {

using models::ClassifierRequest;
using models::Trust;
using testing::ElementsAre;
using testing::HasSubstr;
namespace fs = std::filesystem;

ClassifierRequest of(const ModelCopy& copy) {
  ClassifierRequest asked;
  asked.path = copy.path.string();
  return asked;
}

struct ClassifierLoaderTest : testing::Test {
  std::shared_ptr<const models::TextClassifier> open() { return open(of(model)); }
  std::shared_ptr<const models::TextClassifier> open(const ClassifierRequest& asked) {
    const auto opened = loader.open_classifier(asked);
    EXPECT_TRUE(opened) << opened.error();
    return opened ? *opened : nullptr;
  }
  std::string refusal(const ClassifierRequest& asked) {
    const auto opened = loader.open_classifier(asked);
    return opened ? "" : opened.error();
  }
  std::string refusal() { return refusal(of(model)); }

  ModelCopy model{"tiny-bert-sequence"};
  EmbedderLoader loader;
};

TEST_F(ClassifierLoaderTest, AClassifierWhoseGoldensPassIsProven) {
  const auto opened = open();
  EXPECT_EQ(opened->info().trust, Trust::proven) << opened->info().trust_detail;
  EXPECT_THAT(opened->info().trust_detail, HasSubstr("largest error of the logits"));
  EXPECT_EQ(opened->info().architecture, "bert");
  EXPECT_EQ(opened->info().precision, "fp32");
  EXPECT_EQ(opened->info().max_tokens, 130U);
  EXPECT_THAT(opened->labels(), ElementsAre("billing", "code", "legal", "smalltalk", "other"));
}

TEST_F(ClassifierLoaderTest, WithoutGoldensItIsUnproven) {
  fs::remove_all(model.path / "goldens");
  EXPECT_EQ(open()->info().trust, Trust::unproven);
}

TEST_F(ClassifierLoaderTest, OtherNumbersThanTheGoldensAreUntrusted) {
  model.change("config.json", "\"hidden_act\": \"gelu\"", "\"hidden_act\": \"relu\"");
  EXPECT_EQ(open()->info().trust, Trust::untrusted);
  EXPECT_THAT(open()->info().trust_detail, HasSubstr("layer 1 differs from the reference"));
}

TEST_F(ClassifierLoaderTest, OtherWeightsThanTheGoldensAreUntrusted) {
  model.flip("model.safetensors", fs::file_size(model.path / "model.safetensors") - 2);
  EXPECT_THAT(open()->info().trust_detail, HasSubstr("other files"));
}

TEST_F(ClassifierLoaderTest, GoldensOfAnotherKindAreUntrusted) {
  model.change("goldens/manifest.json", "\"sequence_classification\"", "\"token_classification\"");
  EXPECT_THAT(open()->info().trust_detail, HasSubstr("of another kind"));
  model.change("goldens/manifest.json", "\"token_classification\"", "\"spells\"");
  EXPECT_THAT(refusal(), HasSubstr("is not a manifest of text goldens"));
}

TEST_F(ClassifierLoaderTest, EqualRequestsShareOneModelAndOthersDoNot) {
  const auto first = open();
  EXPECT_EQ(first, open());
  const ModelCopy copy("tiny-bert-sequence");
  EXPECT_EQ(first, open(of(copy)));
  ClassifierRequest narrow = of(model);
  narrow.windows.tokens = 40;
  EXPECT_NE(first, open(narrow));
}

TEST_F(ClassifierLoaderTest, LabelFilesArePartOfTheFingerprint) {
  const std::string before = open()->info().fingerprint;
  model.write("label_mapping.json",
              R"({"label_to_idx": {"billing": 0, "code": 1, "legal": 2, "smalltalk": 3, "other": 4}})");
  EXPECT_NE(open()->info().fingerprint, before);
}

TEST_F(ClassifierLoaderTest, SaysWhatCannotBeHad) {
  ClassifierRequest asked = of(model);
  asked.precision = models::Precision::int8;
  EXPECT_THAT(refusal(asked), HasSubstr("classifiers are served in fp32, since thresholds"));
  asked.path = "/no/such/model";
  asked.precision = models::Precision::fp32;
  EXPECT_THAT(refusal(asked), HasSubstr("there is no such folder"));
  const auto tagger = loader.open_tagger(of(model));
  ASSERT_FALSE(tagger);
  EXPECT_THAT(tagger.error(), HasSubstr("is BertForSequenceClassification, a model for sequence classification; asked "
                                        "is one for token classification"));
  model.change("config.json", "BertForSequenceClassification", "BertForMaskedLM");
  EXPECT_THAT(refusal(), HasSubstr("is BertForMaskedLM: no classifier"));
}

TEST_F(ClassifierLoaderTest, ProblemsOfAnotherKindAreRefused) {
  model.change("config.json", "{", "{\"problem_type\": \"multi_label_classification\",");
  EXPECT_THAT(refusal(), HasSubstr("\"problem_type\" is multi_label_classification: labels of which several hold"));
  model.change("config.json", "multi_label_classification", "regression");
  EXPECT_THAT(refusal(), HasSubstr("\"problem_type\" is \"regression\"; only single_label"));
}

TEST_F(ClassifierLoaderTest, LabelsThatDoNotFitTheTensorsAreRefused) {
  model.change("config.json", "\"4\": \"other\"", "\"4\": \"other\", \"5\": \"more\"");
  model.change("config.json", "\"other\": 4", "\"other\": 4, \"more\": 5");
  EXPECT_THAT(refusal(), HasSubstr("tensor \"classifier.weight\": has shape [5, 32], expected [6, 32] (config.json and "
                                   "its label files name 6 labels)"));
}

TEST_F(ClassifierLoaderTest, AMappingFileThatDisagreesIsRefused) {
  model.write("category_mapping.json",
              R"({"idx_to_category": {"0": "code", "1": "billing", "2": "legal", "3": "smalltalk", "4": "other"}})");
  EXPECT_THAT(refusal(), HasSubstr("calls label 0 \"code\" and"));
}

TEST_F(ClassifierLoaderTest, AMissingHeadIsNamed) {
  model.change("model.safetensors", "\"classifier.weight\"", "\"classified.weight\"");
  EXPECT_THAT(refusal(), HasSubstr("tensor \"classifier.weight\" is missing"));
}

TEST_F(ClassifierLoaderTest, ATensorTooManyIsNamed) {
  model.change("model.safetensors", "\"bert.embeddings.position_embeddings.weight\"",
               "\"bert.embeddings.position_embeddingz.weight\"");
  EXPECT_THAT(refusal(), HasSubstr("tensor \"bert.embeddings.position_embeddings.weight\" is missing"));
  ModelCopy token("tiny-bert-token");
  token.change("config.json", "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 1");
  EXPECT_THAT(loader.open_tagger(of(token)).error(), HasSubstr("is not part of a bert model of 1 layers"));
}

TEST_F(ClassifierLoaderTest, ANumberThatIsNotFiniteIsRefused) {
  // classifier.bias: its five floats stand somewhere in the file; the header says where.
  model.spoil("model.safetensors", "classifier.bias");
  EXPECT_THAT(refusal(), HasSubstr("tensor \"classifier.bias\": element 0 is not a finite number"));
}

TEST_F(ClassifierLoaderTest, ProbabilitiesAreThoseOfTheGoldenLogits) {
  const auto opened = open();
  const Goldens goldens = load_goldens(model.path / "goldens");
  for (const GoldenText& golden : goldens.texts) {
    if (golden.ids.size() == opened->info().max_tokens) continue;  // a text that the goldens cut
    const auto result = opened->classify(golden.text, {});
    ASSERT_TRUE(result);
    ASSERT_EQ(result->windows.size(), 1U);
    double total = 0;
    for (const float logit : golden.vector) total += std::exp(static_cast<double>(logit));
    for (std::size_t i = 0; i < golden.vector.size(); ++i) {
      EXPECT_NEAR(result->probabilities[i], std::exp(static_cast<double>(golden.vector[i])) / total, 1e-5);
    }
  }
}

TEST(TaggerLoader, ATokenClassifierWhoseGoldensPassIsProven) {
  const ModelCopy model("tiny-bert-token");
  EmbedderLoader loader;
  const auto opened = loader.open_tagger(of(model));
  ASSERT_TRUE(opened) << opened.error();
  EXPECT_EQ((*opened)->info().trust, Trust::proven) << (*opened)->info().trust_detail;
  EXPECT_EQ((*opened)->labels().size(), 5U);
  EXPECT_EQ(*opened, *loader.open_tagger(of(model)));
  EXPECT_FALSE(loader.open_classifier(of(model)));
}

TEST(TaggerLoader, AnEmbeddingModelIsNoClassifierAndTheOtherWayRound) {
  EmbedderLoader loader;
  const ModelCopy embedder("tiny-bert"), classifier("tiny-bert-sequence");
  EXPECT_THAT(loader.open_classifier(of(embedder)).error(), HasSubstr("is BertModel: no classifier"));
  models::EmbedderRequest asked;
  asked.path = classifier.path.string();
  EXPECT_THAT(loader.open(asked).error(), HasSubstr("tensor \"classifier.bias\" is not part of a bert model"));
}

}  // namespace
}  // namespace signalbox::trust
