#include "auth/sliding_window.h"

#include <algorithm>

namespace signalbox::auth {

void SlidingWindow::advance(Time now) {
  const std::int64_t slot = now.time_since_epoch() / slot_length_;
  if (slot <= newest_) return;
  const std::int64_t steps = std::min(slot - newest_, kSlots);
  for (std::int64_t i = 1; i <= steps; ++i) {
    std::int64_t& oldest = at(slot - steps + i);
    total_ -= oldest;
    oldest = 0;
  }
  newest_ = slot;
}

std::int64_t SlidingWindow::used(Time now) {
  advance(now);
  return total_;
}

std::int64_t SlidingWindow::add(std::int64_t amount, Time now) {
  advance(now);
  at(newest_) += amount;
  total_ += amount;
  return newest_;
}

void SlidingWindow::refund(std::int64_t slot, std::int64_t amount, Time now) {
  advance(now);
  if (slot <= newest_ - kSlots) return;
  at(slot) -= amount;
  total_ -= amount;
}

std::chrono::nanoseconds SlidingWindow::wait_for(std::int64_t amount, std::int64_t limit, Time now) {
  advance(now);
  std::int64_t used = total_;
  for (std::int64_t slot = newest_ - kSlotsInUnit; slot <= newest_ && used + amount > limit; ++slot) {
    if (slot >= 0) used -= at(slot);
    if (used + amount > limit) continue;
    return slot_length_ * (slot + kSlots) - now.time_since_epoch();  // then this slot leaves the window
  }
  return std::chrono::nanoseconds(0);
}

}  // namespace signalbox::auth
