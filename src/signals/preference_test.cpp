#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "signals/similarity_test_support.h"

namespace signalbox::signals::test {
namespace {

using testing::HasSubstr;

constexpr std::string_view kRules = "[{name: short, examples: ['0']}, {name: long, examples: ['90', '120']}]";

class Preference : public testing::Test {
 protected:
  std::map<std::string, SignalResult> judge(std::string_view yaml, const std::string& text) {
    embedder_ = compass();
    const auto model = model_of(embedder_);
    const Rules rules("preference", yaml, {.v1 = true, .used = {}, .embedding = model, .learned = &learned_});
    return Subject::text(text).evaluate(rules);
  }

  LearnedModels learned_;
  std::shared_ptr<models::FakeEmbedder> embedder_;
};

TEST_F(Preference, TheBestOneWins) {
  auto results = judge(kRules, "30");
  EXPECT_EQ(results.at("short").truth, Truth::match);
  EXPECT_NEAR(results.at("short").confidence, cosine(30), 1e-6);
  EXPECT_EQ(results.at("long").truth, Truth::no_match);
  EXPECT_NEAR(*results.at("long").value, cosine(60), 1e-6);
  results = judge(kRules, "100");
  EXPECT_EQ(results.at("long").truth, Truth::match);
  EXPECT_EQ(results.at("long").findings.at(0).what, "90");
}

// As in VSR: the second does not inherit what the best one was not good enough for.
TEST_F(Preference, NobodyWinsBelowTheBestOnesThreshold) {
  const auto results = judge("[{name: a, examples: ['0'], threshold: 0.9}, {name: b, examples: ['90']}]", "40");
  EXPECT_EQ(results.at("a").truth, Truth::no_match);
  EXPECT_EQ(results.at("b").truth, Truth::no_match);
  EXPECT_THAT(results.at("a").detail, HasSubstr("below its threshold"));
}

TEST_F(Preference, NobodyWinsWithinTheMargin) {
  learned_.preference.prototypes.margin = 0.1;
  auto results = judge(kRules, "44");
  EXPECT_EQ(results.at("short").truth, Truth::no_match);
  EXPECT_THAT(results.at("short").detail, HasSubstr("margin"));
  results = judge(kRules, "20");
  EXPECT_EQ(results.at("short").truth, Truth::match);
}

TEST_F(Preference, TheDescriptionIsAnExample) {
  const auto results = judge("[{name: a, description: '0'}, {name: b, examples: ['90']}, {name: c}]", "10");
  EXPECT_EQ(results.at("a").truth, Truth::match);
  EXPECT_FALSE(results.at("c").value.has_value());
}

TEST_F(Preference, EquallyGoodOnesAreToldApartByName) {
  const auto results = judge("[{name: b, examples: ['0']}, {name: a, examples: ['0']}]", "10");
  EXPECT_EQ(results.at("a").truth, Truth::match);
  EXPECT_EQ(results.at("b").truth, Truth::no_match);
}

TEST_F(Preference, AChatModelIsNotSupported) {
  learned_.preference.contrastive = false;
  const auto results = judge(kRules, "30");
  EXPECT_EQ(results.at("short").reason, Reason::model_missing);
  EXPECT_THAT(results.at("short").detail, HasSubstr("use_contrastive"));
}

}  // namespace
}  // namespace signalbox::signals::test
