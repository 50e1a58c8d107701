// Internal to api/: what a reader read in one evaluation, by the index of the picture or document, so that it can be
// shown beside the signals it led to. Thread-safe.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <mutex>
#include <vector>

namespace signalbox::api {

template <class Reading>
class KeptReadings {
 public:
  // readings[i] is that of items[i]; returns them.
  template <class Item>
  std::vector<Reading> keep(const std::vector<const Item*>& items, std::vector<Reading> readings) {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < std::min(items.size(), readings.size()); ++i) kept_[items[i]->index] = readings[i];
    return readings;
  }

  // Null when it was not read. Stays valid: an item is read once.
  const Reading* find(std::uint32_t index) const {
    const std::lock_guard lock(mutex_);
    const auto it = kept_.find(index);
    return it == kept_.end() ? nullptr : &it->second;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::uint32_t, Reading> kept_;
};

}  // namespace signalbox::api
