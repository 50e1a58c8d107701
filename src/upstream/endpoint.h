// What is known of one backend at this moment: requests on it, its health, its ejections.
//
// A backend takes requests unless its active check fails (set_healthy) or it was ejected for failures in a row.
// Ejection follows Envoy's outlier detection: the n-th one lasts n times the base time (at most five minutes or one
// base time, whichever is longer), and every ten seconds in good standing take one off the count.
//
// Lives as long as its backend stays in the configuration, unchanged: a reload loses neither health nor counts.
// Thread-safe, without locks.
#pragma once

#include <atomic>
#include <cstdint>

#include "upstream/policy.h"

namespace signalbox::upstream {

class Endpoint {
 public:
  explicit Endpoint(EjectionPolicy policy = {}) : policy_(policy) {}
  Endpoint(const Endpoint&) = delete;
  Endpoint& operator=(const Endpoint&) = delete;

  void begin() { active_.fetch_add(1, std::memory_order_relaxed); }
  void end() { active_.fetch_sub(1, std::memory_order_relaxed); }
  int active() const { return active_.load(std::memory_order_relaxed); }

  void set_healthy(bool healthy) { healthy_.store(healthy, std::memory_order_relaxed); }
  bool healthy() const { return healthy_.load(std::memory_order_relaxed); }
  bool ejected(TimePoint now) const { return nanoseconds(now) < ejected_until_.load(std::memory_order_relaxed); }
  bool available(TimePoint now) const { return healthy() && !ejected(now); }

  // A success ends a row of failures. True: so many failures in a row that the backend should go.
  bool report(bool failure);
  // Out of the rotation from now on; returns for how long, 0 when another thread has just done it.
  Nanoseconds eject(TimePoint now);
  const EjectionPolicy& ejection_policy() const { return policy_; }

 private:
  static std::int64_t nanoseconds(TimePoint t) { return Nanoseconds(t.time_since_epoch()).count(); }

  EjectionPolicy policy_;
  std::atomic<int> active_{0};
  std::atomic<bool> healthy_{true};
  std::atomic<int> failures_{0};   // in a row
  std::atomic<int> ejections_{0};  // not yet forgiven
  std::atomic<std::int64_t> ejected_until_{INT64_MIN};
};

}  // namespace signalbox::upstream
