// Vectors of texts (or images) that were encoded before, and a meeting place for those who want the same one at the
// same time.
//
// Promises: no content is kept, only the SHA-256 of model fingerprint and content; at most the given number of bytes,
// the least recently used vector goes first; equal contents that are asked for at once are encoded once (the others
// wait). The wait ends with the waiter's own deadline or cancellation; when the one who encodes is cancelled or late,
// the next waiter takes over, for its reasons are not theirs. One cache holds one kind of content. Thread-safe; owned
// by ServedModels, shared by its models.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>

#include "digest/sha256.h"
#include "models/text_embedder.h"

namespace signalbox::models {

class EmbeddingCache {
 public:
  enum class Source : std::uint8_t {
    encoded,  // by this call
    cached,   // earlier
    shared,   // by another call at the same time
  };
  struct Answer {
    TextEmbedder::Result result;
    Source source = Source::encoded;
  };

  // Zero bytes: nothing is kept, but equal texts at the same time still share a pass.
  explicit EmbeddingCache(std::size_t max_bytes) : max_bytes_(max_bytes) {}
  EmbeddingCache(const EmbeddingCache&) = delete;
  EmbeddingCache& operator=(const EmbeddingCache&) = delete;

  using Key = digest::Sha256;
  using Vector = std::shared_ptr<const TextEmbedding>;
  static Key key_of(const ModelInfo& model, std::string_view content);

  // `encode` makes the vector where it is neither remembered nor being made.
  Answer get(const Key& key, const EmbedOptions& options, const std::function<TextEmbedder::Result()>& encode);
  Answer get(const TextEmbedder& model, std::string_view text, const EmbedOptions& options);
  // Null: it is not remembered.
  Vector remembered(const Key& key);
  // Lets go of what no longer fits.
  void set_max_bytes(std::size_t max_bytes);

  struct Size {
    std::size_t entries = 0, bytes = 0;
  };
  Size size() const;

 private:
  struct KeyHash {
    std::size_t operator()(const Key& key) const;
  };
  struct Entry {
    Key key;
    Vector vector;
    std::size_t bytes = 0;
  };
  // One encoder pass that others may wait for.
  struct Flight {
    bool landed = false;
    TextEmbedder::Result result;
  };

  Vector find(const Key& key);  // and marks it as used; under the lock
  void keep(const Key& key, Vector vector);
  void drop_oldest();
  // True: the flight landed. False: the waiter gave up, and `why` says for what.
  bool await(const Flight& flight, const EmbedOptions& options, std::unique_lock<std::mutex>& lock, EmbedError& why);
  void land(const Key& key, Flight& flight, TextEmbedder::Result result);

  mutable std::mutex mutex_;
  std::condition_variable landed_;
  std::list<Entry> entries_;  // most recently used first
  std::unordered_map<Key, std::list<Entry>::iterator, KeyHash> by_key_;
  std::unordered_map<Key, std::shared_ptr<Flight>, KeyHash> flights_;
  std::size_t bytes_ = 0;
  std::size_t max_bytes_;
};

}  // namespace signalbox::models
