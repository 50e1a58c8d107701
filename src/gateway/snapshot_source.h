// Where requests find the configuration that is in force. Thread-safe; a request keeps the snapshot it started with.
#pragma once

#include <atomic>
#include <memory>
#include <utility>

#include "router/snapshot.h"

namespace signalbox::gateway {

class SnapshotSource {
 public:
  explicit SnapshotSource(std::shared_ptr<const router::Snapshot> first) : current_(std::move(first)) {}
  std::shared_ptr<const router::Snapshot> get() const { return current_.load(); }
  void set(std::shared_ptr<const router::Snapshot> next) { current_.store(std::move(next)); }

 private:
  std::atomic<std::shared_ptr<const router::Snapshot>> current_;
};

}  // namespace signalbox::gateway
