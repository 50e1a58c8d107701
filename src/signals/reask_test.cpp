#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "signals/similarity_test_support.h"

namespace signalbox::signals::test {
namespace {

// User turns, oldest first, each answered.
Subject turns(const std::vector<std::string>& texts) {
  std::string messages;
  for (const std::string& text : texts) {
    if (!messages.empty()) messages += R"(,{"role":"assistant","content":"an answer"},)";
    messages += R"({"role":"user","content":")" + text + R"("})";
  }
  return Subject::chat(R"("messages":[)" + messages + "]");
}

Rules reask(std::string_view yaml, std::shared_ptr<const models::FakeEmbedder> embedder = compass()) {
  return Rules("reask", yaml, {.v1 = true, .used = {}, .embedding = model_of(std::move(embedder))});
}

constexpr std::string_view kTwo = "[{name: again, threshold: 0.9}, {name: twice, threshold: 0.9, lookback_turns: 2}]";

TEST(Reask, TheTurnBeforeWasAlike) {
  const auto results = turns({"90", "10", "0"}).evaluate(reask(kTwo));
  EXPECT_EQ(results.at("again").truth, Truth::match);
  EXPECT_NEAR(results.at("again").confidence, cosine(10), 1e-6);
  EXPECT_EQ(*results.at("again").value, 1);
  EXPECT_EQ(results.at("twice").truth, Truth::no_match);
}

TEST(Reask, OnlyTheLongestStreakStays) {
  const auto results = turns({"20", "10", "0"}).evaluate(reask(kTwo));
  EXPECT_EQ(results.at("twice").truth, Truth::match);
  EXPECT_NEAR(results.at("twice").confidence, cosine(20), 1e-6);  // the least of the two
  EXPECT_EQ(results.at("again").truth, Truth::no_match);
}

TEST(Reask, AnotherQuestionBetweenEndsTheStreak) {
  const auto results = turns({"0", "90", "0"}).evaluate(reask(kTwo));
  EXPECT_EQ(results.at("again").truth, Truth::no_match);
  EXPECT_EQ(results.at("twice").truth, Truth::no_match);
}

TEST(Reask, TheFirstTurnAsksNothingAgainAndNeedsNoModel) {
  const Rules rules("reask", kTwo);
  EXPECT_EQ(turns({"0"}).evaluate(rules, "again").truth, Truth::no_match);
  EXPECT_EQ(turns({"0"}).cost(rules), Cost::instant);
  EXPECT_EQ(turns({"0", "0"}).evaluate(rules, "again").reason, Reason::model_missing);
}

// Of a long conversation only the turns that a rule looks back on are encoded.
TEST(Reask, OnlyTheTurnsNeededAreEncoded) {
  const auto embedder = compass();
  const auto before = embedder->passes();
  turns({"1", "2", "3", "4", "5", "6", "7", "8"}).evaluate(reask(kTwo, embedder));
  EXPECT_EQ(embedder->passes() - before, 3);
}

TEST(Reask, TurnsWithoutTextArePassedOver) {
  const auto results = turns({"10", " ", "0"}).evaluate(reask(kTwo));
  EXPECT_EQ(results.at("again").truth, Truth::match);
}

TEST(Reask, WhenTheLastTurnIsBlankNothingIsAsked) {
  const auto results = turns({"0", "0", " "}).evaluate(reask(kTwo));
  EXPECT_EQ(results.at("again").truth, Truth::no_match);
}

TEST(Reask, AnErrorIsUnknown) {
  auto broken = compass();
  broken->error = models::EmbedError{models::EmbedError::Kind::overloaded, "full"};
  const auto results = turns({"0", "0"}).evaluate(reask(kTwo, broken));
  EXPECT_EQ(results.at("again").reason, Reason::overloaded);
  EXPECT_EQ(results.at("twice").truth, Truth::unknown);
}

}  // namespace
}  // namespace signalbox::signals::test
