// The engine on small recipes: one behaviour a test, and a test for each bug that was found.
#include "decision/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "decision/test_recipe.h"

namespace signalbox::decision::test {
namespace {

using signals::Cost;
using signals::Reason;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

// Two decisions: `first` wins when it matches, else `second` does.
std::string first_or_second(const std::string& first, const std::string& more = "") {
  return more + "decisions: [{name: first, priority: 2, rules: " + first +
         "}, {name: second, priority: 1, rules: {operator: AND, conditions: []}}]";
}

TEST(Engine, EvaluatesTheCheapestClassFirstAndSkipsWhatCannotMatter) {
  Recipe recipe({{"keyword", "k", match()}, {"embedding", "e", match(), false, Cost::model}},
                first_or_second("{type: keyword, name: k}") + "\n");
  EXPECT_EQ(recipe.winner(), "first");
  Recipe two({{"keyword", "k", match()}, {"embedding", "e", match(), false, Cost::model}},
             "decisions: [{name: first, priority: 2, rules: {type: keyword, name: k}},"
             "{name: second, priority: 1, rules: {type: embedding, name: e}}]");
  EXPECT_EQ(two.winner(), "first");
  EXPECT_THAT(two.asked(), ElementsAre("keyword:k"));
  EXPECT_TRUE(two.eager().would_skip[two.id("embedding", "e")]);
  EXPECT_FALSE(two.eager().would_skip[two.id("keyword", "k")]);
}

TEST(Engine, ASureMatchOfOpenConfidenceStillBeatsALowerPriority) {
  Recipe recipe({{"keyword", "k", match()},
                 {"embedding", "e", no_match(), false, Cost::model},
                 {"structure", "s", match(), false, Cost::remote}},
                "decisions: [{name: first, priority: 2, rules: {operator: OR, conditions: [{type: embedding, name: e},"
                "{type: keyword, name: k}]}}, {name: second, priority: 1, rules: {type: structure, name: s}}]");
  EXPECT_EQ(recipe.winner(), "first");
  EXPECT_THAT(recipe.asked(), UnorderedElementsAre("keyword:k", "embedding:e"));
}

TEST(Engine, NeverEvaluatesWhatNoDecisionUses) {
  Recipe recipe({{"keyword", "k", match()}, {"keyword", "unused", match()}},
                "decisions: [{name: d, rules: {type: keyword, name: k}}]");
  recipe.eager();
  EXPECT_THAT(recipe.asked(), ElementsAre("keyword:k"));
}

TEST(Engine, ACoupledFamilyIsEvaluatedWholeAndCostsItsMostExpensiveLeaf) {
  Recipe recipe({{"preference", "cheap", match()}, {"preference", "dear", match(), false, Cost::remote}},
                "decisions: [{name: d, rules: {type: preference, name: cheap}}]",
                {.semantics = semantics_v03(), .coupled = {"preference"}});
  EXPECT_EQ(recipe.winner(), "d");
  EXPECT_THAT(recipe.asked(), UnorderedElementsAre("preference:cheap", "preference:dear"));
  EXPECT_TRUE(recipe.engine().may_block(evidence::from_text("x")));
}

TEST(Engine, SecurityOnlyLeavesOtherDecisionsOut) {
  Recipe recipe({{"keyword", "k", match()}, {"jailbreak", "j", match(), true}},
                "decisions: [{name: plain, priority: 9, rules: {type: keyword, name: k}},"
                "{name: guard, rules: {type: jailbreak, name: j}}]");
  EXPECT_EQ(recipe.winner(), "plain");
  EXPECT_EQ(Recipe::name(recipe.decide({.security_only = true}), recipe), "guard");
  EXPECT_THAT(recipe.asked(), ElementsAre("jailbreak:j"));
}

TEST(Engine, UnknownSignalsAreReportedWithTheirDecisions) {
  Recipe recipe({{"keyword", "k", unknown()}},
                first_or_second("{operator: NOT, conditions: [{type: keyword, name: k}]}"));
  const Outcome outcome = recipe.eager();
  EXPECT_EQ(Recipe::name(outcome, recipe), "second");
  EXPECT_THAT(outcome.unknown_decisions, ElementsAre(0u));
  EXPECT_FALSE(outcome.determined);
  EXPECT_FALSE(outcome.assumed[0]);
}

TEST(Engine, AnAssumedSignalIsMarked) {
  Recipe recipe({{"keyword", "k", unknown()}}, first_or_second("{type: keyword, name: k, on_unknown: match}"));
  const Outcome outcome = recipe.decide({.eager = true, .trace = true});
  EXPECT_EQ(Recipe::name(outcome, recipe), "first");
  EXPECT_TRUE(outcome.assumed[0]);
  EXPECT_FALSE(outcome.determined);
  EXPECT_EQ(outcome.traces[0].root.state, "assumed_match");
  EXPECT_EQ(outcome.traces[0].root.reason, "model_missing");
}

TEST(Engine, SecuritySignalsDefaultToMatch) {
  Recipe recipe({{"jailbreak", "j", unknown(), true}}, first_or_second("{type: jailbreak, name: j}"));
  EXPECT_EQ(recipe.winner(), "first");
  Recipe negated({{"jailbreak", "j", unknown(), true}},
                 first_or_second("{operator: NOT, conditions: [{type: jailbreak, name: j}]}"));
  EXPECT_EQ(negated.winner(), "second");
}

TEST(Engine, BlockRefusesOnlyWhileItCouldChangeTheDecision) {
  const std::string rule =
      "{operator: AND, conditions: [{type: keyword, name: k, on_unknown: block}, {type: structure, name: s}]}";
  Recipe blocked({{"keyword", "k", unknown()}, {"structure", "s", match()}}, first_or_second(rule));
  const Outcome outcome = blocked.decide();
  EXPECT_EQ(outcome.kind, Outcome::Kind::policy_unavailable);
  EXPECT_THAT(outcome.blocking, ElementsAre(blocked.id("keyword", "k")));
  Recipe irrelevant({{"keyword", "k", unknown()}, {"structure", "s", no_match()}}, first_or_second(rule));
  EXPECT_EQ(irrelevant.winner(), "second");
}

// The confidence of a decision that wins anyway is no reason to refuse the request.
TEST(Engine, BlockDoesNotRefuseForAConfidence) {
  Recipe recipe({{"embedding", "e", unknown()}, {"keyword", "k", match()}},
                first_or_second("{operator: OR, conditions: [{type: embedding, name: e, on_unknown: block}, "
                                "{type: keyword, name: k}]}"));
  EXPECT_EQ(recipe.winner(), "first");
}

// Bug: the signal beside the unknown one was skipped (the rule could not match any more) and then taken as open, so the
// lazy run refused what the eager one decided.
TEST(Engine, BugBlockGaveAnotherAnswerLazilyThanEagerly) {
  Recipe recipe({{"keyword", "k", unknown()}, {"embedding", "e", no_match(), false, Cost::model}},
                first_or_second("{operator: AND, conditions: [{type: keyword, name: k, on_unknown: block}, "
                                "{type: embedding, name: e}]}"));
  EXPECT_EQ(recipe.winner(), "second");
  EXPECT_EQ(Recipe::name(recipe.eager(), recipe), "second");
}

// Bug: on_unknown: block on a projection leaf was ignored.
TEST(Engine, BugBlockOnAProjectionLeafWasIgnored) {
  Recipe recipe(
      {{"keyword", "k", unknown()}},
      first_or_second(
          "{type: projection, name: high, on_unknown: block}",
          "projections: {scores: [{name: s, method: weighted_sum, inputs: [{type: keyword, name: k, weight: 1}]}],"
          " mappings: [{name: m, source: s, outputs: [{name: high, gte: 0.5}]}]}\n"));
  const Outcome outcome = recipe.decide();
  EXPECT_EQ(outcome.kind, Outcome::Kind::policy_unavailable);
  EXPECT_THAT(outcome.blocking, ElementsAre(0u));
}

// Bug: a confidence that is not a number never compares, so no decision ever won and the planner did not end.
TEST(Engine, BugANonFiniteResultKeptThePlannerGoing) {
  signals::SignalResult bad = match(std::numeric_limits<double>::quiet_NaN());
  Recipe recipe(
      {{"embedding", "e", bad}, {"embedding", "f", match(0.5)}},
      "decisions: [{name: a, rules: {type: embedding, name: e}}, {name: b, rules: {type: embedding, name: f}}]");
  const Outcome outcome = recipe.decide();
  EXPECT_EQ(Recipe::name(outcome, recipe), "b");
  EXPECT_EQ(outcome.results[0].truth, signals::Truth::unknown);
  EXPECT_EQ(outcome.results[0].reason, Reason::error);
}

// Bug: `determined` asked for a certain confidence too, so probes were "needs_model" whose winner was certain.
TEST(Engine, BugDeterminedAskedForTheConfidenceToo) {
  Recipe recipe({{"embedding", "e", unknown()}, {"keyword", "k", match()}},
                first_or_second("{operator: OR, conditions: [{type: embedding, name: e}, {type: keyword, name: k}]}"));
  EXPECT_TRUE(recipe.eager().determined);
}

// Bug: a knowledge base's missing metric left the outcome "determined".
TEST(Engine, BugAMissingMetricCountedAsDetermined) {
  Recipe recipe(
      {{"kb", "b/best_score", unknown(Reason::model_missing)}},
      first_or_second(
          "{type: projection, name: high}",
          "projections: {scores: [{name: s, inputs: [{type: kb_metric, kb: b, metric: best_score, weight: 1}]}],"
          " mappings: [{name: m, source: s, outputs: [{name: high, gte: 0.5}]}]}\n"));
  const Outcome outcome = recipe.eager();
  EXPECT_EQ(Recipe::name(outcome, recipe), "second");
  EXPECT_FALSE(outcome.determined);
}

constexpr std::string_view kRoles = "{type: authz, name: admin}";

TEST(Engine, WithoutIdentityARecipeWithRolesRefuses) {
  Recipe recipe({{"authz", "admin", unknown(Reason::identity_missing)}, {"keyword", "k", match()}},
                first_or_second(std::string(kRoles)));
  EXPECT_EQ(recipe.decide().kind, Outcome::Kind::forbidden);
  EXPECT_THAT(recipe.decide().blocking, ElementsAre(0u));
  EXPECT_EQ(Recipe::name(recipe.decide({.identity = IdentityPolicy::fail_open}), recipe), "second");
  const Outcome report = recipe.decide({.eager = true, .identity = IdentityPolicy::report});
  EXPECT_EQ(Recipe::name(report, recipe), "second");
  EXPECT_THAT(report.unknown_decisions, ElementsAre(0u));
}

// Bug: a lazy run always asks for the roles first, which would_skip did not know; refused eager runs had none at all.
TEST(Engine, BugWouldSkipForgotThatIdentityIsAlwaysAsked) {
  const std::string rules =
      "decisions: [{name: d, priority: 2, rules: {type: keyword, name: k}}, {name: e, rules: {type: authz, name: "
      "admin}}]";
  Recipe recipe({{"authz", "admin", match(), false, Cost::scan}, {"keyword", "k", match()}}, rules);
  EXPECT_FALSE(recipe.eager().would_skip[recipe.id("authz", "admin")]);
  Recipe refused({{"authz", "admin", unknown(Reason::identity_missing)}, {"keyword", "k", match()}}, rules);
  const Outcome outcome = refused.eager();
  ASSERT_EQ(outcome.would_skip.size(), 2u);
  EXPECT_TRUE(outcome.would_skip[refused.id("keyword", "k")]);
}

TEST(Engine, ALazyTraceSaysWhatWasSkipped) {
  Recipe recipe({{"keyword", "k", no_match()}, {"embedding", "e", match(), false, Cost::model}},
                first_or_second("{operator: AND, conditions: [{type: embedding, name: e}, {type: keyword, name: k}]}"));
  const Outcome outcome = recipe.decide({.trace = true});
  const record::TraceNode& root = outcome.traces[0].root;
  EXPECT_EQ(root.state, "no_match");
  EXPECT_EQ(root.children[0].state, "skipped");
  EXPECT_EQ(root.children[1].state, "no_match");
  EXPECT_EQ(outcome.traces[1].state, "match");
}

// Bug: finding what a chain of scores depends on visited every path, 2^40 of them.
TEST(Engine, BugScoresOfScoresTookExponentialTime) {
  std::string scores = "{name: s0, inputs: [{type: keyword, name: k, weight: 1}]}";
  for (int i = 1; i <= 40; ++i) {
    const std::string below = "{type: projection, name: s" + std::to_string(i - 1) + ", weight: 0.5}";
    scores += ", {name: s" + std::to_string(i) + ", inputs: [" + below + ", " + below + "]}";
  }
  Recipe recipe({{"keyword", "k", match()}},
                first_or_second("{type: projection, name: high}",
                                "projections: {scores: [" + scores +
                                    "], mappings: [{name: m, source: s40, outputs: [{name: high, gte: 1}]}]}\n"));
  EXPECT_EQ(recipe.winner(), "first");
}

}  // namespace
}  // namespace signalbox::decision::test
