#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "signals/classifier_test_support.h"

namespace signalbox::signals::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Classifier : public testing::Test {
 protected:
  Classifier() {
    classifier_->windows["a plan"] = {{0.8F, 0.2F}, {0.4F, 0.6F}};
    learned_.open = [this](const std::string& folder) -> std::expected<ClassifierModel, std::string> {
      if (folder == "broken") return std::unexpected("broken: has no model.safetensors");
      if (folder == "absent") {
        ClassifierModel none;
        none.missing = "there is no folder absent";
        return none;
      }
      return model_of(classifier_, 0.5);
    };
  }
  Rules rules(std::string_view yaml) const {
    return Rules("classifier", yaml, {.v1 = true, .used = {}, .embedding = {}, .learned = &learned_});
  }

  std::shared_ptr<FakeClassifier> classifier_ =
      std::make_shared<FakeClassifier>(std::vector<std::string>{"SAFE", "RISKY"});
  LearnedModels learned_;
};

// The signal itself never matches: leaves compare a label's score.
TEST_F(Classifier, ScoresItsLabels) {
  const SignalResult result =
      Subject::text("a plan").evaluate(rules("[{name: c, type: local, model_path: m, labels: [risky, SAFE]}]"), "c");
  EXPECT_EQ(result.truth, Truth::no_match);
  EXPECT_NEAR(value(result, "risky"), 0.4, 1e-6);
  EXPECT_NEAR(value(result, "SAFE"), 0.6, 1e-6);
}

TEST_F(Classifier, AProtectingRuleTakesTheHighestWindow) {
  const SignalResult result = Subject::text("a plan").evaluate(
      rules("[{name: c, type: local, model_path: m, labels: [RISKY], security: true}]"), "c");
  EXPECT_NEAR(value(result, "RISKY"), 0.6, 1e-6);
}

TEST_F(Classifier, WhatIsWrongIsSaid) {
  EXPECT_THAT(rules("[{name: c, type: local, model_path: m, labels: [RISKI]}]").problems(),
              ElementsAre("routing.signals.classifiers[0].labels[0] unknown_label"));
  const Rules broken = rules("[{name: c, type: local, model_path: broken, labels: [RISKY]}]");
  EXPECT_THAT(broken.problems(), ElementsAre("routing.signals.classifiers[0].model_path model_not_loaded"));
  EXPECT_THAT(broken.diagnostics.items()[0].message, HasSubstr("no model.safetensors"));
}

TEST_F(Classifier, WhatIsNotThereIsUnknown) {
  const Rules absent = rules("[{name: c, type: local, model_path: absent, labels: [RISKY]}]");
  EXPECT_EQ(absent.family->missing_model(0), "there is no folder absent");
  EXPECT_EQ(Subject::text("a plan").evaluate(absent, "c").reason, Reason::model_missing);
  const Rules chat = rules("[{name: c, type: llm, model: judge, labels: [RISKY]}]");
  EXPECT_THAT(Subject::text("a plan").evaluate(chat, "c").detail, HasSubstr("llm"));
}

TEST_F(Classifier, AnErrorIsUnknown) {
  classifier_->error = models::EmbedError{models::EmbedError::Kind::overloaded, "full"};
  const Rules local = rules("[{name: c, type: local, model_path: m, labels: [RISKY]}]");
  EXPECT_EQ(Subject::text("a plan").evaluate(local, "c").reason, Reason::overloaded);
}

}  // namespace
}  // namespace signalbox::signals::test
