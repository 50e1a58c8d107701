// A classifier as signals use it: the model, or why there is none, and one way to ask it.
//
// A head on the configuration's embedding model shares the request's vectors with every other signal; a fine-tuned
// classifier has an encoder of its own and is asked once a text, whoever asks. Made when a snapshot is built, owned by
// it, immutable; shared by all threads.
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/head_classifier.h"
#include "models/text_classifier.h"
#include "signals/signal.h"

namespace signalbox::signals {

struct ClassifierModel {
  std::shared_ptr<const models::TextClassifier> classifier;  // null: there is none
  std::shared_ptr<const models::HeadClassifier> head;        // the same, where it is a head
  std::string missing = "no classifier is installed";        // why there is none
  bool only_checked = false;                                 // validate: nobody asked for it
  double threshold = 0.5;                                    // from which a label counts

  const std::vector<std::string>& labels() const { return classifier->labels(); }
  // Where the highest probability is below it, the text belongs to none of the labels.
  double unknown_threshold() const { return head ? head->head().spec().unknown_threshold.value_or(0.0) : 0.0; }
};

// The labels' probabilities for a text, or why there are none. Blocks: not for I/O threads.
std::expected<models::Classification, SignalResult> classify(const ClassifierModel& model, std::string_view text,
                                                             EvalContext& context);

// The probability that a text belongs to one of these labels: of the text as a whole, or (for a rule that protects) of
// the window where it is highest.
double probability_of(const models::Classification& text, std::span<const std::size_t> labels, bool highest_window);

// Null without a model.
inline const models::ModelInfo* info_of(const ClassifierModel& model) {
  return model.classifier ? &model.classifier->info() : nullptr;
}

// Labels are compared without case, and with '_', '-' and ' ' as the same.
std::string plain_label(std::string_view label);

}  // namespace signalbox::signals
