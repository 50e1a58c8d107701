// The vectors of one request: each distinct text is encoded once per model, whichever signal asks.
//
// Belongs to one request (EvalContext) and ends with it. Thread-safe: who asks for a text that another thread is having
// encoded waits for it. A failure is remembered like a vector: a request does not ask twice. get() blocks; not for I/O
// threads.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "models/text_embedder.h"

namespace signalbox::signals {

class RequestEmbeddings {
 public:
  // What asks for vectors stops when `deadline` passes or `cancelled` (may be null) is set.
  explicit RequestEmbeddings(models::EmbedOptions options) : options_(std::move(options)) {}

  models::TextEmbedder::Result get(const models::TextEmbedder& model, std::string_view text);

 private:
  struct Slot {
    std::mutex encoding;
    std::optional<models::TextEmbedder::Result> result;
  };
  Slot& slot_of(const models::TextEmbedder& model, std::string_view text);

  models::EmbedOptions options_;
  std::mutex mutex_;
  std::map<std::pair<const models::TextEmbedder*, std::string>, std::unique_ptr<Slot>> slots_;
};

}  // namespace signalbox::signals
