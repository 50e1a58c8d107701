// The time, as something that is handed in: code that measures or expires takes a Clock, tests take a ManualClock.
//
// Thread-safe. The clock is owned by whoever starts the process and outlives all users.
#pragma once

#include <atomic>
#include <chrono>

namespace signalbox::telemetry {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::chrono::steady_clock::time_point steady_now() const = 0;
  virtual std::chrono::system_clock::time_point system_now() const = 0;
};

class RealClock final : public Clock {
 public:
  std::chrono::steady_clock::time_point steady_now() const override { return std::chrono::steady_clock::now(); }
  std::chrono::system_clock::time_point system_now() const override { return std::chrono::system_clock::now(); }
};

// Stands still until it is moved. The wall clock can be set apart from the steady one, as an administrator would.
class ManualClock final : public Clock {
 public:
  std::chrono::steady_clock::time_point steady_now() const override {
    return std::chrono::steady_clock::time_point{std::chrono::nanoseconds{steady_.load()}};
  }
  std::chrono::system_clock::time_point system_now() const override {
    return std::chrono::system_clock::time_point{
        std::chrono::duration_cast<std::chrono::system_clock::duration>(std::chrono::nanoseconds{system_.load()})};
  }
  void advance(std::chrono::nanoseconds by) {
    steady_ += by.count();
    system_ += by.count();
  }
  void set_system(std::chrono::system_clock::time_point t) {
    system_ = std::chrono::duration_cast<std::chrono::nanoseconds>(t.time_since_epoch()).count();
  }

 private:
  std::atomic<long long> steady_{0};
  std::atomic<long long> system_{0};
};

}  // namespace signalbox::telemetry
