// Long texts in windows: what each window says, and what is made of them (tests/golden/tiny-bert-sequence and -token).
#include "models/served_classifier.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "models/served_tagger.h"

namespace signalbox::models {
namespace {

const std::filesystem::path kGoldens = std::filesystem::path(SIGNALBOX_SOURCE_DIR) / "tests/golden";

template <class Served>
std::unique_ptr<Served> serve(const char* name, ClassifierTask task, const WindowOptions& windows = {}) {
  LoadedClassifier loaded = LoadedClassifier::from(kGoldens / name, task);
  return std::make_unique<Served>(std::move(loaded), ModelInfo{}, windows, BatchLimits{});
}
std::unique_ptr<ServedClassifier> classifier(const WindowOptions& windows = {}) {
  return serve<ServedClassifier>("tiny-bert-sequence", ClassifierTask::sequence, windows);
}
std::unique_ptr<ServedTagger> tagger(const WindowOptions& windows = {}) {
  return serve<ServedTagger>("tiny-bert-token", ClassifierTask::token, windows);
}

// 100 tokens: "the" is one.
std::string hundred() {
  std::string text;
  for (int i = 0; i < 100; ++i) text += i % 3 == 0 ? "the " : i % 3 == 1 ? "a " : "? ";
  return text;
}

float sum_of(const std::vector<float>& values) {
  float sum = 0;
  for (const float value : values) sum += value;
  return sum;
}

TEST(ServedClassifier, AShortTextIsOneWindowFromEndToEnd) {
  const auto model = classifier();
  const std::string text = "  Hello there  ";
  const TextClassifier::Result result = model->classify(text, {});
  ASSERT_TRUE(result);
  ASSERT_EQ(result->windows.size(), 1U);
  EXPECT_EQ(result->windows[0].begin, 0U);
  EXPECT_EQ(result->windows[0].end, text.size());
  EXPECT_EQ(result->windows[0].probabilities, result->probabilities);
  EXPECT_EQ(result->probabilities.size(), 5U);
  EXPECT_NEAR(sum_of(result->probabilities), 1, 1e-6);
  EXPECT_FALSE(result->truncated());
  EXPECT_EQ(model->passes(), 1U);
}

TEST(ServedClassifier, AnEmptyTextIsJudgedByItsSpecialTokens) {
  const TextClassifier::Result result = classifier()->classify("", {});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->tokens, 2U);
  EXPECT_EQ(result->windows.size(), 1U);
}

TEST(ServedClassifier, EachWindowIsJudgedAsATextOfItsOwnAndTheMeanIsWeighted) {
  const auto model = classifier({.tokens = 42, .overlap = 10, .limit = 64});
  const std::string text = hundred();
  const TextClassifier::Result result = model->classify(text, {});
  ASSERT_TRUE(result);
  ASSERT_EQ(result->windows.size(), 3U);
  EXPECT_EQ(model->passes(), 3U);
  EXPECT_EQ(result->tokens, 102U);
  EXPECT_EQ(result->covered_tokens, 102U);
  std::vector<float> mean(5, 0.0F);
  for (const ClassifiedWindow& window : result->windows) {
    const TextClassifier::Result alone = model->classify(text.substr(window.begin, window.end - window.begin), {});
    ASSERT_TRUE(alone);
    ASSERT_EQ(alone->windows.size(), 1U);
    for (std::size_t i = 0; i < mean.size(); ++i) {
      EXPECT_NEAR(alone->probabilities[i], window.probabilities[i], 1e-6);
      mean[i] += window.probabilities[i] / 3;  // all windows have 40 tokens
    }
  }
  for (std::size_t i = 0; i < mean.size(); ++i) EXPECT_NEAR(result->probabilities[i], mean[i], 1e-6);
  EXPECT_EQ(result->windows.front().begin, 0U);
  EXPECT_EQ(result->windows.back().end, text.size());
  EXPECT_LT(result->windows[1].begin, result->windows[0].end);
}

TEST(ServedClassifier, BeyondTheWindowLimitItSaysWhatItDidNotRead) {
  const auto model = classifier({.tokens = 22, .overlap = 0, .limit = 2});
  const std::string text = hundred();
  const TextClassifier::Result result = model->classify(text, {});
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->truncated());
  EXPECT_EQ(result->tokens, 102U);
  EXPECT_EQ(result->covered_tokens, 42U);
  EXPECT_EQ(result->windows.back().end, text.size());
}

