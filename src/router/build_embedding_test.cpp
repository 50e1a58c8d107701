// The embedding model of a configuration: which folder, what is asked of the provider, and what is said when it fails.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "models/fake_embedder.h"
#include "router/test_support.h"

namespace signalbox::router {
namespace {

using testing::Contains;
using testing::EndsWith;
using testing::HasSubstr;

// A configuration file's folder with a model folder beside it.
class BuildEmbedding : public testing::Test {
 protected:
  BuildEmbedding() : folder_(std::filesystem::path(testing::TempDir()) / "build_embedding") {
    std::filesystem::create_directories(folder_ / "models/mini");
    std::filesystem::create_directories(folder_ / "models/mmbert-embed-32k-2d-matryoshka");
  }
  ~BuildEmbedding() override { std::filesystem::remove_all(folder_); }

  Loaded load_with(const std::string& semantic, const std::string& rest = "") {
    const std::string yaml =
        "routing: {signals: {embeddings: [{name: e, threshold: 0.7, candidates: [a]}]},"
        " decisions: [{name: d, rules: {type: embedding, name: e}}]}\n"
        "global: {model_catalog: {embeddings: {semantic: {" +
        semantic + "}}" + rest + "}}\n";
    return load_text(yaml, (folder_ / "config.yaml").string(), no_variables, &served_);
  }
  // What the provider was asked for; it must have been asked once.
  models::EmbedderRequest asked(const std::string& semantic, const std::string& rest = "") {
    provider_->requests.clear();
    const Loaded loaded = load_with(semantic, rest);
    EXPECT_NE(loaded.snapshot, nullptr);
    EXPECT_EQ(provider_->requests.size(), 1U);
    return provider_->requests.empty() ? models::EmbedderRequest() : provider_->requests.front();
  }
  static std::vector<std::string> said(const Loaded& loaded) {
    std::vector<std::string> texts;
    for (const config::Diagnostic& d : loaded.diagnostics->items()) texts.push_back(d.code + ": " + d.message);
    return texts;
  }

