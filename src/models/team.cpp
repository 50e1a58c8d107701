#include "models/team.h"

#include <hwy/cache_control.h>

#include <utility>

namespace signalbox::models {

void Team::pause() {
  hwy::Pause();
}

void Team::lead(std::int64_t items, EncoderScratch& own, const Step& step) {
  step_ = step;
  open_.store(items, std::memory_order_relaxed);
  ticket_.store(static_cast<std::uint64_t>(items) << 32);
  if (items > 1) wake_();
  while (do_one(own)) {
  }
  wait_for_all();
  const std::lock_guard lock(mutex_);
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

std::optional<std::int64_t> Team::take() {
  std::uint64_t ticket = ticket_.load();
  while (next_of(ticket) < items_of(ticket)) {
    if (ticket_.compare_exchange_weak(ticket, ticket + 1)) return static_cast<std::int64_t>(next_of(ticket));
  }
  return std::nullopt;
}

bool Team::do_one(EncoderScratch& own) {
  const std::optional<std::int64_t> item = take();
  if (!item) return false;
  try {
    step_.call(step_.task, *item, own);
  } catch (...) {
    const std::lock_guard lock(mutex_);
    if (!failure_) failure_ = std::current_exception();
  }
  if (open_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    // Under the lock: the leader is before its look at open_ or already asleep.
    const std::lock_guard lock(mutex_);
    done_.notify_one();
  }
  return true;
}

void Team::wait_for_all() {
  const auto all_done = [&] { return open_.load(std::memory_order_acquire) == 0; };
  for (int turns = 0; turns < kPatience; ++turns) {
    if (all_done()) return;
    pause();
  }
  std::unique_lock lock(mutex_);
  done_.wait(lock, all_done);
}

}  // namespace signalbox::models
