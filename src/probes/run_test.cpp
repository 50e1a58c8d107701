#include "probes/run.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "models/fake_embedder.h"
#include "models/served_models.h"
#include "probes/test_support.h"

namespace signalbox::probes {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

ProbeReport run(std::string_view yaml, bool strict = false) {
  RunOptions options;
  options.strict = strict;
  return run_probes(*test::snapshot(), test::probes(yaml), options);
}

constexpr std::string_view kMixed = R"(
decisions:
  - id: fast
    expected_algorithm: static
    expected_alias: small
    expected_plugins: [system_prompt]
    plugin_match: exact
    variants:
      - {id: text, query: this is urgent, expected_signals: {keywords: [urgent]}, tags: ["language:en", "class:positive"]}
      - id: chat
        messages: [{role: system, content: be nice}, {role: user, content: "urgent, please"}]
        tools: [{type: function, function: {name: f}}]
      - {id: wrong, query: nothing of the kind, tags: ["language:en"]}
  - id: guess
    variants:
      - {id: open, query: maybe so}
  - id: rest
    variants:
      - {id: negative, query: hello, tags: [class:negative]}
)";

TEST(RunProbes, PassedFailedAndNeedsModel) {
  const ProbeReport report = run(kMixed);
  ASSERT_EQ(report.probes.size(), 5U);
  EXPECT_EQ(report.all.passed, 3U);
  EXPECT_EQ(report.all.failed, 1U);
  EXPECT_EQ(report.all.needs_model, 1U);
  EXPECT_EQ(report.probes[2].status, Status::failed);
  EXPECT_THAT(report.probes[2].failures[0], "decision: expected \"fast\", got \"rest\"");
  EXPECT_EQ(report.probes[2].actual_decision, "rest");
  EXPECT_EQ(report.probes[3].status, Status::needs_model);
  EXPECT_THAT(report.probes[3].failures, IsEmpty());
  EXPECT_THAT(report.probes[3].unknown_signals, ElementsAre("embedding:topic (model_missing)"));
  EXPECT_FALSE(report.ok);
}

// Whether a failure is the threshold's, which may belong to another model.
TEST(RunProbes, ScoresAreShownBesideTheirThresholds) {
  models::ServedModels models(std::make_shared<models::FakeProvider>(std::make_shared<models::FakeEmbedder>()),
                              nullptr);
  const std::string config =
      std::string(test::kConfig) + "global: {model_catalog: {embeddings: {semantic: {bert_model_path: examples}}}}\n";
  const auto nothing = [](const std::string&) { return std::optional<std::string>(); };
  const router::Loaded loaded =
      router::load_text(config, std::string(SIGNALBOX_SOURCE_DIR) + "/test.yaml", nothing, &models);
  ASSERT_NE(loaded.snapshot, nullptr);
  const ProbeFile file = test::probes(
      "decisions: [{id: guess, variants: [{id: alike, query: maybe a topic of some kind}, {id: unlike, query: maybe "
      "so}]}]");
  RunOptions options;
  options.scores = true;
  const ProbeReport report = run_probes(*loaded.snapshot, file, options);
  ASSERT_EQ(report.probes.size(), 2U);
  const ProbeResult &alike = report.probes[0], &unlike = report.probes[1];
  EXPECT_EQ(alike.status, Status::passed);
  EXPECT_EQ(unlike.status, Status::failed);
  ASSERT_EQ(unlike.scores.size(), 1U);
  EXPECT_EQ(unlike.scores[0].signal, "embedding:topic");
  EXPECT_EQ(unlike.scores[0].state, "no_match");
  EXPECT_EQ(unlike.scores[0].threshold, 0.5);
  EXPECT_LT(unlike.scores[0].value, 0.5);
  EXPECT_GT(alike.scores.at(0).value, 0.5);
  EXPECT_EQ(report_json(report)["probes"][1]["scores"][0]["threshold"], 0.5);
  EXPECT_THAT(report_text(report), HasSubstr(", threshold 0.500: no_match\n"));
  EXPECT_TRUE(run_probes(*loaded.snapshot, file).probes[1].scores.empty());
}