  std::filesystem::path folder_;
  std::shared_ptr<models::FakeEmbedder> embedder_ = std::make_shared<models::FakeEmbedder>();
  std::shared_ptr<models::FakeProvider> provider_ = std::make_shared<models::FakeProvider>(embedder_);
  models::ServedModels served_{provider_, nullptr};
};

TEST_F(BuildEmbedding, PathsAreRelativeToTheFile) {
  EXPECT_EQ(asked("bert_model_path: models/mini").path, (folder_ / "models/mini").string());
}

TEST_F(BuildEmbedding, AnAbsolutePathIsTakenAsItIs) {
  EXPECT_EQ(asked("bert_model_path: " + (folder_ / "models/mini").string()).path, (folder_ / "models/mini").string());
}

TEST_F(BuildEmbedding, TheTypeSaysWhichPath) {
  const std::string two = "bert_model_path: models/mini, mmbert_model_path: models/none";
  EXPECT_THAT(asked(two + ", embedding_config: {model_type: bert}").path, EndsWith("models/mini"));
}

TEST_F(BuildEmbedding, TheOnlyWrittenPathNeedsNoType) {
  EXPECT_THAT(asked("gemma_model_path: models/mini").path, EndsWith("models/mini"));
}

TEST_F(BuildEmbedding, MmbertHasAPlaceOfItsOwn) {
  EXPECT_THAT(asked("").path, EndsWith("models/mmbert-embed-32k-2d-matryoshka"));
}

// Never is another model used silently: two paths and no type is mmbert, whose folder is not there.
TEST_F(BuildEmbedding, OfSeveralPathsNoneIsGuessed) {
  const Loaded loaded = load_with("bert_model_path: models/mini, mmbert_model_path: models/none");
  EXPECT_TRUE(provider_->requests.empty());
  EXPECT_EQ(loaded.snapshot->embedding->missing, "there is no folder models/none");
}

TEST_F(BuildEmbedding, WhatIsWrittenIsAskedFor) {
  const models::EmbedderRequest request =
      asked("bert_model_path: models/mini, embedding_config: {target_dimension: 128, target_layer: 3}",
            ", precision: int8, trust: allow_unproven, runtime: {threads: 2, pin: true, max_batch_tokens: 4096, "
            "max_queue: 64}");
  EXPECT_EQ(request.precision, models::Precision::int8);
  EXPECT_EQ(request.trust, models::TrustPolicy::allow_unproven);
  EXPECT_EQ(request.dimension, 128U);
  EXPECT_EQ(request.layer, 3U);
  EXPECT_EQ(request.runtime, (models::RuntimeOptions{2, true, 4096, 64}));
}

TEST_F(BuildEmbedding, NothingIsAskedForThatIsNotWritten) {
  const models::EmbedderRequest request = asked("bert_model_path: models/mini");
  EXPECT_EQ(request.precision, models::Precision::automatic);
  EXPECT_EQ(request.trust, models::TrustPolicy::proven_only);
  EXPECT_EQ(request.dimension, 0U);
  EXPECT_EQ(request.layer, 0U);
  EXPECT_EQ(request.runtime, models::RuntimeOptions());
}

TEST_F(BuildEmbedding, AFolderThatIsThereAndBrokenIsAnError) {
  provider_->broken = "config.json: hidden_size is missing";
  const Loaded loaded = load_with("bert_model_path: models/mini");
  EXPECT_EQ(loaded.snapshot, nullptr);
  EXPECT_THAT(said(loaded), Contains("model_not_loaded: config.json: hidden_size is missing"));
}

TEST_F(BuildEmbedding, AFolderThatIsNotThereLeavesTheSignalUnknown) {
  const Loaded loaded = load_with("bert_model_path: models/none");
  ASSERT_NE(loaded.snapshot, nullptr);
  EXPECT_THAT(said(loaded), Contains(HasSubstr("there is no folder models/none")));
  const std::string text = "a";
  EXPECT_EQ(judge_text(*loaded.snapshot, "auto", text).decision, nullptr);
}

TEST_F(BuildEmbedding, AModelThatIsThereJudges) {
  const Loaded loaded = load_with("bert_model_path: models/mini");
  const std::string text = "a";
  const Judgement judgement = judge_text(*loaded.snapshot, "auto", text);
  ASSERT_NE(judgement.decision, nullptr);
  EXPECT_NEAR(judgement.outcome.confidence, 1, 1e-6);
  EXPECT_EQ(embedder_->asked().at("a"), 1);  // as an example; the request found it remembered
}

// Validating loads nothing, and a model that is there is none that is missing.
TEST_F(BuildEmbedding, WithoutAProviderNothingIsOpenedNorMissed) {
  const std::string yaml =
      "routing: {signals: {embeddings: [{name: e, threshold: 0.7, candidates: [a]}]},"
      " decisions: [{name: d, rules: {type: embedding, name: e}}]}\n"
      "global: {model_catalog: {embeddings: {semantic: {bert_model_path: models/mini}}}}\n";
  const Loaded loaded = load_text(yaml, (folder_ / "config.yaml").string(), no_variables);
  ASSERT_NE(loaded.snapshot, nullptr);
  EXPECT_EQ(loaded.snapshot->embedding->embedder, nullptr);
  EXPECT_THAT(said(loaded), testing::Not(Contains(HasSubstr("model_missing"))));
}

TEST_F(BuildEmbedding, AReloadEncodesOnlyNewExamples) {
  const Loaded before = load_with("bert_model_path: models/mini");
  const Loaded after = load_with("bert_model_path: models/mini");
  EXPECT_EQ(embedder_->asked().at("a"), 1);
}

// A security signal without its model keeps serve from starting; one with its model does not.
TEST_F(BuildEmbedding, ASecuritySignalMissesItsModelOnlyWhereThereIsNone) {
  const std::string yaml =
      "routing: {signals: {embeddings: [{name: e, threshold: 0.7, security: true, candidates: [a]}]},"
      " decisions: [{name: d, rules: {type: embedding, name: e}}]}\n"
      "global: {model_catalog: {embeddings: {semantic: {bert_model_path: models/";
  const std::string file = (folder_ / "config.yaml").string();
  EXPECT_EQ(load_text(yaml + "mini}}}}", file, no_variables, &served_).snapshot->missing_security_models.size(), 0U);
  const auto missing = load_text(yaml + "none}}}}", file, no_variables, &served_).snapshot->missing_security_models;
  ASSERT_EQ(missing.size(), 1U);
  EXPECT_EQ(missing[0].signal, "embedding:e");
}

TEST_F(BuildEmbedding, ItCanBeAModelThatClientsName) {
  const std::string yaml =
      "routing: {}\nglobal: {router: {local_embeddings: true},"
      " model_catalog: {embeddings: {semantic: {bert_model_path: models/mini/}}}}\n";
  const Loaded loaded = load_text(yaml, (folder_ / "config.yaml").string(), no_variables, &served_);
  ASSERT_NE(loaded.snapshot, nullptr);
  ASSERT_TRUE(loaded.snapshot->model_names.contains("mini"));
  EXPECT_TRUE(loaded.snapshot->models[loaded.snapshot->model_names.at("mini")].local_embeddings);
}

TEST_F(BuildEmbedding, ItsNameMayNotBeAnotherModels) {
  const std::string yaml =
      "providers: {models: [{name: mini, backend_refs: [{endpoint: '127.0.0.1:9'}]}]}\n"
      "routing: {modelCards: [{name: mini}]}\nglobal: {router: {local_embeddings: true},"
      " model_catalog: {embeddings: {semantic: {bert_model_path: models/mini}}}}\n";
  const Loaded loaded = load_text(yaml, (folder_ / "config.yaml").string(), no_variables, &served_);
  EXPECT_THAT(said(loaded), Contains(HasSubstr("name_clash")));
}

}  // namespace
}  // namespace signalbox::router
