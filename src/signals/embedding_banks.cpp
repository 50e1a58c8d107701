#include "signals/embedding_banks.h"

namespace signalbox::signals {

using models::EmbedError;

std::size_t EmbeddingBanks::add(std::vector<std::string> examples) {
  examples_.push_back(std::move(examples));
  return examples_.size() - 1;
}

std::expected<const EmbeddingBanks::Banks*, EmbedError> EmbeddingBanks::get(const models::EmbedOptions& options) {
  if (made_.load(std::memory_order_acquire)) return &banks_;
  const std::unique_lock lock(making_, options.deadline);
  if (!lock) {
    return std::unexpected(EmbedError{EmbedError::Kind::timeout, "the deadline passed while examples were encoded"});
  }
  if (!made_.load(std::memory_order_relaxed)) {
    std::expected<Banks, EmbedError> banks = make(options);
    if (!banks) return std::unexpected(std::move(banks.error()));
    banks_ = std::move(*banks);
    made_.store(true, std::memory_order_release);
  }
  return &banks_;
}

// All examples in one go: the model batches them.
std::expected<EmbeddingBanks::Banks, EmbedError> EmbeddingBanks::make(const models::EmbedOptions& options) const {
  std::vector<std::string> texts;
  for (const std::vector<std::string>& examples : examples_)
    texts.insert(texts.end(), examples.begin(), examples.end());
  auto vectors = store_->embed_all(*embedder_, texts, options);
  if (!vectors) return std::unexpected(std::move(vectors.error()));
  Banks banks;
  std::size_t at = 0;
  for (const std::vector<std::string>& examples : examples_) {
    std::vector<PrototypeBank::Example> bank;
    for (const std::string& text : examples) bank.push_back({text, (*vectors)[at++]});
    banks.emplace_back(std::move(bank), clusters_);
  }
  return banks;
}

}  // namespace signalbox::signals