// Without `maybe` the embedding cannot change the decision, although it is unknown.
TEST(RunProbes, AnUnknownSignalThatChangesNothingIsOnlyReported) {
  const ProbeReport report = run(R"(
decisions:
  - id: rest
    variants:
      - {id: plain, query: hello}
      - {id: named, query: hello, expected_signals: {embeddings: [topic]}}
)");
  EXPECT_EQ(report.all.passed, 2U);
  EXPECT_THAT(report.probes[0].unknown_signals, ElementsAre("embedding:topic (model_missing)"));
  EXPECT_THAT(report.probes[0].unchecked, IsEmpty());
  EXPECT_THAT(report.probes[1].unchecked, ElementsAre("signal embeddings:topic is unknown and must match"));
  EXPECT_TRUE(report.ok);
}

// `determined` once meant that not even the confidence could change; VSR's knowledge recipe then never was.
TEST(RunProbes, AnUnknownSignalThatOnlyChangesTheConfidenceLeavesTheDecisionDetermined) {
  constexpr std::string_view kConfig = R"(
version: v0.3
providers: {defaults: {default_model: m}, models: [{name: m, backend_refs: [{name: a, endpoint: "127.0.0.1:1"}]}]}
routing:
  signals:
    keywords: [{name: k, operator: OR, keywords: [urgent]}]
    structure:
      - name: question
        feature: {type: density, source: {type: keyword_set, keywords: [urgent]}}
        predicate: {gt: 0.01}
    embeddings: [{name: topic, threshold: 0.5, candidates: [a topic]}]
  decisions:
    - name: either
      tier: 1
      priority: 20
      rules: {operator: OR, conditions: [{type: embedding, name: topic}, {type: structure, name: question}]}
      modelRefs: [{model: m}]
    - name: later
      tier: 2
      priority: 10
      modelRefs: [{model: m}]
)";
  const ProbeReport report = run_probes(*test::snapshot(kConfig), test::probes(R"(
decisions:
  - {id: either, variants: [{id: sure, query: urgent}, {id: open, query: hello}]}
)"));
  EXPECT_EQ(report.probes[0].status, Status::passed);
  EXPECT_THAT(report.probes[0].unknown_signals, ElementsAre("embedding:topic (model_missing)"));
  EXPECT_EQ(report.probes[1].status, Status::needs_model);
}

TEST(RunProbes, StrictAcceptsNothingUnjudged) {
  constexpr std::string_view kOpen = "decisions: [{id: guess, variants: [{id: v, query: maybe}]}]";
  EXPECT_TRUE(run(kOpen).ok);
  EXPECT_FALSE(run(kOpen, true).ok);
  constexpr std::string_view kUnchecked =
      "decisions: [{id: rest, variants: [{id: v, query: hello, expected_signals: {embeddings: [topic]}}]}]";
  EXPECT_TRUE(run(kUnchecked).ok);
  EXPECT_FALSE(run(kUnchecked, true).ok);
  constexpr std::string_view kGood = "decisions: [{id: rest, variants: [{id: v, query: hello}]}]";
  EXPECT_TRUE(run(kGood, true).ok);
}

TEST(RunProbes, AnAlgorithmOfSeveralModelsIsLeftToExecution) {
  const ProbeReport report =
      run("decisions: [{id: team, expected_algorithm: fusion, expected_alias: large, variants: [{id: v, query: compile "
          "it}]}]");
  EXPECT_THAT(report.probes[0].failures, IsEmpty());
}

// VSR's knowledge recipe configures no algorithm and its probes expect `static`.
TEST(RunProbes, ADecisionWithoutAlgorithmIsStatic) {
  const ProbeReport report =
      run("decisions: [{id: rest, expected_algorithm: static, variants: [{id: v, query: hello}]}]");
  EXPECT_THAT(report.probes[0].failures, IsEmpty());
}

