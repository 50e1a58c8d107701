// Where requests find the configuration that is in force. Thread-safe; a request keeps the snapshot it started with.
//
// Every request asks, from every I/O thread, and a swap is rare: so there are several copies of the pointer, each with
// its own lock on its own cache line, and a thread uses the one that is most likely its own. A swap takes all locks
// first: once replace() has returned, and for whoever saw the new snapshot anywhere, the old one is not handed out any
// more. (std::atomic<std::shared_ptr> of libstdc++ 12 releases its lock without ordering: ThreadSanitizer calls it a
// race, and the standard does, too.)
#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <utility>

#include "router/snapshot.h"
#include "telemetry/metrics.h"

namespace signalbox::gateway {

class SnapshotSource {
 public:
  using Pointer = std::shared_ptr<const router::Snapshot>;

  explicit SnapshotSource(Pointer first) { replace(std::move(first)); }

  Pointer get() const {
    Slot& slot = slots_[telemetry::metric_shard()];
    const std::lock_guard lock(slot.mutex);
    return slot.pointer;
  }

  // Returns the former one. Whoever drops the last reference to a snapshot pays for its destruction: not an I/O thread,
  // if the caller keeps this one until nobody else does (lifecycle::RetiredSnapshots).
  Pointer replace(Pointer next) {
    std::array<std::unique_lock<std::mutex>, telemetry::kMetricShards> locks;
    for (std::size_t i = 0; i < slots_.size(); ++i) locks[i] = std::unique_lock(slots_[i].mutex);
    Pointer former = slots_.front().pointer;
    for (Slot& slot : slots_) slot.pointer = next;
    return former;
  }
  void set(Pointer next) { replace(std::move(next)); }

 private:
  struct alignas(64) Slot {
    std::mutex mutex;
    Pointer pointer;
  };
  mutable std::array<Slot, telemetry::kMetricShards> slots_;
};

}  // namespace signalbox::gateway
