// Snapshots that are no longer in force but may still be in use, kept until nobody else holds them: so that the thread
// that reloads destroys them (milliseconds for a large one), never the request that happens to be the last.
//
// Belongs to one thread.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "router/snapshot.h"

namespace signalbox::lifecycle {

class RetiredSnapshots {
 public:
  void add(std::shared_ptr<const router::Snapshot> snapshot) {
    if (snapshot) snapshots_.push_back(std::move(snapshot));
  }

  // Destroys those that are ours alone; says how many. Nobody can take a new reference to a retired one, so a count of
  // one stays one.
  std::size_t release() {
    return std::erase_if(snapshots_, [](const auto& one) { return one.use_count() == 1; });
  }

  std::size_t size() const { return snapshots_.size(); }

 private:
  std::vector<std::shared_ptr<const router::Snapshot>> snapshots_;
};

}  // namespace signalbox::lifecycle
