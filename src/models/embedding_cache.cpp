#include "models/embedding_cache.h"

#include <cstring>
#include <exception>
#include <utility>

namespace signalbox::models {

namespace {

// List and map nodes, the key twice, the control block of the vector.
constexpr std::size_t kOverhead = 256;
// A waiter looks at its cancellation this often; nobody tells it.
constexpr std::chrono::milliseconds kLook{10};

std::size_t bytes_of(const TextEmbedding& vector) {
  return kOverhead + sizeof(TextEmbedding) + vector.values.capacity() * sizeof(float);
}

bool is_cancelled(const EmbedOptions& options) {
  return options.cancelled != nullptr && options.cancelled->load(std::memory_order_relaxed);
}

TextEmbedder::Result encoded(const std::function<TextEmbedder::Result()>& encode) {
  try {
    return encode();
  } catch (const std::exception&) {  // its words might hold content
    return std::unexpected(EmbedError{EmbedError::Kind::failed, "the encoder threw an exception"});
  }
}

// Reasons of one caller: they say nothing to another one that waits for the same vector.
bool is_personal(const EmbedError& error) {
  return error.kind == EmbedError::Kind::timeout || error.kind == EmbedError::Kind::cancelled;
}

}  // namespace

std::size_t EmbeddingCache::KeyHash::operator()(const Key& key) const {
  std::size_t hash = 0;
  std::memcpy(&hash, key.data(), sizeof(hash));
  return hash;
}

EmbeddingCache::Key EmbeddingCache::key_of(const ModelInfo& model, std::string_view content) {
  const std::string& fingerprint = model.fingerprint;
  // The zero ends it: no other pair gives the same bytes.
  const std::string_view with_end(fingerprint.c_str(), fingerprint.size() + 1);
  return digest::Sha256Stream().update(with_end).update(content).finish();
}

EmbeddingCache::Answer EmbeddingCache::get(const TextEmbedder& model, std::string_view text,
                                           const EmbedOptions& options) {
  return get(key_of(model.info(), text), options, [&] { return model.embed(text, options); });
}

EmbeddingCache::Vector EmbeddingCache::remembered(const Key& key) {
  const std::lock_guard lock(mutex_);
  return find(key);
}

EmbeddingCache::Answer EmbeddingCache::get(const Key& key, const EmbedOptions& options,
                                           const std::function<TextEmbedder::Result()>& encode) {
  std::unique_lock lock(mutex_);
  bool waited = false;
  while (true) {
    if (Vector known = find(key)) return {std::move(known), waited ? Source::shared : Source::cached};
    const auto flying = flights_.find(key);
    if (flying == flights_.end()) break;
    const std::shared_ptr<Flight> flight = flying->second;
    EmbedError why;
    if (!await(*flight, options, lock, why)) return {std::unexpected(std::move(why)), Source::shared};
    if (flight->result || !is_personal(flight->result.error())) return {flight->result, Source::shared};
    waited = true;
  }
  const auto flight = std::make_shared<Flight>();
  flights_.emplace(key, flight);
  lock.unlock();
  TextEmbedder::Result result = encoded(encode);
  land(key, *flight, result);
  return {std::move(result), Source::encoded};
}

void EmbeddingCache::land(const Key& key, Flight& flight, TextEmbedder::Result result) {
  {
    const std::lock_guard lock(mutex_);
    flights_.erase(key);
    if (result) keep(key, *result);
    flight.result = std::move(result);
    flight.landed = true;
  }
  landed_.notify_all();
}

bool EmbeddingCache::await(const Flight& flight, const EmbedOptions& options, std::unique_lock<std::mutex>& lock,
                           EmbedError& why) {
  while (!flight.landed) {
    const auto now = std::chrono::steady_clock::now();
    if (is_cancelled(options)) {
      why = {EmbedError::Kind::cancelled, "the request was given up"};
      return false;
    }
    if (now >= options.deadline) {
      why = {EmbedError::Kind::timeout, "the deadline passed while the same content was being encoded"};
      return false;
    }
    landed_.wait_until(lock, std::min(options.deadline, now + kLook));
  }
  return true;
}

EmbeddingCache::Vector EmbeddingCache::find(const Key& key) {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->vector;
}

void EmbeddingCache::keep(const Key& key, Vector vector) {
  const std::size_t bytes = bytes_of(*vector);
  if (bytes > max_bytes_ || by_key_.contains(key)) return;
  entries_.push_front({key, std::move(vector), bytes});
  by_key_[key] = entries_.begin();
  bytes_ += bytes;
  while (bytes_ > max_bytes_) drop_oldest();
}

void EmbeddingCache::drop_oldest() {
  bytes_ -= entries_.back().bytes;
  by_key_.erase(entries_.back().key);
  entries_.pop_back();
}

void EmbeddingCache::set_max_bytes(std::size_t max_bytes) {
  const std::lock_guard lock(mutex_);
  max_bytes_ = max_bytes;
  while (bytes_ > max_bytes_) drop_oldest();
}

EmbeddingCache::Size EmbeddingCache::size() const {
  const std::lock_guard lock(mutex_);
  return {entries_.size(), bytes_};
}

}  // namespace signalbox::models
