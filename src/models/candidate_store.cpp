#include "models/candidate_store.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <thread>

namespace signalbox::models {

namespace {
constexpr std::size_t kAtOnce = 8;  // enough for a batch, few enough to leave room in the queue for requests
constexpr std::chrono::milliseconds kQueuePause{5};
}  // namespace

TextEmbedder::Result CandidateStore::embed(const TextEmbedder& model, const std::string& text,
                                           const EmbedOptions& options) {
  while (true) {
    TextEmbedder::Result result = cache_.get(model, text, options).result;
    if (result || result.error().kind != EmbedError::Kind::overloaded) return result;
    if (std::chrono::steady_clock::now() + kQueuePause >= options.deadline) return result;
    std::this_thread::sleep_for(kQueuePause);
  }
}

std::expected<CandidateStore::Vectors, EmbedError> CandidateStore::embed_all(const TextEmbedder& model,
                                                                             std::span<const std::string> texts,
                                                                             const EmbedOptions& options) {
  Vectors vectors(texts.size());
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::optional<EmbedError> failed;
  const auto work = [&] {
    for (std::size_t i = next++; i < texts.size(); i = next++) {
      TextEmbedder::Result result = embed(model, texts[i], options);
      if (result) {
        vectors[i] = std::move(*result);
        continue;
      }
      const std::lock_guard lock(mutex);
      if (!failed) failed = std::move(result.error());
      next = texts.size();
    }
  };
  {
    std::vector<std::jthread> helpers;
    for (std::size_t i = 1; i < std::min(kAtOnce, texts.size()); ++i) helpers.emplace_back(work);
    work();
  }
  if (failed) return std::unexpected(std::move(*failed));
  return vectors;
}

}  // namespace signalbox::models
