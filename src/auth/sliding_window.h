// How much was used in the last unit of time, never counted too low.
//
// A unit is cut into 30 slots. The window is the current slot and the 30 before it, so that it always covers at least a
// whole unit: whoever stays under a limit here stays under it in *every* stretch of time as long as the unit. (A fixed
// window, VSR's way, lets twice the limit through around its edge.) The price: what was used counts for up to 1/30 of
// the unit longer than it had to. Times are of the steady clock and may stand still, never run backwards (an earlier
// time counts as the latest one). A plain value; not synchronised.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>

namespace signalbox::auth {

class SlidingWindow {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::int64_t kSlotsInUnit = 30;

  explicit SlidingWindow(std::chrono::nanoseconds unit) : slot_length_(unit / kSlotsInUnit) {}

  std::int64_t used(Time now);
  // The slot it went to, for refunds.
  std::int64_t add(std::int64_t amount, Time now);
  // No effect once the slot has left the window.
  void refund(std::int64_t slot, std::int64_t amount, Time now);
  // How long until `amount` (at most `limit`) fits under `limit`, if nothing else is used; zero when it does now.
  std::chrono::nanoseconds wait_for(std::int64_t amount, std::int64_t limit, Time now);

 private:
  static constexpr std::int64_t kSlots = kSlotsInUnit + 1;
  void advance(Time now);
  std::int64_t& at(std::int64_t slot) { return slots_[static_cast<std::size_t>(slot % kSlots)]; }

  std::chrono::nanoseconds slot_length_;
  std::array<std::int64_t, kSlots> slots_{};
  std::int64_t newest_ = 0;  // number of the current slot since the clock's beginning
  std::int64_t total_ = 0;
};

}  // namespace signalbox::auth
