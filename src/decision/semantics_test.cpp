// What the numbers mean: VSR's ordering and confidences (v0.3) and the plain ones (v1), by hand-computed examples.
#include "decision/semantics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "decision/test_recipe.h"

namespace signalbox::decision::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

signals::SignalResult calibrated(double confidence, double calibrated) {
  signals::SignalResult result = match(confidence);
  result.calibrated = calibrated;
  return result;
}

// Signals with their confidences; embedding is a type whose confidence VSR does write.
const std::vector<FakeSignal>& fakes() {
  static const std::vector<FakeSignal> kFakes{{"embedding", "low", match(0.3)},
                                              {"embedding", "high", match(0.8)},
                                              {"embedding", "no", no_match()},
                                              {"embedding", "unknown", unknown()},
                                              {"keyword", "k", match(0.4)},
                                              {"embedding", "c", calibrated(0.3, 0.9)},
                                              {"structure", "n", with_value(no_match(), 7)}};
  return kFakes;
}

std::string winner(const std::string& yaml, const Semantics& semantics = semantics_v03()) {
  return Recipe(fakes(), yaml, {.semantics = semantics}).winner();
}

std::string decision(const std::string& name, const std::string& rule, int priority = 0, int tier = 0) {
  return "{name: " + name + ", priority: " + std::to_string(priority) + ", tier: " + std::to_string(tier) +
         ", rules: {type: embedding, name: " + rule + "}}";
}
std::string decisions(const std::vector<std::string>& list, const std::string& strategy = "priority") {
  std::string text = "strategy: " + strategy + "\ndecisions: [";
  for (const std::string& d : list) text += d + ",";
  return text + "]";
}

TEST(Ordering, PriorityThenConfidenceThenName) {
  EXPECT_EQ(winner(decisions({decision("a", "high", 1), decision("b", "low", 2)})), "b");
  EXPECT_EQ(winner(decisions({decision("a", "low"), decision("b", "high")})), "b");
  EXPECT_EQ(winner(decisions({decision("b", "low"), decision("a", "low")})), "a");
}

TEST(Ordering, StrategyConfidencePutsConfidenceFirst) {
  EXPECT_EQ(winner(decisions({decision("a", "high", 1), decision("b", "low", 2)}, "confidence")), "a");
  EXPECT_EQ(winner(decisions({decision("a", "low", 1), decision("b", "low", 2)}, "confidence")), "b");
}

TEST(Ordering, AMatchedTierSwitchesTiersOn) {
  const std::string d1 = decision("one", "low", 0, 1), d2 = decision("two", "high", 9, 2);
  EXPECT_EQ(winner(decisions({d2, d1})), "one");
  // The tiered decision does not match: priority decides again.
  EXPECT_EQ(winner(decisions({decision("x", "no", 0, 1), decision("a", "low", 1), decision("b", "low", 2)})), "b");
}

TEST(Ordering, TierModeOrdersByConfidenceBeforePriorityUnderV03) {
  const std::string list = decisions({decision("a", "low", 9, 1), decision("b", "high", 0, 1)});
  EXPECT_EQ(winner(list), "b");
  EXPECT_EQ(winner(list, semantics_v1()), "a");
}

TEST(Ordering, AnUnsetTierComesFirstUnderV03AndLastUnderV1) {
  const std::string list = decisions({decision("tiered", "high", 9, 1), decision("unset", "low", 0, 0)});
  EXPECT_EQ(winner(list), "unset");
  EXPECT_EQ(winner(list, semantics_v1()), "tiered");
}

// Bug: the smallest priority was negated, which overflows.
TEST(Ordering, BugTheSmallestPriorityOverflowed) {
  for (const Semantics* semantics : {&semantics_v03(), &semantics_v1()}) {
    const Rank smallest{0, 1, std::numeric_limits<std::int64_t>::min(), "a"}, zero{0, 1, 0, "b"};
    EXPECT_TRUE(semantics->before(zero, smallest, false, Strategy::priority));
    EXPECT_FALSE(semantics->before(smallest, zero, false, Strategy::confidence));
  }
}

struct Result {
  std::string winner;
  double confidence;
  std::vector<std::string> rules;
};

Result rule(const std::string& text, const Semantics& semantics = semantics_v03()) {
  Recipe recipe(fakes(), "decisions: [{name: d, rules: " + text + "}]", {.semantics = semantics});
  const Outcome outcome = recipe.decide();
  return {Recipe::name(outcome, recipe), outcome.confidence, outcome.matched_rules};
}

TEST(Rules, AndIsTheMeanAndConcatenatesRules) {
  const Result r = rule("{operator: AND, conditions: [{type: embedding, name: low}, {type: embedding, name: high}]}");
  EXPECT_DOUBLE_EQ(r.confidence, 0.55);
  EXPECT_THAT(r.rules, ElementsAre("embedding:low", "embedding:high"));
}