TEST(RunProbes, LongTextsReachTheSignals) {
  const ProbeReport report = run(R"(
decisions:
  - id: bulk
    expected_signals: {context: [long]}
    variants:
      - {id: repeated, query: a line of several ordinary words, repeat: 2600}
      - {id: padded, query: short, padding: {text: and some more words, repeat: 2000, placement: around}}
      - {id: generated, messages: [{role: user, content: short}], generated_text: {target_text_bytes: 100000, character: x}}
)");
  for (const ProbeResult& probe : report.probes) EXPECT_THAT(probe.failures, IsEmpty()) << probe.id;
}

TEST(RunProbes, ARefusedRequestFailsWithItsReason) {
  const ProbeReport report = run(R"(
decisions:
  - {id: rest, model: nobody, variants: [{id: model, query: hello}]}
  - {id: also, expected_decision: rest, variants: [{id: role, messages: [{role: emperor, content: hello}]}]}
)");
  EXPECT_THAT(report.probes[0].failures, ElementsAre(HasSubstr("refused (404 model_not_found)")));
  EXPECT_THAT(report.probes[1].failures, ElementsAre(HasSubstr("refused (400")));
}

TEST(RunProbes, ProgressNamesEveryProbeInOrder) {
  std::string seen;
  RunOptions options;
  options.progress = [&](const ProbeResult& probe, std::size_t done, std::size_t total) {
    seen += fmt::format("{} {}/{};", probe.id, done, total);
  };
  run_probes(*test::snapshot(), test::probes(kMixed), options);
  EXPECT_EQ(seen, "text 1/5;chat 2/5;wrong 3/5;open 4/5;negative 5/5;");
}

