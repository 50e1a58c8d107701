// A fixed number of threads for work that may take long, with a bounded queue: what does not fit is refused at once.
//
// Thread-safe. Stop it after the servers that use it and before their IoThreads are destroyed.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace signalbox::gateway {

class ComputePool {
 public:
  using Job = std::move_only_function<void()>;
  ComputePool(std::size_t threads, std::size_t queue_capacity);
  ~ComputePool();  // stop()
  ComputePool(const ComputePool&) = delete;
  ComputePool& operator=(const ComputePool&) = delete;

  // False when the queue is full or the pool is stopped; the job is then untouched. Jobs must not throw.
  bool try_post(Job&& job);
  // Finishes what is queued, then joins.
  void stop();
  std::size_t queued() const;

 private:
  void work();
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> queue_;
  std::size_t capacity_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace signalbox::gateway
