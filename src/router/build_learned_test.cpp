// What learned signals get of a configuration: classifiers by role, knowledge bases, calibrations, and what is said
// when something is wrong with them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "models/head_fixture.h"
#include "router/judge.h"
#include "router/test_support.h"
#include "signals/classifier_test_support.h"
#include "trust/calibrations.h"

namespace signalbox::router {
namespace {

using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::Not;

class BuildLearned : public testing::Test {
 protected:
  BuildLearned() { std::filesystem::create_directories(folder_.path / "mini"); }

  Loaded load(const std::string& routing, const std::string& catalog, bool v1 = true) {
    const std::string yaml = std::string(v1 ? "version: v1\n" : "") + "routing: " + routing +
                             "\nglobal: {model_catalog: {embeddings: {semantic: {bert_model_path: mini}}" +
                             (catalog.empty() ? "" : ", " + catalog) + "}}\n";
    return load_text(yaml, (folder_.path / "config.yaml").string(), environment_, &served_);
  }
  void save_head(const std::string& name, const std::string& fingerprint) {
    models::HeadSpec spec = models::head_of_examples(*embedder_, {"cats", "dogs"}, {"a cat purrs", "the dog barks"});
    spec.encoder.fingerprint = fingerprint;
    const auto saved = models::save_head(folder_.path / name, spec, nullptr);
    ASSERT_TRUE(saved) << saved.error();
  }
  void write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories((folder_.path / name).parent_path());
    std::ofstream(folder_.path / name) << text;
  }
  signals::SignalResult result_of(const Snapshot& snapshot, const std::string& key, std::string_view text) {
    const evidence::Evidence evidence = evidence::from_text(text);
    JudgeOptions options;
    options.for_eval = true;
    options.decide.eager = true;
    const Judgement judgement = judge_request(snapshot, "auto", evidence, options);
    const decision::SignalTable& table = judgement.recipe->engine->program().signals;
    for (decision::SignalId id = 0; id < table.size(); ++id) {
      if (table[id].key == key) return judgement.outcome.results[id];
    }
    ADD_FAILURE() << "no signal " << key;
    return {};
  }

