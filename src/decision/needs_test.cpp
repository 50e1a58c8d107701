// Signals that what a decision does must know: evaluated when it wins, whatever the rules look at.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decision/test_recipe.h"

namespace signalbox::decision::test {
namespace {

using testing::ElementsAre;

const std::vector<FakeSignal> kSignals{{"keyword", "k", match()},
                                       {"pii", "found", match(), true, signals::Cost::scan},
                                       {"pii", "late", unknown(signals::Reason::timeout), true, signals::Cost::image},
                                       {"secrets", "keys", {}, true, signals::Cost::scan}};

constexpr std::string_view kRecipe = R"(
decisions:
  - {name: redacts, priority: 2, rules: {type: keyword, name: k}, needs: ["pii:"]}
  - {name: plain, priority: 1, rules: {type: secrets, name: keys}}
)";

TEST(Needs, AreEvaluatedForTheWinner) {
  Recipe recipe(kSignals, kRecipe);
  const Outcome outcome = recipe.decide();
  EXPECT_EQ(Recipe::name(outcome, recipe), "redacts");
  EXPECT_THAT(recipe.asked(), ElementsAre("keyword:k", "pii:found", "pii:late"));
  EXPECT_TRUE(outcome.evaluated[recipe.id("pii", "late")]);
  EXPECT_EQ(outcome.results[recipe.id("pii", "late")].reason, signals::Reason::timeout);
  EXPECT_FALSE(outcome.evaluated[recipe.id("secrets", "keys")]);
}

TEST(Needs, OfALoserAreNot) {
  std::vector<FakeSignal> signals = kSignals;
  signals[0].result = {};
  Recipe recipe(signals, kRecipe);
  EXPECT_EQ(recipe.winner(), "no_decision");
  EXPECT_FALSE(recipe.asked().contains("pii:found"));
}

TEST(Needs, AreNotCalledSkippedByAnEagerRun) {
  Recipe recipe(kSignals, kRecipe);
  const Outcome outcome = recipe.eager();
  EXPECT_FALSE(outcome.would_skip[recipe.id("pii", "found")]);
  EXPECT_FALSE(outcome.would_skip[recipe.id("pii", "late")]);
  EXPECT_TRUE(outcome.would_skip[recipe.id("secrets", "keys")]);
  EXPECT_EQ(outcome.matched_rules, recipe.decide().matched_rules);
}

TEST(Needs, MakeADecisionOneOfSecurity) {
  Recipe recipe(kSignals, kRecipe);
  EXPECT_TRUE(recipe.program().decisions[0].security);
  EXPECT_EQ(Recipe::name(recipe.decide({.security_only = true}), recipe), "redacts");
}

TEST(Needs, MustExist) {
  const Recipe recipe(kSignals, "decisions: [{name: a, needs: ['pii:founds']}]");
  EXPECT_THAT(recipe.problems(), ElementsAre("routing.decisions[0].needs dangling_reference"));
}

}  // namespace
}  // namespace signalbox::decision::test
