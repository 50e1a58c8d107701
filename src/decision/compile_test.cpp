// Every mistake in rules and projections: its code, its place, and what to write instead.
#include "decision/compile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decision/test_recipe.h"

namespace signalbox::decision::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<FakeSignal> fakes() {
  return {{"keyword", "urgent", match()}, {"embedding", "e", match()},          {"embedding", "f", match()},
          {"classifier", "c", match()},   {"complexity", "need:hard", match()}, {"authz", "admin", match()}};
}

config::Diagnostic only(const std::string& yaml) {
  const Recipe recipe(fakes(), yaml);
  EXPECT_EQ(recipe.diagnostics().items().size(), 1u) << ::testing::PrintToString(recipe.problems());
  return recipe.diagnostics().items().empty() ? config::Diagnostic{} : recipe.diagnostics().items().front();
}

// A decision with these rules has exactly one mistake: `code` at `path` below the rules, and a fitting suggestion.
void expect_rule(const std::string& rules, std::string_view path, std::string_view code, std::string_view hint = "") {
  const config::Diagnostic d = only("decisions: [{name: d, rules: " + rules + "}]");
  EXPECT_EQ(d.path, "routing.decisions[0].rules" + std::string(path)) << rules;
  EXPECT_EQ(d.code, code) << rules;
  EXPECT_THAT(d.suggestion, HasSubstr(std::string(hint))) << rules;
}

void expect_projection(const std::string& yaml, std::string_view path, std::string_view code,
                       std::string_view hint = "") {
  const config::Diagnostic d = only("projections: {" + yaml + "}");
  EXPECT_EQ(d.path, "routing.projections." + std::string(path)) << yaml;
  EXPECT_EQ(d.code, code) << yaml;
  EXPECT_THAT(d.suggestion, HasSubstr(std::string(hint))) << yaml;
}

TEST(CompileRules, Shapes) {
  expect_rule("{type: keyword, name: urgent, operator: AND}", "", "leaf_and_composite", "conditions");
  expect_rule("{operator: AND, conditions: [], on_unknown: match}", "", "leaf_key_on_composite");
  expect_rule("{operator: NOT, conditions: []}", ".conditions", "not_arity");
  expect_rule("{operator: NOT, conditions: [{type: keyword, name: urgent}, {type: embedding, name: e}]}", ".conditions",
              "not_arity", "OR");
  expect_rule("{type: keyword}", "", "missing_key");
  expect_rule("{operator: OR, conditions: [{name: urgent}]}", ".conditions[0]", "missing_key");
}

TEST(CompileRules, Names) {
  expect_rule("{type: keywrd, name: urgent}", ".type", "unknown_signal_type", "keyword");
  expect_rule("{type: keyword, name: urgnt}", ".name", "dangling_reference", "urgent");
  expect_rule("{type: complexity, name: need}", ".name", "dangling_reference", "need:hard");
  expect_rule("{type: structure, name: s}", ".name", "dangling_reference", "no structure is declared");
  expect_rule("{type: projection, name: p}", ".name", "dangling_reference", "no projection is declared");
}

TEST(CompileRules, LeafKeys) {
  expect_rule("{type: keyword, name: urgent, label: x}", ".label", "classifier_only");
  expect_rule("{type: keyword, name: urgent, on_error: match}", ".on_error", "classifier_only", "on_unknown");
  expect_rule("{type: classifier, name: c}", "", "classifier_leaf");
  expect_rule("{type: classifier, name: c, label: l, predicate: {gte: 0.5}, on_error: match, on_unknown: match}",
              ".on_error", "two_unknown_policies", "on_unknown");
  expect_rule("{type: keyword, name: urgent, predicate: {}}", ".predicate", "empty_predicate");
  expect_rule("{type: authz, name: admin, on_unknown: match}", ".on_unknown", "identity_assumed", "fail_open");
}

// Bug: keys of a leaf without type and name made a rule that matches every request.
TEST(CompileRules, BugALeafWithoutTypeAndNameMatchedEverything) {
  expect_rule("{on_unknown: match}", "", "missing_key");
  expect_rule("{operator: AND, conditions: [{predicate: {gte: 1}}]}", ".conditions[0]", "missing_key");
}