TEST(RunProbes, NoDecisionCanBeExpected) {
  const auto snapshot = test::snapshot(R"(
version: v0.3
providers: {defaults: {default_model: m}, models: [{name: m, backend_refs: [{name: a, endpoint: "127.0.0.1:1"}]}]}
routing:
  signals: {keywords: [{name: k, operator: OR, keywords: [urgent]}]}
  decisions: [{name: d, priority: 1, rules: {operator: OR, conditions: [{type: keyword, name: k}]}, modelRefs: [{model: m}]}]
)");
  const ProbeReport report = run_probes(*snapshot, test::probes(R"(
decisions:
  - {id: none, expected_decision: "", expected_alias: m, variants: [{id: good, query: hello}, {id: bad, query: urgent}]}
)"));
  EXPECT_EQ(report.probes[0].status, Status::passed);
  EXPECT_THAT(report.probes[1].failures[0], "decision: expected no decision, got \"d\"");
}

TEST(Acceptance, RatesDecideWhereTheyAreStated) {
  const auto with = [](std::string_view head, std::string_view robustness = "{}") {
    return fmt::format(
        "{}\ndecisions: [{{id: rest, robustness: {}, variants: [{{id: a, query: hello}}, "
        "{{id: b, query: urgent}}]}}]",
        head, robustness);
  };
  EXPECT_FALSE(run(with("")).ok) << "a failed probe";
  EXPECT_TRUE(run(with("acceptance: {min_probe_pass_rate: 50}")).ok);
  EXPECT_FALSE(run(with("acceptance: {min_probe_pass_rate: 51}")).ok);
  EXPECT_FALSE(run(with("acceptance: {min_probe_pass_rate: 50, min_decision_pass_rate: 60}")).ok);
  EXPECT_TRUE(run(with("", "{min_pass_rate: 50}")).ok);
  EXPECT_TRUE(run(with("acceptance: {min_probe_pass_rate: 50, min_decision_pass_rate: 60}", "{min_pass_rate: 50}")).ok);
}

TEST(Acceptance, TagRatesCountGroups) {
  const std::string yaml =
      std::string("coverage: {min_tag_pass_rate: {language: 100, class: 100}}") + std::string(kMixed);
  const ProbeReport report = run(yaml);
  ASSERT_EQ(report.acceptance.size(), 2U);
  EXPECT_EQ(report.acceptance[0].name, "min_tag_pass_rate.class");
  EXPECT_TRUE(report.acceptance[0].met);
  EXPECT_EQ(report.acceptance[1].actual, 50.0);
  EXPECT_FALSE(report.acceptance[1].met);
}

TEST(Coverage, SharesShapesAndCounts) {
  const ProbeReport report = run(std::string(R"(
coverage:
  min_signal_assertion_percent: 16.7
  min_projection_assertion_percent: 100
  min_algorithm_assertion_percent: 21
  min_plugin_assertion_percent: 100
  required_request_shapes: [text, messages, tools, image]
  min_tag_counts: {language: 2, negative: 1}
)") + std::string(kMixed));
  const auto criterion = [&](std::string_view name) {
    for (const Criterion& one : report.coverage) {
      if (one.name == name) return one;
    }
    ADD_FAILURE() << name;
    return Criterion{};
  };
  EXPECT_EQ(criterion("min_signal_assertion_percent").actual, 16.7) << "1 of 6";
  EXPECT_TRUE(criterion("min_signal_assertion_percent").met);
  EXPECT_EQ(criterion("min_projection_assertion_percent").actual, 100) << "there are none";
  EXPECT_EQ(criterion("min_algorithm_assertion_percent").actual, 20) << "1 of 5";
  EXPECT_FALSE(criterion("min_algorithm_assertion_percent").met);
  EXPECT_EQ(criterion("min_plugin_assertion_percent").actual, 100);
  EXPECT_TRUE(criterion("required_request_shapes.tools").met);
  EXPECT_TRUE(criterion("required_request_shapes.messages").met);
  EXPECT_FALSE(criterion("required_request_shapes.image").met);
  EXPECT_TRUE(criterion("min_tag_counts.language").met);
  EXPECT_FALSE(criterion("min_tag_counts.negative").met) << "class:negative is of the group class";
}

TEST(ProbeReport, JsonHasTheFieldsOfTheDesign) {
  const nlohmann::ordered_json json = report_json(run(kMixed));
  EXPECT_EQ(json["total"], 5);
  EXPECT_EQ(json["passed"], 3);
  EXPECT_EQ(json["failed"], 1);
  EXPECT_EQ(json["needs_model"], 1);
  EXPECT_EQ(json["ok"], false);
  EXPECT_EQ(json["probes"][0]["id"], "text");
  EXPECT_EQ(json["probes"][0]["decision"], "fast");
  EXPECT_EQ(json["probes"][0]["status"], "passed");
  EXPECT_EQ(json["probes"][2]["failures"][0], "decision: expected \"fast\", got \"rest\"");
  EXPECT_EQ(json["decisions"]["fast"]["pass_rate"], 66.7);
  EXPECT_TRUE(json["decisions"]["guess"]["pass_rate"].is_null());
  EXPECT_EQ(json["tags"]["language"]["total"], 2);
}

TEST(ProbeReport, TextNamesWhatDidNotPass) {
  const ProbeReport report = run(kMixed);
  const std::string text = report_text(report);
  EXPECT_THAT(text, HasSubstr("failed       fast/wrong\n               decision: expected \"fast\", got \"rest\"\n"));
  EXPECT_THAT(text, HasSubstr("needs_model  guess/open\n               unknown: embedding:topic (model_missing)\n"));
  EXPECT_THAT(text, HasSubstr("5 probes: 3 passed, 1 failed, 1 need a model\n"));
  EXPECT_EQ(text.find("fast/text"), std::string::npos);
  EXPECT_THAT(report_text(report, true), HasSubstr("passed       fast/text\n"));
}

}  // namespace
}  // namespace signalbox::probes