  models::TemporaryFolder folder_;
  config::Environment environment_ = no_variables;
  std::shared_ptr<models::FakeEmbedder> embedder_ = std::make_shared<models::FakeEmbedder>();
  std::shared_ptr<models::FakeProvider> provider_ = std::make_shared<models::FakeProvider>(embedder_);
  models::ServedModels served_{provider_, nullptr};
};

constexpr const char* kDomains =
    "{signals: {domains: [{name: cats}, {name: dogs}]}, decisions: [{name: d, rules: {type: domain, name: cats}}]}";

// ---- classifiers ----------------------------------------------------------------------------------------------------

TEST_F(BuildLearned, AHeadJudgesOnTheEmbeddingModel) {
  save_head("pets", "fake");
  const Loaded loaded = load(kDomains, "modules: {classifier: {domain: {model_id: pets}}}");
  ASSERT_NE(loaded.snapshot, nullptr) << said(loaded).front();
  EXPECT_EQ(result_of(*loaded.snapshot, "domain:cats", "my cat purrs").truth, signals::Truth::match);
  EXPECT_EQ(result_of(*loaded.snapshot, "domain:dogs", "my cat purrs").truth, signals::Truth::no_match);
}

TEST_F(BuildLearned, ASystemModelMayBeMeantByItsRole) {
  save_head("pets", "fake");
  const Loaded loaded = load(kDomains,
                             "system: {domain_classifier: pets},"
                             " modules: {classifier: {domain: {model_ref: domain_classifier}}}");
  ASSERT_NE(loaded.snapshot, nullptr);
  EXPECT_NE(loaded.snapshot->learned->domain.head, nullptr);
  EXPECT_THAT(said(load(kDomains, "modules: {classifier: {domain: {model_ref: feedback_detector}}}")),
              Contains(HasSubstr("domain.model_ref wrong_role")));
}

TEST_F(BuildLearned, AHeadOfAnotherEncoderIsRefused) {
  save_head("pets", "another");
  const Loaded loaded = load(kDomains, "modules: {classifier: {domain: {model_id: pets}}}");
  EXPECT_EQ(loaded.snapshot, nullptr);
  EXPECT_THAT(said(loaded), Contains(HasSubstr("modules.classifier.domain model_not_loaded")));
}

TEST_F(BuildLearned, AFolderThatIsNotThereMakesItsSignalsUnknown) {
  const Loaded loaded = load(kDomains, "modules: {classifier: {domain: {model_id: nowhere}}}");
  ASSERT_NE(loaded.snapshot, nullptr);
  const signals::SignalResult result = result_of(*loaded.snapshot, "domain:cats", "my cat purrs");
  EXPECT_EQ(result.reason, signals::Reason::model_missing);
  EXPECT_EQ(result.detail, "there is no folder nowhere");
}

TEST_F(BuildLearned, AClassifierThatIsSwitchedOffIsUnknown) {
  save_head("pets", "fake");
  const Loaded loaded = load(kDomains, "modules: {classifier: {domain: {model_id: pets, enabled: false}}}");
  ASSERT_NE(loaded.snapshot, nullptr);
  EXPECT_THAT(result_of(*loaded.snapshot, "domain:cats", "my cat purrs").detail, HasSubstr("not enabled"));
}

// Hundreds of megabytes are not loaded for signals that nobody uses.
TEST_F(BuildLearned, OnlyWhatIsUsedOrNamedIsOpened) {
  std::filesystem::create_directories(folder_.path / "models/mmbert32k-factcheck-classifier-merged");
  ASSERT_NE(load("{decisions: []}", "").snapshot, nullptr);
  EXPECT_TRUE(provider_->classifier_requests.empty());
  load("{signals: {fact_check: [{name: needs_fact_check}]}}", "");
  ASSERT_EQ(provider_->classifier_requests.size(), 1U);
  EXPECT_THAT(provider_->classifier_requests[0].path, HasSubstr("mmbert32k-factcheck-classifier-merged"));
}

// Bug: each signal that named a folder got a decorator of its own, and a request asked the model once for each.
TEST_F(BuildLearned, WhoNamesTheSameFolderSharesOneModel) {
  std::filesystem::create_directories(folder_.path / "topics");
  provider_->classifier = std::make_shared<signals::test::FakeClassifier>(std::vector<std::string>{"law", "sport"});
  const Loaded loaded = load(
      "{signals: {domains: [{name: law}], classifiers: [{name: c, type: local, model_path: topics, labels: [law]},"
      " {name: e, type: local, model_path: topics, labels: [law]}]}}",
      "modules: {classifier: {domain: {model_id: topics}}}");
  ASSERT_NE(loaded.snapshot, nullptr) << said(loaded).front();
  EXPECT_EQ(provider_->classifier_requests.size(), 1U);
}

// ---- knowledge bases ------------------------------------------------------------------------------------------------

constexpr const char* kKbRule =
    "{signals: {kb: [{name: k, kb: support, target: {kind: label, value: billing}}]},"
    " decisions: [{name: d, rules: {type: kb, name: k}}]}";
constexpr const char* kManifest =
    R"({"labels": {"billing": {"exemplars": ["charged twice"]}, "travel": {"exemplars": ["book a flight"]}}})";

TEST_F(BuildLearned, AKnowledgeBaseIsReadBesideTheConfiguration) {
  write("support/labels.json", kManifest);
  const Loaded loaded = load(kKbRule, "kbs: [{name: support, source: {path: support}, threshold: 0.7}]");
  ASSERT_NE(loaded.snapshot, nullptr) << said(loaded).front();
  EXPECT_EQ(result_of(*loaded.snapshot, "kb:k", "charged twice again").truth, signals::Truth::match);
  EXPECT_EQ(result_of(*loaded.snapshot, "kb:k", "book a flight").truth, signals::Truth::no_match);
}

TEST_F(BuildLearned, VsrsOwnAreFoundUnderItsAssetRoot) {
  const std::string rule =
      "{signals: {kb: [{name: k, kb: mmlu_kb, target: {kind: label, value: law}, match: best}]},"
      " decisions: [{name: d, rules: {type: kb, name: k}}]}";
  const Loaded without = load(rule, "");
  ASSERT_NE(without.snapshot, nullptr);
  EXPECT_THAT(result_of(*without.snapshot, "kb:k", "court").detail, HasSubstr("knowledge_bases/mmlu/"));
  std::string labels;
  for (const char* name : {"biology", "business", "computer science", "economics", "history", "math", "other",
                           "philosophy", "psychology", "chemistry", "engineering", "health", "law", "physics"}) {
    labels += std::string(labels.empty() ? "" : ", ") + "\"" + name + R"(": {"exemplars": [")" + name + R"( court"]})";
  }
  write("assets/knowledge_bases/mmlu/labels.json", "{\"labels\": {" + labels + "}}");
  environment_ = [root = (folder_.path / "assets").string()](const std::string& name) {
    return name == "VLLM_SR_CONFIG_ASSET_ROOT" ? std::optional(root) : std::nullopt;
  };
  const Loaded with = load(rule, "");
  ASSERT_NE(with.snapshot, nullptr) << said(with).front();
  EXPECT_EQ(result_of(*with.snapshot, "kb:k", "law court").truth, signals::Truth::match);
}

