// What fine-tuned classifiers said about one request's texts: each distinct text once per model (request_results.h).
#pragma once

#include <string_view>
#include <utility>

#include "models/text_classifier.h"
#include "signals/request_results.h"

namespace signalbox::signals {

class RequestClassifications {
 public:
  explicit RequestClassifications(models::EmbedOptions options) : options_(std::move(options)) {}

  models::TextClassifier::Result get(const models::TextClassifier& model, std::string_view text) {
    return results_.get(model, text, [&] { return model.classify(text, options_); });
  }

 private:
  models::EmbedOptions options_;
  RequestResults<models::TextClassifier, models::TextClassifier::Result> results_;
};

}  // namespace signalbox::signals
