// For the tests of signals that ask classifiers: one that says what a test wants. Header only.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/text_classifier.h"
#include "signals/similarity_test_support.h"

namespace signalbox::signals::test {

// Answers by text; texts it was not told of are spread evenly over its labels. Counts its passes.
class FakeClassifier final : public models::TextClassifier {
 public:
  explicit FakeClassifier(std::vector<std::string> labels) : labels_(std::move(labels)) { info_.name = "fake"; }

  std::map<std::string, std::vector<std::vector<float>>, std::less<>> windows;  // of a text, each with probabilities
  std::optional<models::EmbedError> error;

  const models::ModelInfo& info() const override { return info_; }
  const std::vector<std::string>& labels() const override { return labels_; }
  std::uint64_t passes() const { return passes_; }
  Result classify(std::string_view text, const models::EmbedOptions&) const override {
    ++passes_;
    if (error) return std::unexpected(*error);
    models::Classification result;
    const auto told = windows.find(text);
    const std::vector<std::vector<float>> even{
        std::vector<float>(labels_.size(), 1.0F / static_cast<float>(labels_.size()))};
    const auto& all = told != windows.end() ? told->second : even;
    result.probabilities.assign(labels_.size(), 0.0F);
    for (const std::vector<float>& window : all) {
      result.windows.push_back({0, text.size(), window});
      for (std::size_t i = 0; i < window.size(); ++i) {
        result.probabilities[i] += window[i] / static_cast<float>(all.size());
      }
    }
    return result;
  }

 private:
  models::ModelInfo info_;
  std::vector<std::string> labels_;
  mutable std::uint64_t passes_ = 0;
};

inline ClassifierModel model_of(std::shared_ptr<const FakeClassifier> classifier, double threshold) {
  ClassifierModel model;
  model.classifier = std::move(classifier);
  model.threshold = threshold;
  return model;
}

inline std::map<std::string, SignalResult> judge(std::string_view leaf, std::string_view yaml, const Subject& subject,
                                                 const LearnedModels& learned, bool v1 = false) {
  const Rules rules(leaf, yaml, {.v1 = v1, .used = {}, .embedding = {}, .learned = &learned});
  EXPECT_TRUE(rules.diagnostics.ok()) << (rules.problems().empty() ? "" : rules.problems().front());
  return subject.evaluate(rules);
}

}  // namespace signalbox::signals::test
