#include "models/head_classifier.h"

#include <utility>

#include "tensor/load_error.h"

namespace signalbox::models {

HeadClassifier::Opened HeadClassifier::open(const std::string& folder, std::shared_ptr<const TextEmbedder> encoder) {
  try {
    return std::make_shared<const HeadClassifier>(Head::load(folder), std::move(encoder));
  } catch (const tensor::LoadError& error) {
    return std::unexpected(error.what());
  }
}

HeadClassifier::HeadClassifier(Head head, std::shared_ptr<const TextEmbedder> encoder)
    : head_(std::move(head)), encoder_(std::move(encoder)), info_(encoder_->info()) {
  if (const std::optional<std::string> refusal = head_.refusal(info_)) throw tensor::LoadError(*refusal);
  info_.name = head_.name();
  info_.path = head_.folder().string();
  info_.architecture = "head";
  info_.fingerprint = head_.fingerprint();
  info_.shorter_dimensions.clear();
}

HeadClassifier::Result HeadClassifier::classify(std::string_view text, const EmbedOptions& options) const {
  const auto read = embed_windows(text, [&](std::string_view window) { return encoder_->embed(window, options); });
  if (!read) return std::unexpected(read.error());
  return of_windows(*read);
}

Classification HeadClassifier::of_windows(const WindowedText& text) const {
  Classification result;
  result.tokens = text.tokens;
  result.covered_tokens = text.covered_tokens;
  result.probabilities.assign(labels().size(), 0.0F);
  std::uint64_t tokens = 0;
  for (const EmbeddedWindow& window : text.windows) tokens += window.embedding->covered_tokens;
  for (const EmbeddedWindow& window : text.windows) {
    const auto share = static_cast<float>(window.embedding->covered_tokens) / static_cast<float>(tokens);
    result.windows.push_back({window.begin, window.end, of_vector(window.embedding->values)});
    const std::vector<float>& probabilities = result.windows.back().probabilities;
    for (std::size_t i = 0; i < probabilities.size(); ++i) result.probabilities[i] += share * probabilities[i];
  }
  return result;
}

}  // namespace signalbox::models
