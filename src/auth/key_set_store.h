// The key sets that are fetched by URL: the last good one of each, and when the next fetch is due.
//
// Lives outside the configuration snapshots, so that a reload keeps the keys. Requests read; one background task
// fetches (gateway/jwks_refresher.h) and reports here. Times are of the steady clock. Thread-safe.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "auth/key_set.h"

namespace signalbox::auth {

class KeySetStore {
 public:
  using Time = std::chrono::steady_clock::time_point;
  // An unknown kid asks for a fetch at most this often: tokens are free to make.
  static constexpr std::chrono::seconds kEarlyRefresh{60};

  std::shared_ptr<const KeySet> get(const std::string& url) const;  // null: never fetched
  // A token names a key that the set does not have: the issuer may have new ones.
  void want(const std::string& url, Time now);

  bool due(const std::string& url, std::chrono::nanoseconds interval, Time now) const;
  void started(const std::string& url, Time now);
  void fetched(const std::string& url, KeySet keys, Time now);
  void failed(const std::string& url, Time now);

 private:
  struct Entry {
    std::shared_ptr<const KeySet> keys;
    bool tried = false;
    bool wanted = false;
    unsigned failures = 0;  // in a row
    Time attempt{}, success{};
  };
  mutable std::mutex mutex_;
  std::map<std::string, Entry> entries_;  // as many as configurations named
};

}  // namespace signalbox::auth
