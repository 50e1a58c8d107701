#include "models/served_classifier.h"

#include <utility>

namespace signalbox::models {
namespace {

// Each window counts by its tokens. Of one window: its own probabilities, to the bit.
std::vector<float> weighted_mean(const std::vector<ClassifiedWindow>& windows, const std::vector<TokenRange>& ranges) {
  if (windows.size() == 1) return windows.front().probabilities;
  std::vector<double> sums(windows.front().probabilities.size(), 0.0);
  double total = 0;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const auto tokens = static_cast<double>(ranges[i].size());
    for (std::size_t label = 0; label < sums.size(); ++label) sums[label] += tokens * windows[i].probabilities[label];
    total += tokens;
  }
  std::vector<float> mean;
  for (const double sum : sums) mean.push_back(static_cast<float>(sum / total));
  return mean;
}

}  // namespace

ServedClassifier::ServedClassifier(LoadedClassifier loaded, ModelInfo info, const WindowOptions& windows,
                                   const BatchLimits& limits)
    : loaded_(std::move(loaded)), info_(std::move(info)), encoder_(loaded_.text, windows, limits) {}

ServedClassifier::Result ServedClassifier::classify(std::string_view text, const EmbedOptions& options) const {
  Classification result;
  const std::expected<ReadText, EmbedError> read =
      encoder_.read(text, options, [&](const WindowedEncoder::WindowStates& states) {
        std::vector<float> logits = loaded_.head->logits(states.hidden);
        softmax_rows(logits, loaded_.labels.size());
        result.windows.push_back({.begin = 0, .end = 0, .probabilities = std::move(logits)});
      });
  if (!read) return std::unexpected(read.error());
  for (std::size_t i = 0; i < result.windows.size(); ++i) {
    const tokenizers::Span bytes = read->bytes_of(i, text.size());
    result.windows[i].begin = bytes.begin;
    result.windows[i].end = bytes.end;
  }
  result.probabilities = weighted_mean(result.windows, read->windows);
  result.tokens = read->tokens;
  result.covered_tokens = read->covered_tokens;
  return result;
}

}  // namespace signalbox::models
