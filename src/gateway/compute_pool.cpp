#include "gateway/compute_pool.h"

#include <algorithm>
#include <cmath>

namespace signalbox::gateway {
namespace {

constexpr std::size_t kFast = static_cast<std::size_t>(Lane::fast);
constexpr std::size_t kSlow = static_cast<std::size_t>(Lane::slow);
constexpr std::size_t kFastForOneSlow = 3;

}  // namespace

ComputePool::ComputePool(std::size_t threads, std::size_t queue_capacity, telemetry::Registry* metrics)
    : capacity_(queue_capacity) {
  if (metrics != nullptr) register_metrics(*metrics);
  grow_to(std::max<std::size_t>(threads, 1));
}

ComputePool::~ComputePool() {
  stop();
}

void ComputePool::grow_to(std::size_t threads) {
  {
    const std::lock_guard lock(mutex_);  // a thread asks at once how many there are
    if (stopping_ || threads_.size() >= threads) return;
    threads_.reserve(threads);
    while (threads_.size() < threads) {
      threads_.emplace_back([this] { work(); });
      if (count_ != nullptr) count_->add(1);
    }
  }
  wake_.notify_all();  // one more slow job may run
}

void ComputePool::register_metrics(telemetry::Registry& metrics) {
  auto& depth = metrics.gauge("signalbox_compute_queue_depth", "Jobs that wait for a compute thread.", {"lane"});
  auto& waits = metrics.histogram("signalbox_compute_wait_seconds", "From posting a job to its start.",
                                  telemetry::latency_buckets(), {"lane"});
  auto& refused = metrics.counter("signalbox_compute_refused_total", "Jobs refused by a full queue.", {"lane"});
  count_ = &metrics.gauge("signalbox_compute_threads", "Threads of the compute pool.").get();
  for (const auto& [lane, name] : {std::pair(kFast, "fast"), std::pair(kSlow, "slow")}) {
    lanes_[lane].depth = &depth.with({name});
    lanes_[lane].waits = &waits.with({name});
    lanes_[lane].refused = &refused.with({name});
  }
}

bool ComputePool::try_post(Job&& job, Lane lane) {
  Queue& queue = lanes_[static_cast<std::size_t>(lane)];
  {
    std::lock_guard lock(mutex_);
    if (stopping_ || queue.jobs.size() >= capacity_) {
      if (queue.refused != nullptr) queue.refused->increment();
      return false;
    }
    queue.jobs.push_back({std::move(job), Clock::now()});
    if (queue.depth != nullptr) queue.depth->add(1);
  }
  wake_.notify_one();
  return true;
}

// One thread is always left for fast jobs, where there are several.
bool ComputePool::may_take_slow() const {
  return threads_.size() == 1 || slow_running_ + 1 < threads_.size();
}

std::size_t ComputePool::pick() {
  const bool fast = !lanes_[kFast].jobs.empty();
  const bool slow = !lanes_[kSlow].jobs.empty() && may_take_slow();
  if (slow && (!fast || fast_in_a_row_ >= kFastForOneSlow)) {
    fast_in_a_row_ = 0;
    return kSlow;
  }
  if (!fast) return kNone;
  fast_in_a_row_ = slow ? fast_in_a_row_ + 1 : 0;
  return kFast;
}

void ComputePool::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    std::size_t lane = kNone;
    wake_.wait(lock, [&] { return (lane = pick()) != kNone || (stopping_ && lanes_[kSlow].jobs.empty()); });
    if (lane == kNone) return;
    Queue& queue = lanes_[lane];
    Waiting next = std::move(queue.jobs.front());
    queue.jobs.pop_front();
    if (lane == kSlow) ++slow_running_;
    lock.unlock();
    const Clock::time_point start = Clock::now();
    if (queue.depth != nullptr) queue.depth->add(-1);
    if (queue.waits != nullptr) queue.waits->observe(std::chrono::duration<double>(start - next.since).count());
    next.job();
    next.job = nullptr;  // what it owns goes outside the lock
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    lock.lock();
    queue.mean_seconds += (seconds - queue.mean_seconds) / 16;
    if (lane == kSlow) {
      --slow_running_;
      wake_.notify_all();  // threads may sleep because of this job: one that may run now, and those that shall end
    }
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
  return lanes_[kFast].jobs.size() + lanes_[kSlow].jobs.size();
}

std::chrono::seconds ComputePool::retry_after(Lane lane) const {
  std::lock_guard lock(mutex_);
  const Queue& queue = lanes_[static_cast<std::size_t>(lane)];
  const std::size_t workers = lane == Lane::fast ? threads_.size() : std::max<std::size_t>(threads_.size() - 1, 1);
  const double seconds =
      std::ceil(static_cast<double>(queue.jobs.size()) * queue.mean_seconds / static_cast<double>(workers));
  return std::chrono::seconds(static_cast<long>(std::clamp(seconds, 1.0, 30.0)));
}

}  // namespace signalbox::gateway
