#include "models/candidate_store.h"

#include <chrono>
#include <thread>

namespace signalbox::models {

namespace {
constexpr std::chrono::milliseconds kQueuePause{5};
}  // namespace

TextEmbedder::Result CandidateStore::embed(const TextEmbedder& model, std::string_view text,
                                           const EmbedOptions& options) {
  while (true) {
    TextEmbedder::Result result = cache_.get(model, text, options).result;
    if (result || result.error().kind != EmbedError::Kind::overloaded) return result;
    if (std::chrono::steady_clock::now() + kQueuePause >= options.deadline) return result;
    std::this_thread::sleep_for(kQueuePause);
  }
}

std::expected<Vectors, EmbedError> CandidateStore::embed_all(const TextEmbedder& model,
                                                             std::span<const std::string> texts,
                                                             const EmbedOptions& options) {
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  return embed_many(views, [&](std::string_view text) { return embed(model, text, options); });
}

}  // namespace signalbox::models
