// Internal to telemetry: the bounded queue of log lines and the thread that writes them.
//
// A request must neither wait for a slow sink nor pay a wake-up of another thread: a line goes into the queue under a
// short lock, and the writer is woken only when it sleeps with nothing to do. After each batch it naps for a moment
// (an urgent line ends the nap), so that under load a batch of lines costs one wake-up and one write.
// When the queue is full its oldest line gives way; how many did is told by a line of its own. lost() counts these and
// the ones that the sink could not write.
// add() from any thread. The destructor writes what is queued.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace signalbox::telemetry {

class LogWriter {
 public:
  using Lines = std::deque<std::string>;
  // Takes the lines of a batch, on the writer's thread, and returns how many of them it could not write.
  using Write = std::function<std::size_t(const Lines&)>;
  // `lost_line` makes the line that tells of lost ones.
  LogWriter(std::size_t capacity, Write write, std::function<std::string(std::uint64_t)> lost_line);
  ~LogWriter();

  void add(std::string line, bool urgent);
  std::uint64_t lost() const { return lost_ever_; }

 private:
  void run();

  const std::size_t capacity_;
  const Write write_;
  const std::function<std::string(std::uint64_t)> lost_line_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Lines queue_;
  std::uint64_t lost_ = 0;  // and not told yet
  std::atomic<std::uint64_t> lost_ever_{0};
  bool idle_ = false;    // the writer sleeps until there is something
  bool urgent_ = false;  // … or should not finish its nap
  bool stopping_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace signalbox::telemetry
