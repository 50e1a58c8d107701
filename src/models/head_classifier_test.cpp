#include "models/head_classifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/head_fixture.h"
#include "tensor/load_error.h"

namespace signalbox::models {
namespace {

using testing::HasSubstr;

std::shared_ptr<const HeadClassifier> topics(const std::shared_ptr<FakeEmbedder>& encoder) {
  HeadSpec spec = head_of_examples(*encoder, {"billing", "code"}, {"invoice refund payment", "python bug compile"});
  return std::make_shared<const HeadClassifier>(Head("/heads/topics", std::move(spec), "h"), encoder);
}

std::size_t best(const std::vector<float>& probabilities) {
  return static_cast<std::size_t>(std::ranges::max_element(probabilities) - probabilities.begin());
}

TEST(HeadClassifier, OneEncoderPassATextThatFits) {
  const auto encoder = std::make_shared<FakeEmbedder>();
  const auto classifier = topics(encoder);
  const std::uint64_t before = encoder->passes();
  const auto result = classifier->classify("a bug in my python code", {});
  ASSERT_TRUE(result);
  EXPECT_EQ(best(result->probabilities), 1U);
  EXPECT_EQ(encoder->passes() - before, 1U);
  ASSERT_EQ(result->windows.size(), 1U);
  EXPECT_EQ(result->windows[0].end, 23U);
  EXPECT_FALSE(result->truncated());
  EXPECT_EQ(result->probabilities, classifier->of_vector((*encoder->embed("a bug in my python code", {}))->values));
}

TEST(HeadClassifier, ALongTextIsReadInWindowsAndTheirMeanCounts) {
  const auto encoder = std::make_shared<FakeEmbedder>();
  encoder->info_.max_tokens = 12;
  const auto classifier = topics(encoder);
  std::string text;
  for (int i = 0; i < 20; ++i) text += "weather ";
  text += "refund my payment: the invoice, the invoice";
  const auto result = classifier->classify(text, {});
  ASSERT_TRUE(result);
  ASSERT_GT(result->windows.size(), 2U);
  EXPECT_FALSE(result->truncated());
  EXPECT_EQ(best(result->windows.back().probabilities), 0U);
  EXPECT_GT(result->windows.back().probabilities[0], 0.9F);
  double mean = 0, tokens = 0, sum = 0;
  for (const ClassifiedWindow& window : result->windows) {
    const std::string read = text.substr(window.begin, window.end - window.begin);
    tokens += encoder->count_tokens(read);
    mean += double{window.probabilities[0]} * encoder->count_tokens(read);
  }
  EXPECT_NEAR(result->probabilities[0], mean / tokens, 1e-6);
  for (const float probability : result->probabilities) sum += probability;
  EXPECT_NEAR(sum, 1, 1e-6);
}

TEST(HeadClassifier, AnErrorOfTheEncoderIsTheClassifiers) {
  const auto encoder = std::make_shared<FakeEmbedder>();
  const auto classifier = topics(encoder);
  encoder->error = EmbedError{EmbedError::Kind::overloaded, "full"};
  EXPECT_EQ(classifier->classify("a text", {}).error().kind, EmbedError::Kind::overloaded);
}

TEST(HeadClassifier, InfoIsTheEncodersUnderTheHeadsName) {
  const auto encoder = std::make_shared<FakeEmbedder>();
  const auto classifier = topics(encoder);
  EXPECT_EQ(classifier->info().name, "topics");
  EXPECT_EQ(classifier->info().fingerprint, "h");
  EXPECT_EQ(classifier->info().trust, Trust::proven);
  EXPECT_EQ(classifier->info().max_tokens, 512U);
}

TEST(HeadClassifier, OpensAFolderOnItsOwnEncoderOnly) {
  const auto encoder = std::make_shared<FakeEmbedder>();
  const TemporaryFolder folder;
  const HeadSpec spec = head_of_examples(*encoder, {"billing", "code"}, {"invoice", "python"});
  ASSERT_TRUE(save_head(folder.path, spec, {}));
  EXPECT_TRUE(HeadClassifier::open(folder.path.string(), encoder));
  const auto other = std::make_shared<FakeEmbedder>();
  other->info_.fingerprint = "other";
  const auto refused = HeadClassifier::open(folder.path.string(), other);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error(), HasSubstr("has other weights, configuration or tokenizer"));
  EXPECT_THAT(HeadClassifier::open("/nowhere", encoder).error(), HasSubstr("/nowhere/head.json: cannot be read"));
}

}  // namespace
}  // namespace signalbox::models
