#include "gateway/idle_trim.h"

#include <malloc.h>

#include <ctime>
#include <utility>

namespace signalbox::gateway {

namespace {

// Of an interval; the timers of an idle gateway use less.
constexpr int kQuietShare = 100;

std::chrono::nanoseconds processor_time() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

}  // namespace

bool IdleJudge::should_trim(std::chrono::nanoseconds used_so_far) {
  const bool quiet = used_so_far - std::exchange(last_, used_so_far) < quiet_;
  if (!quiet) {
    quiet_in_a_row_ = 0;
    return false;
  }
  if (quiet_in_a_row_ == kAgain) return false;
  ++quiet_in_a_row_;
  return quiet_in_a_row_ == 1 || quiet_in_a_row_ == kAgain;
}

IdleTrim::IdleTrim(std::chrono::milliseconds interval) : thread_([this, interval] { run(interval); }) {}

IdleTrim::~IdleTrim() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stopped_.notify_all();
  thread_.join();
}

void IdleTrim::run(std::chrono::milliseconds interval) {
  IdleJudge judge(std::chrono::nanoseconds(interval) / kQuietShare);
  std::unique_lock lock(mutex_);
  while (!stopped_.wait_for(lock, interval, [this] { return stopping_; })) {
    if (judge.should_trim(processor_time())) ::malloc_trim(0);
  }
}

}  // namespace signalbox::gateway
