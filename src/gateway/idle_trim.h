// Gives memory back to the system when the process falls quiet.
//
// The C library keeps what was freed for the next request, which is right under load; after it, a gateway that once
// held ten thousand connections would stay as large as it was then. A thread of its own looks at the process's time on
// the processor now and then; when that stands still after it had moved, it trims, and once more a minute later, when
// idle connections have been closed too.
// Owned by whoever runs the process; the destructor ends the thread at once.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace signalbox::gateway {

// Decides: told the processor time so far at equal intervals, says when to trim.
class IdleJudge {
 public:
  explicit IdleJudge(std::chrono::nanoseconds quiet) : quiet_(quiet) {}
  // An interval is quiet when less than `quiet` was used in it. True after the first quiet interval that follows work,
  // and after the kAgain-th in a row.
  bool should_trim(std::chrono::nanoseconds used_so_far);
  static constexpr int kAgain = 6;

 private:
  std::chrono::nanoseconds quiet_;
  std::chrono::nanoseconds last_{0};
  int quiet_in_a_row_ = kAgain;  // nothing to give back at the start
};

class IdleTrim {
 public:
  explicit IdleTrim(std::chrono::milliseconds interval = std::chrono::seconds(10));
  ~IdleTrim();

 private:
  void run(std::chrono::milliseconds interval);

  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace signalbox::gateway
