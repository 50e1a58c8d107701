#include "gateway/compute_pool.h"

#include <algorithm>

namespace signalbox::gateway {

ComputePool::ComputePool(std::size_t threads, std::size_t queue_capacity) : capacity_(queue_capacity) {
  for (std::size_t i = 0; i < std::max<std::size_t>(threads, 1); ++i) threads_.emplace_back([this] { work(); });
}

ComputePool::~ComputePool() {
  stop();
}

bool ComputePool::try_post(Job&& job) {
  {
    std::lock_guard lock(mutex_);
    if (stopping_ || queue_.size() >= capacity_) return false;
    queue_.push_back(std::move(job));
  }
  wake_.notify_one();
  return true;
}

void ComputePool::work() {
  for (;;) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      job = std::move(queue_.front());
      queue_.pop_front();
    }
    job();
  }
}

void ComputePool::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

std::size_t ComputePool::queued() const {
  std::lock_guard lock(mutex_);
  return queue_.size();
}

}  // namespace signalbox::gateway
