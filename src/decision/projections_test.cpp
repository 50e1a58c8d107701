// Scores, bands and partitions by hand-computed numbers, with unknown members and inputs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decision/test_recipe.h"

namespace signalbox::decision::test {
namespace {

std::vector<FakeSignal> fakes() {
  return {{"keyword", "k", match(0.4)},
          {"keyword", "no", no_match()},
          {"embedding", "e", with_value(match(0.6), 0.7)},
          {"embedding", "zero", match(0)},
          {"embedding", "unknown", unknown()},
          {"jailbreak", "guard", unknown(), true}};
}

std::string input(const std::string& name, const std::string& more = "") {
  const std::string type = name == "k" || name == "no" ? "keyword" : name == "guard" ? "jailbreak" : "embedding";
  return "{type: " + type + ", name: " + name + ", weight: 1" + (more.empty() ? "" : ", " + more) + "}";
}

ScoreBelief score(const std::string& inputs, const Semantics& semantics = semantics_v03()) {
  Recipe recipe(fakes(),
                "projections: {scores: [{name: s, inputs: [" + inputs +
                    "]}], mappings: [{name: m, source: s, "
                    "outputs: [{name: o, gt: 100}]}]}\ndecisions: [{name: d, rules: {type: projection, name: o}}]",
                {.semantics = semantics});
  return recipe.eager().scores[0];
}

void expect_score(const std::string& inputs, double value, const Semantics& semantics = semantics_v03()) {
  const ScoreBelief s = score(inputs, semantics);
  EXPECT_DOUBLE_EQ(s.value.low, value) << inputs;
  EXPECT_DOUBLE_EQ(s.value.high, value) << inputs;
  EXPECT_FALSE(s.open);
}

TEST(Scores, TakeMatchConfidenceOrRawValue) {
  expect_score(input("k") + "," + input("no"), 1);
  expect_score(input("k", "match: 3") + "," + input("no", "miss: -0.5"), 2.5);
  expect_score(input("e", "value_source: confidence"), 0.6);
  expect_score(input("e", "value_source: raw"), 0.7);
  expect_score(input("no", "value_source: confidence"), 0);
  expect_score("{type: embedding, name: e, weight: -2, value_source: confidence}", -1.2);
}

TEST(Scores, V03TakesZeroAsUnsetAndV1AsZero) {
  expect_score(input("k", "match: 0"), 1);
  expect_score(input("k", "match: 0"), 0, semantics_v1());
  expect_score(input("zero", "value_source: confidence"), 1);
  expect_score(input("zero", "value_source: confidence"), 0, semantics_v1());
}

TEST(Scores, AnUnknownInputMakesAnInterval) {
  const ScoreBelief binary = score(input("k") + "," + input("unknown", "match: 2, miss: -1"));
  EXPECT_TRUE(binary.unknown);
  EXPECT_DOUBLE_EQ(binary.value.low, 0);
  EXPECT_DOUBLE_EQ(binary.value.high, 3);
  const ScoreBelief raw = score(input("unknown", "value_source: raw"));
  EXPECT_EQ(raw.value.low, -std::numeric_limits<double>::infinity());
}

TEST(Scores, AnUnknownSecurityInputCountsAsAMatch) {
  expect_score(input("guard"), 1);
  expect_score(input("guard", "value_source: confidence"), 1);
  EXPECT_FALSE(score(input("guard")).unknown);
}

// Bug: a role marked `security: true` was assumed as an input of a score.
TEST(Scores, BugAnUnknownRoleWasAssumedInAScore) {
  Recipe recipe(
      {{"authz", "admin", unknown(signals::Reason::identity_missing), true}},
      "projections: {scores: [{name: s, inputs: [{type: authz, name: admin, weight: 1}]}], mappings: [{name: m, "
      "source: s, outputs: [{name: o, gte: 1}]}]}\ndecisions: [{name: d, rules: {type: projection, name: o}}]");
  const Outcome outcome = recipe.decide({.eager = true, .identity = IdentityPolicy::report});
  EXPECT_EQ(Recipe::name(outcome, recipe), "no_decision");
  EXPECT_TRUE(outcome.scores[0].unknown);
}

// Three bands over a score of 0.6 (or 0.6 and an unknown input of [0, `unknown`]).
Outcome bands(const std::string& method, const std::string& outputs, double unknown = 0) {
  std::string inputs = input("e", "value_source: confidence");
  if (unknown > 0) inputs += "," + input("unknown", "match: " + std::to_string(unknown));
  Recipe recipe(fakes(), "projections: {scores: [{name: s, inputs: [" + inputs +
                             "]}], mappings: [{name: m, source: s, method: " + method + ", outputs: [" + outputs +
                             "]}]}\ndecisions: [{name: d, rules: {type: projection, name: a}}]");
  return recipe.eager();
}

TEST(Bands, ThresholdBandsTakesTheFirstAndMultiEmitAll) {
  const std::string outputs = "{name: a, gte: 0.5}, {name: b, gt: 0}, {name: c, lt: 0.6}";
  const Outcome first = bands("threshold_bands", outputs);
  EXPECT_TRUE(first.outputs[0].surely_matches());
  EXPECT_TRUE(first.outputs[1].surely_misses());
  const Outcome all = bands("multi_emit", outputs);
  EXPECT_TRUE(all.outputs[0].surely_matches());
  EXPECT_TRUE(all.outputs[1].surely_matches());
  EXPECT_TRUE(all.outputs[2].surely_misses());
}

TEST(Bands, ConfidenceIsTheSigmoidOfTheDistanceToTheNearestBound) {
  EXPECT_NEAR(bands("threshold_bands", "{name: a, gte: 0.5}").confidence, 0.768524783499018, 1e-12);  // 12 * 0.1
  EXPECT_NEAR(bands("threshold_bands", "{name: a, gte: 0.35, lte: 9}").confidence, 0.952574126822433,
              1e-12);  // 12 * 0.25
  EXPECT_NEAR(bands("threshold_bands", "{name: a, gte: 0, lte: 0.7}").confidence, 0.768524783499018,
              1e-12);  // 12 * 0.1
  EXPECT_NEAR(bands("threshold_bands", "{name: a, gte: 0.6}").confidence, 0.5, 1e-12);
  EXPECT_NEAR(bands("threshold_bands, calibration: {slope: 2}", "{name: a, lte: 1.1}").confidence, 0.731058578630005,
              1e-12);
}

TEST(Bands, ABandIsKnownOnlyIfTheWholeIntervalLiesInIt) {
  const std::string outputs = "{name: a, lt: 0.5}, {name: b, lt: 0.8}, {name: c, gte: 0.8}";
  const Outcome narrow = bands("threshold_bands", outputs, 0.1);  // [0.6, 0.7]
  EXPECT_TRUE(narrow.outputs[0].surely_misses());
  EXPECT_TRUE(narrow.outputs[1].surely_matches());
  EXPECT_NEAR(narrow.outputs[1].low, 0.768524783499018, 1e-12);  // of its weakest point, 0.7
  EXPECT_TRUE(narrow.outputs[2].surely_misses());
  const Outcome wide = bands("threshold_bands", outputs, 0.5);  // [0.6, 1.1]
  EXPECT_TRUE(wide.outputs[0].surely_misses());
  EXPECT_TRUE(wide.outputs[1].surely_unknown());
  EXPECT_TRUE(wide.outputs[2].surely_unknown());
}

TEST(Bands, APredicateOnAProjectionLeafComparesItsScore) {
  const std::string projections = "projections: {scores: [{name: s, inputs: [" +
                                  input("e", "value_source: confidence") +
                                  "]}], mappings: [{name: m, source: s, outputs: [{name: a, gt: 9}]}]}\n";
  Recipe holds(fakes(),
               projections + "decisions: [{name: d, rules: {type: projection, name: a, predicate: {gte: 0.6}}}]");
  EXPECT_EQ(holds.winner(), "d");
  EXPECT_DOUBLE_EQ(holds.confidence(), 1.0);
  Recipe fails(fakes(),
               projections + "decisions: [{name: d, rules: {type: projection, name: a, predicate: {gt: 0.6}}}]");
  EXPECT_EQ(fails.winner(), "no_decision");
}

// What a partition over a and b leaves of them.
Outcome partition(signals::SignalResult a, signals::SignalResult b, const std::string& semantics = "exclusive",
                  const Semantics& version = semantics_v03()) {
  Recipe recipe({{"embedding", "a", std::move(a)}, {"embedding", "b", std::move(b)}},
                "projections: {partitions: [{name: p, semantics: " + semantics +
                    ", temperature: 0.5, members: [a, b], default: b}]}\n"
                    "decisions: [{name: d, rules: {type: embedding, name: a}}]",
                {.semantics = version});
  return recipe.decide();
}

TEST(Partitions, TheHighestScoreStaysAndTheFirstOnTies) {
  const Outcome higher = partition(match(0.5), match(0.6));
  EXPECT_EQ(higher.kind, Outcome::Kind::no_decision);
  EXPECT_EQ(higher.results[1].truth, signals::Truth::match);
  EXPECT_EQ(partition(match(0.5), match(0.5)).kind, Outcome::Kind::decision);
  EXPECT_EQ(partition(with_value(match(0.5), 0.9), match(0.6)).kind, Outcome::Kind::decision);  // the raw value decides
}

TEST(Partitions, SoftmaxIsTheWinnersConfidence) {
  const Outcome outcome = partition(match(0.8), match(0.6), "softmax_exclusive");
  EXPECT_NEAR(outcome.confidence, 0.598687660112452, 1e-12);  // 1 / (1 + exp(-0.2 / 0.5))
  EXPECT_DOUBLE_EQ(partition(match(0.8), no_match(), "softmax_exclusive").confidence, 0.8);
}

// Bug: v1 decides on calibrated confidences, and a calibrated winner kept its own instead of the softmax.
TEST(Partitions, BugACalibratedWinnerIgnoredTheSoftmax) {
  signals::SignalResult winner = match(0.8);
  winner.calibrated = 0.99;
  EXPECT_NEAR(partition(winner, match(0.6), "softmax_exclusive", semantics_v1()).confidence, 0.598687660112452, 1e-12);
}

TEST(Partitions, TheDefaultMatchesWhenNothingDoes) {
  const Outcome v03 = partition(no_match(), no_match());
  EXPECT_EQ(v03.results[1].truth, signals::Truth::match);
  EXPECT_DOUBLE_EQ(v03.results[1].confidence, 1.0);
  EXPECT_DOUBLE_EQ(partition(no_match(), no_match(), "exclusive", semantics_v1()).results[1].confidence, 0.0);
}

TEST(Partitions, AnUnknownMemberMakesAllUnknown) {
  const Outcome outcome = partition(match(0.9), unknown());
  EXPECT_EQ(outcome.kind, Outcome::Kind::no_decision);
  EXPECT_EQ(outcome.results[0].truth, signals::Truth::unknown);
  EXPECT_EQ(outcome.results[0].reason, signals::Reason::model_missing);
}

}  // namespace
}  // namespace signalbox::decision::test
