// Vectors of the example texts that configurations hold.
//
// They are encoded when a configuration is loaded and needed as long as it is in force. The store outlives
// configurations, so that a reload encodes only what is new; it is bounded, and apart from the cache of requests, whose
// traffic would push them out. Thread-safe; owned by ServedModels.
#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "models/embed_many.h"
#include "models/embedding_cache.h"
#include "models/text_embedder.h"

namespace signalbox::models {

class CandidateStore {
 public:
  static constexpr std::size_t kDefaultBytes = 64u << 20;  // 20,000 vectors of 768

  explicit CandidateStore(std::size_t max_bytes = kDefaultBytes) : cache_(max_bytes) {}

  // One vector a text, in order, or the first error. A full queue is waited for until the deadline. Blocks; not for I/O
  // threads.
  std::expected<Vectors, EmbedError> embed_all(const TextEmbedder& model, std::span<const std::string> texts,
                                               const EmbedOptions& options);

 private:
  TextEmbedder::Result embed(const TextEmbedder& model, std::string_view text, const EmbedOptions& options);

  EmbeddingCache cache_;
};

}  // namespace signalbox::models