TEST(Rules, OrIsTheMaximumWithTheRulesOfTheFirstBestChild) {
  const Result r = rule("{operator: OR, conditions: [{type: embedding, name: low}, {type: embedding, name: high}]}");
  EXPECT_DOUBLE_EQ(r.confidence, 0.8);
  EXPECT_THAT(r.rules, ElementsAre("embedding:high"));
  const Result tie = rule(
      "{operator: OR, conditions: [{type: keyword, name: k}, {operator: NOT, conditions: "
      "[{type: embedding, name: no}]}]}");
  EXPECT_THAT(tie.rules, ElementsAre("keyword:k"));
}

TEST(Rules, NotHasConfidenceOneAndNoRules) {
  const Result r = rule("{operator: NOT, conditions: [{type: embedding, name: no}]}");
  EXPECT_DOUBLE_EQ(r.confidence, 1.0);
  EXPECT_THAT(r.rules, IsEmpty());
}

TEST(Rules, EmptyOnes) {
  EXPECT_EQ(rule("{operator: AND, conditions: []}").winner, "d");
  EXPECT_DOUBLE_EQ(rule("{operator: AND, conditions: []}").confidence, 0.0);
  EXPECT_EQ(rule("{operator: OR, conditions: []}").winner, "no_decision");
  EXPECT_EQ(rule("{}").winner, "d");
  EXPECT_DOUBLE_EQ(rule("{}").confidence, 0.0);
  EXPECT_EQ(Recipe({}, "decisions: [{name: d}]").winner(), "d");
}

TEST(Rules, APredicateComparesTheRawValueElseTheConfidence) {
  EXPECT_DOUBLE_EQ(rule("{type: structure, name: n, predicate: {gte: 7}}").confidence, 1.0);
  EXPECT_EQ(rule("{type: structure, name: n, predicate: {gt: 7}}").winner, "no_decision");
  EXPECT_DOUBLE_EQ(rule("{type: embedding, name: low, predicate: {lt: 0.5}}").confidence, 1.0);
  EXPECT_EQ(rule("{type: embedding, name: unknown, predicate: {lt: 0.5}}").winner, "no_decision");
}

TEST(Rules, APredicateWithALabelComparesThatLabel) {
  signals::SignalResult scores;
  scores.values = {{"toxic", 0.9}};
  const std::string leaf = "{type: classifier, name: c, label: toxic, predicate: {gte: 0.5}";
  EXPECT_EQ(Recipe({{"classifier", "c", scores}}, "decisions: [{name: d, rules: " + leaf + "}}]").winner(), "d");
  EXPECT_EQ(Recipe({{"classifier", "c", unknown()}}, "decisions: [{name: d, rules: " + leaf + "}}]").winner(),
            "no_decision");
  EXPECT_EQ(Recipe({{"classifier", "c", unknown()}}, "decisions: [{name: d, rules: " + leaf + ", on_error: match}}]")
                .winner(),
            "d");
}

TEST(Rules, V03CountsEightTypesAsCertainAndV1UsesTheCalibration) {
  EXPECT_DOUBLE_EQ(rule("{type: keyword, name: k}").confidence, 1.0);
  EXPECT_DOUBLE_EQ(rule("{type: keyword, name: k}", semantics_v1()).confidence, 0.4);
  EXPECT_DOUBLE_EQ(rule("{type: embedding, name: c}").confidence, 0.3);
  EXPECT_DOUBLE_EQ(rule("{type: embedding, name: c}", semantics_v1()).confidence, 0.9);
}

TEST(Composer, FiltersAMatch) {
  const auto with_filter = [](const std::string& filter, const std::string& leaf) {
    return Recipe({{"complexity", "c:hard", match(0.6)},
                   {"keyword", "yes", match()},
                   {"keyword", "no", no_match()},
                   {"keyword", "unknown", unknown()}},
                  "composers: [{type: complexity, rule: c, filter: {type: keyword, name: " + filter + "}}]\n" +
                      "decisions: [{name: d, rules: " + leaf + "}]")
        .winner();
  };
  const std::string hard = "{type: complexity, name: c:hard}";
  EXPECT_EQ(with_filter("yes", hard), "d");
  EXPECT_EQ(with_filter("no", hard), "no_decision");
  EXPECT_EQ(with_filter("no", "{operator: NOT, conditions: [" + hard + "]}"), "d");
  EXPECT_EQ(with_filter("unknown", "{operator: NOT, conditions: [" + hard + "]}"), "no_decision");
  EXPECT_EQ(with_filter("unknown", "{type: complexity, name: c:hard, on_unknown: match}"), "d");
}

}  // namespace
}  // namespace signalbox::decision::test
