#include "models/served_models.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "models/fake_embedder.h"
#include "models/trust_gate.h"

namespace signalbox::models {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::size_t kCache = 1u << 20;

struct Served {
  explicit Served(std::shared_ptr<FakeEmbedder> embedder = std::make_shared<FakeEmbedder>())
      : fake(std::move(embedder)), provider(std::make_shared<FakeProvider>(fake)), models(provider, &metrics) {}

  std::shared_ptr<const TextEmbedder> open(TrustPolicy trust = TrustPolicy::proven_only) {
    EmbedderRequest request;
    request.path = "/models/fake";
    request.trust = trust;
    return *models.open(request, kCache);
  }

  telemetry::Registry metrics;
  std::shared_ptr<FakeEmbedder> fake;
  std::shared_ptr<FakeProvider> provider;
  ServedModels models;
};

TEST(ServedModels, RememberAcrossConfigurations) {
  Served served;
  served.open()->embed("text", {});
  served.open()->embed("text", {});  // another snapshot's embedder
  EXPECT_EQ(served.fake->passes(), 1U);
}

TEST(ServedModels, PassOnWhatIsWrongWithAFolder) {
  Served served;
  served.provider->broken = "config.json is missing";
  EXPECT_EQ(served.models.open({}, kCache).error(), "config.json is missing");
}

TEST(ServedModels, CountPassesAndHits) {
  Served served;
  const auto model = served.open();
  model->embed("one", {});
  model->embed("one", {});
  model->embed("two", {});
  const std::string text = served.metrics.text();
  EXPECT_THAT(text, HasSubstr("signalbox_encoder_passes_total{model=\"fake\",modality=\"text\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("signalbox_encoder_cache_total{model=\"fake\",modality=\"text\",result=\"hit\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("signalbox_encoder_cache_total{model=\"fake\",modality=\"text\",result=\"miss\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("signalbox_encoder_trust{model=\"fake\",modality=\"text\",state=\"proven\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("signalbox_encoder_trust{model=\"fake\",modality=\"text\",state=\"unproven\"} 0\n"));
}

TEST(ServedModels, CountWhatWasRefused) {
  Served served;
  served.fake->error = EmbedError{EmbedError::Kind::overloaded, "the queue is full"};
  served.open()->embed("one", {});
  EXPECT_THAT(served.metrics.text(),
              HasSubstr("signalbox_encoder_refused_total{model=\"fake\",modality=\"text\",reason=\"overloaded\"} 1\n"));
  EXPECT_THAT(served.metrics.text(), Not(HasSubstr("signalbox_encoder_passes_total{")));
}

// ---- trust --------------------------------------------------------------------------------------------------------

std::optional<EmbedError::Kind> refusal_of(Trust trust, TrustPolicy policy) {
  auto fake = std::make_shared<FakeEmbedder>();
  fake->info_.trust = trust;
  Served served(std::move(fake));
  const auto result = served.open(policy)->embed("text", {});
  return result ? std::nullopt : std::optional(result.error().kind);
}

TEST(TrustGate, ProvenModelsAnswer) {
  EXPECT_EQ(refusal_of(Trust::proven, TrustPolicy::proven_only), std::nullopt);
}

TEST(TrustGate, UnprovenModelsAnswerOnlyWhereThatIsAllowed) {
  EXPECT_EQ(refusal_of(Trust::unproven, TrustPolicy::proven_only), EmbedError::Kind::untrusted);
  EXPECT_EQ(refusal_of(Trust::unproven, TrustPolicy::allow_unproven), std::nullopt);
}

TEST(TrustGate, UntrustedModelsNeverAnswer) {
  EXPECT_EQ(refusal_of(Trust::untrusted, TrustPolicy::allow_unproven), EmbedError::Kind::untrusted);
}

// The cache is shared: what one configuration may see must not answer for one that may not.
TEST(TrustGate, AVectorInTheCacheDoesNotGoAroundIt) {
  auto fake = std::make_shared<FakeEmbedder>();
  fake->info_.trust = Trust::unproven;
  Served served(std::move(fake));
  EXPECT_TRUE(served.open(TrustPolicy::allow_unproven)->embed("text", {}).has_value());
  EXPECT_FALSE(served.open(TrustPolicy::proven_only)->embed("text", {}).has_value());
}

TEST(TrustGate, SaysWhatHelps) {
  ModelInfo info;
  info.trust = Trust::unproven;
  EXPECT_THAT(*untrusted_reason(info, TrustPolicy::proven_only), HasSubstr("allow_unproven"));
  info.trust = Trust::untrusted;
  info.trust_detail = "layer 3 differs";
  EXPECT_THAT(*untrusted_reason(info, TrustPolicy::allow_unproven), HasSubstr("layer 3 differs"));
}

// ---- candidates ---------------------------------------------------------------------------------------------------

TEST(CandidateStore, AnswersInTheOrderOfTheTexts) {
  const FakeEmbedder model;
  CandidateStore store;
  std::vector<std::string> texts;
  for (int i = 0; i < 50; ++i) texts.push_back("word" + std::to_string(i));
  const auto vectors = store.embed_all(model, texts, {});
  ASSERT_TRUE(vectors.has_value());
  for (std::size_t i = 0; i < texts.size(); ++i) EXPECT_EQ((*vectors)[i]->values, (*model.embed(texts[i], {}))->values);
}

TEST(CandidateStore, EncodesOnlyWhatIsNew) {
  const FakeEmbedder model;
  CandidateStore store;
  const std::array<std::string, 2> first{"a", "b"};
  const std::array<std::string, 3> second{"b", "c", "a"};
  ASSERT_TRUE(store.embed_all(model, first, {}).has_value());
  ASSERT_TRUE(store.embed_all(model, second, {}).has_value());
  EXPECT_THAT(model.asked(), testing::ElementsAre(testing::Pair("a", 1), testing::Pair("b", 1), testing::Pair("c", 1)));
}

TEST(CandidateStore, ReportsAnError) {
  FakeEmbedder model;
  model.error = EmbedError{EmbedError::Kind::failed, "out of memory"};
  CandidateStore store;
  const std::array<std::string, 3> texts{"a", "b", "c"};
  EXPECT_EQ(store.embed_all(model, texts, {}).error().kind, EmbedError::Kind::failed);
}

// An embedder whose queue is full for the first few texts.
TEST(CandidateStore, WaitsForRoomInTheQueue) {
  struct Busy final : TextEmbedder {
    const ModelInfo& info() const override { return fake.info(); }
    Result embed(std::string_view text, const EmbedOptions& options) const override {
      if (refusals-- > 0) return std::unexpected(EmbedError{EmbedError::Kind::overloaded, "full"});
      return fake.embed(text, options);
    }
    std::uint32_t count_tokens(std::string_view text) const override { return fake.count_tokens(text); }
    std::uint64_t passes() const override { return fake.passes(); }
    FakeEmbedder fake;
    mutable std::atomic<int> refusals{5};
  };
  const Busy model;
  CandidateStore store;
  const std::array<std::string, 3> texts{"a", "b", "c"};
  EXPECT_TRUE(store.embed_all(model, texts, {}).has_value());
}

}  // namespace
}  // namespace signalbox::models