TEST(CompileRules, DecisionNamesAreUnique) {
  const config::Diagnostic d = only("decisions: [{name: d}, {name: d}]");
  EXPECT_EQ(d.path + " " + d.code, "routing.decisions[1].name duplicate_name");
}

TEST(CompileRules, NestingIsBounded) {
  RecipeText text;
  RuleSpec rule;
  rule.type = "keyword", rule.name = "urgent";
  for (int i = 0; i < 65; ++i) {
    RuleSpec parent;
    parent.op = "NOT";
    parent.conditions.emplace(1, rule);
    rule = parent;
  }
  text.decisions.push_back({.path = "p", .name = "d", .rules = rule});
  EXPECT_THAT(Recipe(fakes(), text).problems(), ElementsAre(" rule_too_deep"));
  text.decisions[0].rules = rule.conditions->front();
  EXPECT_THAT(Recipe(fakes(), text).problems(), IsEmpty());
}

TEST(CompileRules, EveryMistakeIsReportedAtOnce) {
  const Recipe recipe(fakes(),
                      "decisions: [{name: d, rules: {operator: OR, conditions: [{type: keyword, name: x}, "
                      "{type: nothing, name: y}]}}, {name: d}]");
  EXPECT_EQ(recipe.problems().size(), 3u);
}

TEST(CompileComposers, MayNotUseWhatTheyFilterOrWhatIsComputedFromIt) {
  const auto composer = [](const std::string& type) {
    return only("composers: [{type: complexity, rule: need, filter: {operator: NOT, conditions: [{type: " + type +
                ", name: need:hard}]}}]");
  };
  EXPECT_EQ(composer("complexity").code, "composer_cycle");
  EXPECT_EQ(composer("complexity").path, "routing.composers[0].filter.conditions[0].type");
  EXPECT_EQ(composer("projection").code, "composer_cycle");
}

const std::string kScore = "scores: [{name: s, inputs: [{type: keyword, name: urgent, weight: 1}]}], ";

TEST(CompileProjections, Partitions) {
  expect_projection("partitions: [{name: p, members: [e, nope], default: e}]", "partitions[0].members[1]",
                    "dangling_reference");
  expect_projection("partitions: [{name: p, members: [e, f], default: g}]", "partitions[0].default",
                    "dangling_reference");
  expect_projection("partitions: [{name: p, semantics: softmax_exclusive, members: [e], default: e}]",
                    "partitions[0].temperature", "out_of_range");
}

TEST(CompileProjections, ScoreInputs) {
  const auto expect_input = [](const std::string& input, std::string_view path, std::string_view code,
                               std::string_view hint = "") {
    expect_projection("scores: [{name: s, inputs: [{weight: 1, " + input + "}]}]",
                      "scores[0].inputs[0]" + std::string(path), code, hint);
  };
  expect_input("type: keyword, name: urgnt", ".name", "dangling_reference", "urgent");
  expect_input("type: keywrd, name: urgent", ".type", "unknown_signal_type", "keyword");
  expect_input("type: projection, name: t", ".name", "dangling_reference", "");
  expect_input("type: projection, name: t, value_source: confidence", ".name", "dangling_reference");
  expect_input("type: kb_metric, kb: b", "", "missing_key");
  expect_input("type: kb_metric, kb: b, metric: best_score", "", "dangling_reference", "global.model_catalog.kbs");
  expect_input("type: keyword, name: urgent, value_source: score", ".value_source", "wrong_value_source", "binary");
}

TEST(CompileProjections, Mappings) {
  const auto expect_band = [](const std::string& band, std::string_view code, std::string_view hint = "") {
    expect_projection(kScore + "mappings: [{name: m, source: s, outputs: [{name: b, " + band + "}]}]",
                      "mappings[0].outputs[0]", code, hint);
  };
  expect_band("gt: 1, gte: 1", "double_bound");
  expect_band("gt: 2, lt: 1", "reversed_band", "swap");
  expect_band("gt: 1, lte: 1", "reversed_band");
  expect_projection(kScore + "mappings: [{name: m, source: s, outputs: [{name: b}]}]", "mappings[0].outputs[0]",
                    "empty_band");
  expect_projection(kScore + "mappings: [{name: m, source: ss, outputs: [{name: b, gt: 1}]}]", "mappings[0].source",
                    "dangling_reference");
  expect_projection(kScore + "mappings: [{name: m, source: s, method: multi_emit, outputs: [{name: b, gt: 1}]}]",
                    "mappings[0].outputs", "too_few_outputs");
  expect_projection(kScore + "mappings: [{name: m, source: s, calibration: {slope: 0}, outputs: [{name: b, gt: 1}]}]",
                    "mappings[0].calibration.slope", "out_of_range");
}

