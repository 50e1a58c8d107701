#include "signals/classifier_model.h"

#include <algorithm>

#include "signals/request_classifications.h"
#include "signals/text_vectors.h"

namespace signalbox::signals {

using models::Classification;
using models::EmbedError;

std::expected<Classification, SignalResult> classify(const ClassifierModel& model, std::string_view text,
                                                     EvalContext& context) {
  if (!model.classifier) return std::unexpected(SignalResult::unknown(Reason::model_missing, model.missing));
  if (model.head) {
    const auto vector = [&](std::string_view window) { return vector_of(*model.head->encoder(), window, context); };
    const auto windows = models::embed_windows(text, vector);
    if (!windows) return std::unexpected(unknown_of(windows.error()));
    return model.head->of_windows(*windows);
  }
  models::TextClassifier::Result result =
      context.classifications != nullptr
          ? context.classifications->get(*model.classifier, text)
          : model.classifier->classify(text, {.deadline = context.deadline, .cancelled = {}});
  if (!result) return std::unexpected(unknown_of(result.error()));
  return std::move(*result);
}

namespace {

double sum_of(const std::vector<float>& probabilities, std::span<const std::size_t> labels) {
  double sum = 0;
  for (const std::size_t label : labels) sum += static_cast<double>(probabilities[label]);
  return std::min(sum, 1.0);
}

}  // namespace

double probability_of(const Classification& text, std::span<const std::size_t> labels, bool highest_window) {
  double probability = sum_of(text.probabilities, labels);
  if (!highest_window) return probability;
  for (const models::ClassifiedWindow& window : text.windows) {
    probability = std::max(probability, sum_of(window.probabilities, labels));
  }
  return probability;
}

std::string plain_label(std::string_view label) {
  std::string plain;
  for (const char c : label) {
    if (c == '_' || c == '-' || c == ' ') {
      plain += ' ';
    } else {
      plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  return plain;
}

}  // namespace signalbox::signals
