#include "auth/key_set_store.h"

#include <algorithm>
#include <utility>

namespace signalbox::auth {

namespace {
// After failures: 5 s, 10 s, 20 s… up to a minute, and never longer than the interval.
std::chrono::nanoseconds pause_after(unsigned failures, std::chrono::nanoseconds interval) {
  const std::chrono::seconds pause(std::min(60u, 5u << std::min(failures - 1, 4u)));
  return std::min<std::chrono::nanoseconds>(pause, interval);
}
}  // namespace

std::shared_ptr<const KeySet> KeySetStore::get(const std::string& url) const {
  const std::lock_guard lock(mutex_);
  const auto it = entries_.find(url);
  return it == entries_.end() ? nullptr : it->second.keys;
}

void KeySetStore::want(const std::string& url, Time now) {
  const std::lock_guard lock(mutex_);
  Entry& entry = entries_[url];
  if (!entry.tried || now - entry.attempt >= kEarlyRefresh) entry.wanted = true;
}

bool KeySetStore::due(const std::string& url, std::chrono::nanoseconds interval, Time now) const {
  const std::lock_guard lock(mutex_);
  const auto it = entries_.find(url);
  if (it == entries_.end() || !it->second.tried || it->second.wanted) return true;
  const Entry& entry = it->second;
  if (entry.failures > 0) return now - entry.attempt >= pause_after(entry.failures, interval);
  return now - entry.success >= interval;
}

void KeySetStore::started(const std::string& url, Time now) {
  const std::lock_guard lock(mutex_);
  Entry& entry = entries_[url];
  entry.tried = true;
  entry.wanted = false;
  entry.attempt = now;
}

void KeySetStore::fetched(const std::string& url, KeySet keys, Time now) {
  auto shared = std::make_shared<const KeySet>(std::move(keys));
  const std::lock_guard lock(mutex_);
  Entry& entry = entries_[url];
  entry.keys = std::move(shared);
  entry.failures = 0;
  entry.success = now;
}

void KeySetStore::failed(const std::string& url, Time now) {
  const std::lock_guard lock(mutex_);
  Entry& entry = entries_[url];
  ++entry.failures;
  entry.attempt = now;
}

}  // namespace signalbox::auth
