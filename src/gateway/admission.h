// Internal to the gateway: how many requests are being answered at once, and the end of it.
//
// What is over the bound is refused at once, before anything of the body is read twice: a gateway that queues without
// end answers everybody late. Thread-safe, without locks.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "gateway/http.h"
#include "telemetry/metrics.h"

namespace signalbox::gateway {

class Admission {
 public:
  explicit Admission(telemetry::Registry& metrics);

  // A place among the active requests, given back when it goes. Empty: there was none.
  class Slot {
   public:
    Slot() = default;
    explicit Slot(std::atomic<std::int64_t>* active) : active_(active) {}
    Slot(Slot&& other) noexcept : active_(std::exchange(other.active_, nullptr)) {}
    Slot& operator=(Slot&&) = delete;
    ~Slot() {
      if (active_ != nullptr) active_->fetch_sub(1, std::memory_order_relaxed);
    }
    explicit operator bool() const { return active_ != nullptr; }

   private:
    std::atomic<std::int64_t>* active_ = nullptr;
  };
  Slot enter(std::int64_t most);

  // Counts a refusal; `reason` is static text.
  void refused(std::string_view reason) { refused_.with({reason}).increment(); }

 private:
  std::shared_ptr<std::atomic<std::int64_t>> active_;  // shared with the gauge that reads it
  telemetry::Family<telemetry::Counter>& refused_;
};

// 503 with Retry-After.
HttpResponse overloaded_response(std::string_view message, std::int64_t retry_after_seconds);

}  // namespace signalbox::gateway
