// Tells the service manager that the process is alive, as long as it is: a thread of its own asks every event loop and
// says so only when all have answered. A loop that hangs ends the messages, and the service manager restarts us.
//
// Does nothing without a watchdog. Owned by whoever starts the process; ends before what `answers` asks.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "lifecycle/service_manager.h"

namespace signalbox::lifecycle {

class Heartbeat {
 public:
  // `answers`: have all loops answered within so long?
  Heartbeat(const ServiceManager& manager, std::function<bool(std::chrono::milliseconds within)> answers);
  ~Heartbeat();
  Heartbeat(const Heartbeat&) = delete;
  Heartbeat& operator=(const Heartbeat&) = delete;

 private:
  void beat(std::chrono::microseconds interval);
  const ServiceManager& manager_;
  std::function<bool(std::chrono::milliseconds)> answers_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace signalbox::lifecycle
