#include "probes/measure_signal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "models/fake_embedder.h"
#include "models/served_models.h"
#include "probes/test_support.h"

namespace signalbox::probes {
namespace {

using testing::HasSubstr;

std::string with_model() {
  return std::string(test::kConfig) +
         "global: {model_catalog: {embeddings: {semantic: {bert_model_path: examples}}}}\n";
}

class MeasureSignal : public testing::Test {
 protected:
  MeasureSignal() {
    models::ServedModels models(std::make_shared<models::FakeProvider>(embedder_), nullptr);
    const auto nothing = [](const std::string&) { return std::optional<std::string>(); };
    loaded_ = router::load_text(with_model(), std::string(SIGNALBOX_SOURCE_DIR) + "/test.yaml", nothing, &models);
  }

  std::vector<MeasuredScore> of(const std::string& body, const std::vector<ScoredSignal>& signals) {
    return measure(*loaded_.snapshot, body, signals, nullptr).value();
  }

  std::shared_ptr<models::FakeEmbedder> embedder_ = std::make_shared<models::FakeEmbedder>();
  router::Loaded loaded_;
};

TEST_F(MeasureSignal, IsTheScoreBeforeAnyThreshold) {
  ASSERT_TRUE(loaded_.snapshot);
  const ScoredSignal topic = find_signal(*loaded_.snapshot, "embedding:topic").value();
  EXPECT_EQ(topic.fingerprint, "fake");
  EXPECT_EQ(topic.model, "fake in fp32, dimension 64");
  const auto alike = of(R"({"text": "a topic of some kind"})", {topic});
  const auto unlike = of(R"({"messages": [{"role": "user", "content": "weather tomorrow"}]})", {topic});
  EXPECT_NEAR(alike[0].value.value(), 1, 1e-6);
  EXPECT_LT(unlike[0].value.value(), 0.5);
  EXPECT_DOUBLE_EQ(unlike[0].threshold.value(), 0.5);
}

TEST_F(MeasureSignal, NamedValuesAreMeasuredLikewise) {
  const ScoredSignal best = find_signal(*loaded_.snapshot, "embedding:topic:best").value();
  EXPECT_EQ(best.key, "embedding:topic");
  EXPECT_NEAR(of(R"({"text": "a topic of some kind"})", {best})[0].value.value(), 1, 1e-6);
  const ScoredSignal none = find_signal(*loaded_.snapshot, "embedding:topic:worst").value();
  EXPECT_EQ(of(R"({"text": "a topic of some kind"})", {none})[0].why, "no score");
}

TEST_F(MeasureSignal, AnUnknownSignalSaysWhy) {
  const ScoredSignal topic = find_signal(*loaded_.snapshot, "embedding:topic").value();
  embedder_->error = models::EmbedError{models::EmbedError::Kind::overloaded, "full"};
  const auto scores = of(R"({"text": "something else"})", {topic});
  EXPECT_FALSE(scores[0].value);
  EXPECT_EQ(scores[0].why, "unknown (overloaded)");
}

TEST_F(MeasureSignal, WhatIsNoSignalOrHasNoModelIsRefused) {
  EXPECT_THAT(find_signal(*loaded_.snapshot, "embedding:topics").error(), HasSubstr("is no signal"));
  EXPECT_THAT(find_signal(*loaded_.snapshot, "topic").error(), HasSubstr("is no signal"));
  EXPECT_THAT(find_signal(*test::snapshot(), "embedding:topic").error(), HasSubstr("cannot be measured"));
}

TEST_F(MeasureSignal, ASignalWithoutAModelHasNoFingerprint) {
  const ScoredSignal context = find_signal(*loaded_.snapshot, "context:long").value();
  EXPECT_EQ(context.fingerprint, "");
  EXPECT_GT(of(R"({"text": "three words here"})", {context})[0].value.value(), 0);
}

TEST_F(MeasureSignal, ABodyThatIsNoRequestIsASentence) {
  const ScoredSignal topic = find_signal(*loaded_.snapshot, "embedding:topic").value();
  EXPECT_FALSE(measure(*loaded_.snapshot, R"({"messages": [{"role": 7}]})", std::vector{topic}, nullptr));
}

}  // namespace
}  // namespace signalbox::probes