TEST_F(BuildLearned, WhatIsWrongWithAKnowledgeBaseIsSaid) {
  write("support/labels.json", kManifest);
  write("broken/labels.json", "{");
  const auto kb = [&](const std::string& rest) { return said(load(kKbRule, "kbs: [{name: support, " + rest + "}]")); };
  EXPECT_THAT(kb("source: {path: broken}"), Contains(HasSubstr("kbs[0].source knowledge_base_not_loaded")));
  EXPECT_THAT(kb("source: {path: support}, label_thresholds: {biling: 0.3}"),
              Contains(HasSubstr("kbs[0].label_thresholds.biling dangling_reference")));
  EXPECT_THAT(kb("source: {path: support}, groups: {money: [biling]}"),
              Contains(HasSubstr("kbs[0].groups.money dangling_reference")));
  EXPECT_THAT(kb("source: {path: support}, groups: {money: []}"),
              Contains(HasSubstr("kbs[0].groups.money empty_list")));
  EXPECT_THAT(kb("source: {path: support}, groups: {a: [billing]}, metrics: [{name: m, positive_group: a, "
                 "negative_group: b}]"),
              Contains(HasSubstr("metrics[0].negative_group dangling_reference")));
  EXPECT_THAT(
      said(load(kKbRule, "kbs: [{name: support, source: {path: support}}, {name: support, source: {path: x}}]")),
      Contains(HasSubstr("kbs[1].name duplicate_name")));
}

// ---- calibrations ---------------------------------------------------------------------------------------------------

constexpr const char* kEmbedding =
    "{signals: {embeddings: [{name: e, threshold: 0.5, candidates: [charged twice]}]},"
    " decisions: [{name: d, rules: {type: embedding, name: e}}]}";

class BuildCalibrations : public BuildLearned {
 protected:
  void calibrate(const std::string& fingerprint) {
    trust::Calibration calibration;
    calibration.signal = "embedding:e";
    calibration.fingerprint = fingerprint;
    calibration.model = "fake in fp32, dimension 64";
    calibration.map.slope = 10;
    calibration.map.offset = -5;
    trust::Calibrations all;
    all.put(calibration);
    const auto saved = all.save(folder_.path / "calibrations.json");
    ASSERT_TRUE(saved) << saved.error();
  }
};

// The score decides whether the rule matches; under v1 its probability is the confidence that decisions compare.
TEST_F(BuildCalibrations, GiveAScoreItsProbability) {
  calibrate("fake");
  const Loaded loaded = load(kEmbedding, "");
  ASSERT_NE(loaded.snapshot, nullptr) << said(loaded).front();
  const signals::SignalResult result = result_of(*loaded.snapshot, "embedding:e", "charged twice");
  ASSERT_TRUE(result.calibrated);
  EXPECT_NEAR(*result.calibrated, 1 / (1 + std::exp(-5.0)), 1e-6);
  EXPECT_EQ(result.truth, signals::Truth::match);
  EXPECT_THAT(said(loaded), Each(Not(HasSubstr("calibration"))));
}

TEST_F(BuildCalibrations, OfAnotherModelAreRefusedAndSaid) {
  calibrate("another");
  const Loaded loaded = load(kEmbedding, "");
  ASSERT_NE(loaded.snapshot, nullptr);
  EXPECT_FALSE(result_of(*loaded.snapshot, "embedding:e", "charged twice").calibrated);
  EXPECT_THAT(said(loaded), Contains(HasSubstr("calibration_refused: the calibration of embedding:e")));
}

TEST_F(BuildCalibrations, AFileThatIsNamedMustBeThere) {
  EXPECT_THAT(said(load(kEmbedding, "calibrations: none.json")), Contains(HasSubstr("calibrations_not_loaded")));
  write("calibrations.json", "{");
  EXPECT_THAT(said(load(kEmbedding, "")), Contains(HasSubstr("calibrations_not_loaded")));
}

}  // namespace
}  // namespace signalbox::router