TEST(ServedClassifier, ACancelledRequestGetsNoAnswer) {
  const TextClassifier::Result result =
      classifier()->classify("Hello", {.cancelled = std::make_shared<const std::atomic<bool>>(true)});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, EmbedError::Kind::cancelled);
}

// A pass in pieces on several threads, DeBERTa's with its own memory for each.
TEST(ServedClassifier, AnswersDoNotDependOnTheThreads) {
  const auto with_threads = [](std::uint32_t threads) {
    LoadedClassifier loaded = LoadedClassifier::from(kGoldens / "tiny-deberta-sequence", ClassifierTask::sequence);
    BatchLimits limits;
    limits.threads = threads;
    return std::make_unique<ServedClassifier>(std::move(loaded), ModelInfo{}, WindowOptions{}, limits);
  };
  const auto one = with_threads(1), three = with_threads(3);
  for (const std::string& text : {hundred(), std::string("Hello"), hundred() + hundred()}) {
    const TextClassifier::Result a = one->classify(text, {}), b = three->classify(text, {});
    ASSERT_TRUE(a && b);
    for (std::size_t i = 0; i < 2; ++i) EXPECT_NEAR(a->probabilities[i], b->probabilities[i], 1e-6);
  }
}

TEST(ServedTagger, TokensHaveTheBytesOfTheText) {
  const std::string text = "The  fox?";
  const TextTagger::Result result = tagger()->tag(text, {});
  ASSERT_TRUE(result);
  ASSERT_GE(result->tokens.size(), 3U);
  EXPECT_EQ(result->text_tokens, result->tokens.size() + 2);
  EXPECT_EQ(text.substr(result->tokens[0].begin, result->tokens[0].end), "The");
  EXPECT_EQ(result->tokens.back().begin, text.size() - 1);
  for (const TaggedToken& token : result->tokens) {
    EXPECT_LT(token.label, 5U);
    EXPECT_GE(token.probability, 0.2F);
    EXPECT_LE(token.probability, 1.0F);
  }
}

// Of a token in several windows, the one decides in which it is further from the cut: recomputed by hand.
TEST(ServedTagger, InTheOverlapTheWindowDecidesInWhichTheTokenIsFurtherFromTheCut) {
  const std::string text = hundred();
  const TextTagger::Result windowed = tagger({.tokens = 52, .overlap = 20, .limit = 64})->tag(text, {});
  ASSERT_TRUE(windowed);
  ASSERT_EQ(windowed->tokens.size(), 100U);
  const auto whole = tagger();
  const auto byte_of = [&](std::size_t token) { return windowed->tokens[token].begin; };
  // Windows [0, 50), [30, 80), [50, 100): tokens 0 to 39 belong to the first, 40 to 64 to the second.
  const std::pair<std::pair<std::size_t, std::size_t>, std::pair<std::size_t, std::size_t>> kShares[] = {
      {{0, 50}, {0, 40}}, {{30, 80}, {40, 65}}, {{50, 100}, {65, 100}}};
  for (const auto& [window, share] : kShares) {
    const std::size_t begin = byte_of(window.first), end = window.second == 100 ? text.size() : byte_of(window.second);
    const TextTagger::Result alone = whole->tag(text.substr(begin, end - begin), {});
    ASSERT_TRUE(alone);
    ASSERT_EQ(alone->tokens.size(), 50U);
    for (std::size_t token = share.first; token < share.second; ++token) {
      EXPECT_EQ(windowed->tokens[token].label, alone->tokens[token - window.first].label) << token;
      EXPECT_NEAR(windowed->tokens[token].probability, alone->tokens[token - window.first].probability, 1e-6) << token;
    }
  }
}

TEST(ServedTagger, BeyondTheWindowLimitTheMiddleHasNoTags) {
  const TextTagger::Result result = tagger({.tokens = 22, .overlap = 0, .limit = 2})->tag(hundred(), {});
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->truncated());
  ASSERT_EQ(result->tokens.size(), 40U);
  EXPECT_GT(result->tokens[20].begin, result->tokens[19].end + 50);
}

}  // namespace
}  // namespace signalbox::models