TEST(CompileProjections, NamesAreUnique) {
  expect_projection(
      "scores: [{name: s, inputs: [{type: keyword, name: urgent, weight: 1}]}, "
      "{name: s, inputs: [{type: keyword, name: urgent, weight: 1}]}]",
      "scores[1].name", "duplicate_name");
  expect_projection(kScore + "mappings: [{name: m, source: s, outputs: [{name: b, gt: 1}, {name: b, lte: 1}]}]",
                    "mappings[0].outputs[1].name", "duplicate_name");
  expect_projection(kScore +
                        "mappings: [{name: m, source: s, outputs: [{name: b, gt: 1}]}, "
                        "{name: m, source: s, outputs: [{name: c, gt: 1}]}]",
                    "mappings[1].name", "duplicate_name");
}

TEST(CompileProjections, ACycleIsNamed) {
  const config::Diagnostic d = only(
      "projections: {scores: [{name: a, inputs: [{type: projection, name: b, weight: 1}]}, {name: b, inputs: "
      "[{type: projection, name: high, value_source: confidence, weight: 1}]}], mappings: [{name: m, source: a, "
      "outputs: [{name: high, gte: 1}]}]}");
  EXPECT_EQ(d.code, "projection_cycle");
  EXPECT_EQ(d.path, "routing.projections.scores[0].inputs");
  EXPECT_THAT(d.message, HasSubstr("a -> b -> a"));
}

TEST(Compile, ReferencedSignalsAreThoseOfRulesComposersAndScores) {
  config::Diagnostics diagnostics;
  const RecipeText text = parse(
      "decisions: [{name: d, rules: {operator: NOT, conditions: [{type: keyword, name: a}]}}]\n"
      "composers: [{type: complexity, rule: r, filter: {type: embedding, name: b}}]\n"
      "projections: {scores: [{name: s, inputs: [{type: domain, name: c, weight: 1}]}]}",
      diagnostics);
  RecipeInput input;
  input.projections = &text.projections;
  input.decisions.push_back({"d", "", 0, 0, &*text.decisions[0].rules});
  input.composers.push_back({"complexity", "r", &text.composers[0].filter});
  using Names = std::set<std::pair<std::string, std::string>>;
  EXPECT_EQ(referenced_signals(input), (Names{{"keyword", "a"}, {"embedding", "b"}, {"domain", "c"}}));
}

TEST(Compile, UsedReachesThroughProjectionsComposersAndPartitions) {
  const Recipe recipe(
      {{"keyword", "k", match(), true},
       {"embedding", "e", match()},
       {"embedding", "f", match()},
       {"complexity", "c:hard", match()},
       {"keyword", "unused", match()}},
      "composers: [{type: complexity, rule: c, filter: {type: keyword, name: k}}]\n"
      "projections: {partitions: [{name: p, members: [e, f], default: f}], scores: [{name: s, inputs: "
      "[{type: embedding, name: e, weight: 1}]}], mappings: [{name: m, source: s, outputs: [{name: o, gt: 0}]}]}\n"
      "decisions: [{name: a, rules: {type: projection, name: o}}, {name: b, rules: {type: complexity, name: c:hard}}]");
  const Program& program = recipe.program();
  for (const SignalEntry& entry : program.signals.entries()) {
    EXPECT_EQ(program.used[recipe.id(entry.type->leaf, entry.name)], entry.name != "unused") << entry.key;
  }
  EXPECT_FALSE(program.decisions[0].security);
  EXPECT_TRUE(program.decisions[1].security);  // its composer looks at a security signal
}

}  // namespace
}  // namespace signalbox::decision::test
