#include "lifecycle/heartbeat.h"

#include <algorithm>
#include <utility>

namespace signalbox::lifecycle {

Heartbeat::Heartbeat(const ServiceManager& manager, std::function<bool(std::chrono::milliseconds within)> answers)
    : manager_(manager), answers_(std::move(answers)) {
  if (const auto interval = manager_.watchdog_interval()) {
    thread_ = std::thread([this, interval = *interval] { beat(interval); });
  }
}

Heartbeat::~Heartbeat() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  ended_.notify_all();
  if (thread_.joinable()) thread_.join();
}

// Three times per interval, so that one late answer is not the end.
void Heartbeat::beat(std::chrono::microseconds interval) {
  const auto pause = std::max(interval / 3, std::chrono::microseconds(1000));
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    if (answers_(std::chrono::ceil<std::chrono::milliseconds>(pause))) manager_.alive();
    lock.lock();
    ended_.wait_for(lock, pause, [this] { return stopping_; });
  }
}

}  // namespace signalbox::lifecycle
