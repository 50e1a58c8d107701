// A fixed number of threads for work that may take long, in two lanes with bounded queues: what does not fit is refused
// at once.
//
// The lanes share the threads fairly. Fast jobs (management requests) and slow ones (large bodies, pictures) never
// starve each other: while both wait, of every four jobs one is slow; and slow jobs never hold the last thread, so a
// fast one waits for other fast ones only (with a single thread: for one slow job at most).
//
// Thread-safe. Stop it after the servers that use it and before their IoThreads are destroyed.
#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "telemetry/metrics.h"

namespace signalbox::gateway {

enum class Lane : std::uint8_t { fast, slow };

class ComputePool {
 public:
  using Job = std::move_only_function<void()>;
  // `queue_capacity` is of each lane. With `metrics`: depth, waits and refusals by lane.
  ComputePool(std::size_t threads, std::size_t queue_capacity, telemetry::Registry* metrics = nullptr);
  ~ComputePool();  // stop()
  ComputePool(const ComputePool&) = delete;
  ComputePool& operator=(const ComputePool&) = delete;

  // False when the lane's queue is full or the pool is stopped; the job is then untouched. Jobs must not throw.
  bool try_post(Job&& job, Lane lane = Lane::fast);
  // Starts threads until there are `threads`; never ends one. Throws std::system_error where the system gives none
  // (what was started stays). Nothing after stop().
  void grow_to(std::size_t threads);
  // Finishes what is queued, then joins.
  void stop();
  std::size_t queued() const;  // in both lanes
  // How long the lane's queue will take to drain at the rate that was measured: for Retry-After. 1 s to 30 s.
  std::chrono::seconds retry_after(Lane lane) const;

 private:
  using Clock = std::chrono::steady_clock;
  struct Waiting {
    Job job;
    Clock::time_point since;
  };
  struct Queue {
    std::deque<Waiting> jobs;
    double mean_seconds = 0;  // of a job, weighted towards the latest
    telemetry::Gauge* depth = nullptr;
    telemetry::Histogram* waits = nullptr;
    telemetry::Counter* refused = nullptr;
  };

  void work();
  bool may_take_slow() const;
  std::size_t pick();  // the lane to take from, or kNone
  void register_metrics(telemetry::Registry& metrics);
  static constexpr std::size_t kNone = 2;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::array<Queue, 2> lanes_;
  std::size_t capacity_;
  std::size_t slow_running_ = 0;
  std::size_t fast_in_a_row_ = 0;  // taken while a slow job waited
  bool stopping_ = false;
  std::vector<std::thread> threads_;  // under the mutex until stopping_, then unchanged
  telemetry::Gauge* count_ = nullptr;
};

}  // namespace signalbox::gateway
