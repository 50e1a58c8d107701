// What is read of a request's items (images, documents) by a reader that takes long: all of them together, at most
// once, whoever asks.
//
// Belongs to one request. Thread-safe; blocks on first use.
#pragma once

#include <chrono>
#include <mutex>
#include <vector>

#include "evidence/evidence.h"

namespace signalbox::evidence {

// `Reader` has `std::vector<Reading> read(const std::vector<const Item*>&, deadline)`; both Item and Reading say why
// they are `unjudged`.
template <class Item, class Reading, class Reader>
class ReadOnce {
 public:
  // `reader` may be null: every item that could be read is then unjudged for the reason `without`.
  ReadOnce(const std::vector<Item>& items, Reader* reader, Unjudged without,
           std::chrono::steady_clock::time_point deadline)
      : items_(items), reader_(reader), without_(without), deadline_(deadline) {}

  // One entry per item, in order; an item that is unjudged from the start keeps its reason.
  const std::vector<Reading>& get() {
    const std::lock_guard lock(mutex_);
    if (!done_) {
      read_all();
      done_ = true;
    }
    return readings_;
  }
  bool was_read() const {
    const std::lock_guard lock(mutex_);
    return done_;
  }

 private:
  void read_all() {
    readings_.resize(items_.size());
    std::vector<const Item*> readable;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      readings_[i].unjudged = items_[i].unjudged;
      if (items_[i].unjudged != Unjudged::none) continue;
      if (reader_ == nullptr) readings_[i].unjudged = without_;
      readable.push_back(&items_[i]);
    }
    if (reader_ == nullptr || readable.empty()) return;
    std::vector<Reading> read = reader_->read(readable, deadline_);
    // A reader that answers short has failed for the rest: what was not read is not judged.
    while (read.size() < readable.size()) {
      read.emplace_back();
      read.back().unjudged = Unjudged::decode_failed;
      read.back().detail = "the reader gave no result";
    }
    std::size_t next = 0;
    for (Reading& reading : readings_) {
      if (reading.unjudged == Unjudged::none) reading = std::move(read[next++]);
    }
  }

  const std::vector<Item>& items_;
  Reader* reader_;
  Unjudged without_;
  std::chrono::steady_clock::time_point deadline_;
  mutable std::mutex mutex_;
  bool done_ = false;
  std::vector<Reading> readings_;
};

}  // namespace signalbox::evidence
