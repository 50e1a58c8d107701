// The pack: which models stand in for those that are not there, and what is said about it.
#include "router/model_pack.h"

#include <gmock/gmock.h>

#include <fstream>

#include "models/head_fixture.h"
#include "router/test_support.h"

namespace signalbox::router {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class Pack : public testing::Test {
 protected:
  Pack() {
    std::filesystem::create_directories(folder_.path / "own");
    std::filesystem::create_directories(models() / "mini");
    const auto saved = models::save_head(
        models() / "domain", models::head_of_examples(*embedder_, {"cats", "dogs"}, {"a cat purrs", "the dog barks"}),
        nullptr);
    EXPECT_TRUE(saved) << saved.error();
    write(R"({"format": 1, "roles": {"embedding": {"folder": "mini"},
                                     "domain": {"folder": "domain", "threshold": 0.375}}})");
  }
  std::filesystem::path models() const { return folder_.path / "pack"; }
  void write(const std::string& pack) { std::ofstream(models() / "pack.json") << pack; }

  Loaded load(const std::string& embeddings, const std::string& catalog) {
    const std::string yaml =
        "routing: {signals: {domains: [{name: cats}]}, decisions: [{name: d, rules: {type: domain, name: cats}}]}\n"
        "global: {model_catalog: {embeddings: {semantic: {" +
        embeddings + "}}, " + catalog + "}}\n";
    return load_text(yaml, (folder_.path / "config.yaml").string(), environment_, &served_);
  }

  models::TemporaryFolder folder_;
  std::string substitute_;
  config::Environment environment_ = [this](const std::string& name) -> std::optional<std::string> {
    if (name == "SIGNALBOX_MODELS") return models().string();
    if (name == "SIGNALBOX_SUBSTITUTE" && !substitute_.empty()) return substitute_;
    return std::nullopt;
  };
  std::shared_ptr<models::FakeEmbedder> embedder_ = std::make_shared<models::FakeEmbedder>();
  std::shared_ptr<models::FakeProvider> provider_ = std::make_shared<models::FakeProvider>(embedder_);
  models::ServedModels served_{provider_, nullptr};
};

constexpr const char* kAway = "mmbert_model_path: nowhere, embedding_config: {target_dimension: 256, target_layer: 6}";

TEST_F(Pack, NothingStandsInUnasked) {
  const Loaded loaded = load(kAway, "modules: {}");
  ASSERT_NE(loaded.snapshot, nullptr);
  EXPECT_EQ(loaded.snapshot->embedding->embedder, nullptr);
  EXPECT_TRUE(loaded.snapshot->stand_ins.empty());
}

TEST_F(Pack, StandsInForWhatIsNotThereAndSaysSo) {
  const Loaded loaded = load(kAway, "substitute: pack");
  ASSERT_NE(loaded.snapshot, nullptr) << said(loaded).front();
  ASSERT_EQ(provider_->requests.size(), 1U);
  EXPECT_EQ(provider_->requests[0].path, (models() / "mini").string());
  EXPECT_EQ(provider_->requests[0].dimension, 0U);  // that was the other model's
  EXPECT_EQ(provider_->requests[0].layer, 0U);
  EXPECT_NE(loaded.snapshot->learned->domain.head, nullptr);
  EXPECT_DOUBLE_EQ(loaded.snapshot->learned->domain.threshold, 0.375);
  EXPECT_THAT(said(loaded),
              Contains(HasSubstr("semantic.mmbert_model_path model_substituted: embedding: nowhere is not "
                                 "there; mini of the pack is used")));
  EXPECT_THAT(said(loaded),
              Contains(HasSubstr("model_substituted: domain: models/mmbert32k-intent-classifier-merged")));
  ASSERT_EQ(loaded.snapshot->stand_ins.size(), 2U);
  EXPECT_EQ(loaded.snapshot->stand_ins[1].role, "domain");
  EXPECT_EQ(loaded.snapshot->stand_ins[1].used, "domain");
}

TEST_F(Pack, AThresholdThatIsWrittenStaysAndIsCalledUncalibrated) {
  const Loaded loaded =
      load(kAway, "substitute: pack, modules: {classifier: {domain: {model_id: away, threshold: 0.9}}}");
  ASSERT_NE(loaded.snapshot, nullptr);
  EXPECT_DOUBLE_EQ(loaded.snapshot->learned->domain.threshold, 0.9);
  const std::vector<config::Diagnostic>& items = loaded.diagnostics->items();
  const auto item = std::ranges::find_if(items, [](const config::Diagnostic& d) {
    return d.code == "model_substituted" && d.message.starts_with("domain");
  });
  ASSERT_NE(item, items.end());
  EXPECT_THAT(item->path, HasSubstr("classifier.domain"));
  EXPECT_THAT(item->suggestion, HasSubstr("uncalibrated"));
}

TEST_F(Pack, WhatIsThereIsNotReplaced) {
  substitute_ = "pack";
  const Loaded loaded = load("bert_model_path: own", "modules: {}");
  ASSERT_NE(loaded.snapshot, nullptr);
  EXPECT_EQ(provider_->requests.at(0).path, (folder_.path / "own").string());
  ASSERT_EQ(loaded.snapshot->stand_ins.size(), 1U);
  EXPECT_EQ(loaded.snapshot->stand_ins[0].role, "domain");  // by the variable, which the flag --substitute sets
}

TEST_F(Pack, ARoleThatIsSwitchedOffStaysOff) {
  const Loaded loaded = load(kAway, "substitute: pack, modules: {classifier: {domain: {enabled: false}}}");
  ASSERT_NE(loaded.snapshot, nullptr);
  EXPECT_EQ(loaded.snapshot->learned->domain.head, nullptr);
  EXPECT_EQ(loaded.snapshot->stand_ins.size(), 1U);
}

TEST_F(Pack, APackThatCannotBeReadIsAnError) {
  struct Bad {
    const char* pack;
    const char* message;
  };
  for (const Bad& bad : {Bad{R"({"format": 2, "roles": {}})", "format"},
                         Bad{R"({"format": 1, "roles": {"domian": {"folder": "mini"}}})", "domian"},
                         Bad{R"({"format": 1, "roles": {"domain": {"folder": "gone"}}})", "gone, which is not there"},
                         Bad{R"({"format": 1, "roles": {"domain": {"folder": "mini", "threshold": 2}}})", "threshold"},
                         Bad{"{", "pack.json"}}) {
    write(bad.pack);
    const Loaded loaded = load(kAway, "substitute: pack");
    EXPECT_EQ(loaded.snapshot, nullptr) << bad.pack;
    EXPECT_THAT(said(loaded), Contains(HasSubstr(bad.message))) << bad.pack;
    EXPECT_THAT(said(loaded), Contains(HasSubstr("substitute pack_not_loaded"))) << bad.pack;
  }
  std::filesystem::remove(models() / "pack.json");
  EXPECT_THAT(said(load(kAway, "substitute: pack")), Contains(HasSubstr("make models")));
  EXPECT_THAT(said(load(kAway, "substitute: other")), Contains(HasSubstr("substitute")));
}

}  // namespace
}  // namespace signalbox::router
