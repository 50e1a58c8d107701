#include "signals/embedding_banks.h"

#include <fmt/format.h>

namespace signalbox::signals {

using models::EmbedError;

std::size_t EmbeddingBanks::add(std::vector<std::string> examples, const ClusterOptions& clusters) {
  wanted_.push_back({std::move(examples), clusters});
  return wanted_.size() - 1;
}

void EmbeddingBanks::preload(std::string_view path, config::Diagnostics& diagnostics) {
  const auto banks = get({});
  if (banks) return;
  diagnostics.warning(
      path, "examples_not_encoded",
      fmt::format("the example texts were not encoded ({}): {}", to_string(banks.error().kind), banks.error().detail));
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
  for (const Wanted& wanted : wanted_) texts.insert(texts.end(), wanted.examples.begin(), wanted.examples.end());
  auto vectors = store_->embed_all(*embedder_, texts, options);
  if (!vectors) return std::unexpected(std::move(vectors.error()));
  Banks banks;
  std::size_t at = 0;
  for (const Wanted& wanted : wanted_) {
    std::vector<PrototypeBank::Example> bank;
    for (const std::string& text : wanted.examples) bank.push_back({text, (*vectors)[at++]});
    banks.emplace_back(std::move(bank), wanted.clusters);
  }
  return banks;
}

}  // namespace signalbox::signals
