// Which recipe, decision and model a request gets.
#include "router/judge.h"

#include <gtest/gtest.h>

#include "router/test_support.h"

namespace signalbox::router {
namespace {

constexpr std::string_view kConfig = R"(
providers: {defaults: {default_model: small}}
routing:
  modelCards: [{name: small}, {name: large}, {name: safe, loras: [{name: safe-lora}]}]
  signals:
    keywords:
      - {name: hard, operator: OR, keywords: [prove]}
      - {name: secret, operator: OR, keywords: [password], security: true}
      - {name: odd, operator: OR, keywords: [odd]}
  decisions:
    - {name: hard, priority: 5, rules: {type: keyword, name: hard}, modelRefs: [{model: large}, {model: small}]}
    - {name: guard, priority: 9, rules: {type: keyword, name: secret}, modelRefs: [{model: safe, lora_name: safe-lora}]}
    - {name: nowhere, priority: 1, rules: {type: keyword, name: odd}}
entrypoints: [{model_names: [fast], recipe: fast}]
recipes:
  - {name: fast, routing: {decisions: [{name: always, modelRefs: [{model: small}]}]}}
)";

std::string decision_of(const Judgement& judgement) {
  return judgement.decision == nullptr ? "" : judgement.decision->name;
}

TEST(Judge, AVirtualNameIsJudgedByItsRecipe) {
  const auto snapshot = snapshot_of(kConfig);
  for (const std::string_view name : {"auto", "MoM", "vllm-sr/auto"}) {
    const Judgement judgement = judge_text(*snapshot, name, "prove it");
    EXPECT_EQ(decision_of(judgement), "hard") << name;
    EXPECT_EQ(judgement.selected_name, "large");
    EXPECT_EQ(judgement.selection_method, "static");
  }
  const Judgement fast = judge_text(*snapshot, "fast", "prove it");
  EXPECT_EQ(fast.recipe->name, "fast");
  EXPECT_EQ(decision_of(fast), "always");
  EXPECT_EQ(fast.selection_method, "single");
}

TEST(Judge, ConfiguredAutoNamesReplaceTheOthers) {
  const auto snapshot = snapshot_of("routing: {}\nglobal: {router: {auto_model_names: [best], auto_model_name: mine}}");
  EXPECT_NE(snapshot->recipe_of("best"), nullptr);
  EXPECT_NE(snapshot->recipe_of("mine"), nullptr);
  EXPECT_EQ(snapshot->recipe_of("auto"), nullptr);
}

TEST(Judge, WithoutAMatchTheDefaultModelAnswers) {
  const auto snapshot = snapshot_of(kConfig);
  const Judgement judgement = judge_text(*snapshot, "auto", "hello");
  EXPECT_EQ(judgement.decision, nullptr);
  EXPECT_EQ(judgement.selected_name, "small");
  EXPECT_EQ(judgement.selection_method, "default");
}

TEST(Judge, ADecisionWithoutModelsUsesTheDefaultOne) {
  const auto snapshot = snapshot_of(kConfig);
  const Judgement judgement = judge_text(*snapshot, "auto", "odd");
  EXPECT_EQ(decision_of(judgement), "nowhere");
  EXPECT_EQ(judgement.selected_name, "small");
  EXPECT_EQ(judgement.selection.status, "selected");
}

TEST(Judge, WithoutAnyModelNothingIsSelected) {
  const auto snapshot = snapshot_of("routing: {decisions: [{name: a}]}");
  const Judgement judgement = judge_text(*snapshot, "auto", "hello");
  EXPECT_EQ(decision_of(judgement), "a");
  EXPECT_EQ(judgement.model, std::nullopt);
  EXPECT_EQ(judgement.selection.status, "unavailable");
}

TEST(Judge, ANamedModelIsJudgedBySecurityDecisionsAlone) {
  const auto snapshot = snapshot_of(kConfig);
  const Judgement plain = judge_text(*snapshot, "large", "prove it");
  EXPECT_TRUE(plain.names_model);
  EXPECT_EQ(plain.decision, nullptr);
  EXPECT_EQ(plain.selected_name, "large");
  EXPECT_EQ(plain.selection_method, "named");
  const Judgement guarded = judge_text(*snapshot, "large", "prove my password");
  EXPECT_EQ(decision_of(guarded), "guard");
  EXPECT_EQ(guarded.selected_name, "safe-lora");
}

TEST(Judge, PassthroughOpenJudgesANamedModelByNothing) {
  const auto snapshot = snapshot_of(std::string(kConfig) + "global: {router: {passthrough: open}}\n");
  const Judgement judgement = judge_text(*snapshot, "large", "my password");
  EXPECT_EQ(judgement.decision, nullptr);
  EXPECT_EQ(judgement.selected_name, "large");
}

TEST(Judge, ALoraIsAModelToo) {
  const auto snapshot = snapshot_of(kConfig);
  const Judgement judgement = judge_text(*snapshot, "safe-lora", "hello");
  EXPECT_EQ(judgement.selected_name, "safe-lora");
  EXPECT_EQ(snapshot->models[*judgement.model].name, "safe");
}

TEST(Judge, AnUnknownModelHasNoRecipe) {
  const auto snapshot = snapshot_of(kConfig);
  EXPECT_EQ(judge_text(*snapshot, "gpt-9", "hello").recipe, nullptr);
}

// A default profile spelled as a recipe guards named models as the top-level one would (bug: the empty top-level
// routing did, so that nothing guarded them).
TEST(Judge, ADefaultRecipeGuardsNamedModels) {
  const auto snapshot = snapshot_of(R"(
routing: {modelCards: [{name: m}, {name: safe}]}
recipes:
  - {name: other, routing: {}}
  - name: default
    routing:
      signals: {keywords: [{name: secret, operator: OR, keywords: [password], security: true}]}
      decisions: [{name: guard, rules: {type: keyword, name: secret}, modelRefs: [{model: safe}]}]
)");
  EXPECT_EQ(snapshot->recipes.front().name, "default");
  EXPECT_EQ(decision_of(judge_text(*snapshot, "m", "my password")), "guard");
  EXPECT_EQ(decision_of(judge_text(*snapshot, "auto", "my password")), "guard");
}

TEST(Judge, EvalNamesNoModelForAnAlgorithmThatDoesNotRun) {
  const auto snapshot = snapshot_of(
      "routing: {modelCards: [{name: a}, {name: b}], "
      "decisions: [{name: d, modelRefs: [{model: a}, {model: b}], algorithm: {type: knn}}]}");
  JudgeOptions options;
  EXPECT_EQ(judge_text(*snapshot, "auto", "x", options).selected_name, "a");
  options.for_eval = true;
  EXPECT_EQ(judge_text(*snapshot, "auto", "x", options).selection.status, "execution_required");
}

}  // namespace
}  // namespace signalbox::router
