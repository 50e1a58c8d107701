// Internal to telemetry: writes lines to a descriptor that may be full, gone or stuck, without ever being held by it.
//
// Promises: a line is written whole or counted as lost, never half into the next one; several lines leave in one write;
// once give_up_after() has been called and its time is over, nothing waits any more, so that a reader that stopped
// reading cannot keep the process from ending. write_lines() is for one thread (the log's), give_up_after() for any.
// Does not own the descriptor.
#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <string>
#include <string_view>

namespace signalbox::telemetry {

class DescriptorSink {
 public:
  explicit DescriptorSink(int descriptor) : descriptor_(descriptor) {}
  // Waits while the descriptor takes nothing. Returns how many lines are lost.
  std::size_t write_lines(const std::deque<std::string>& lines);
  void give_up_after(std::chrono::milliseconds patience);

 private:
  using Time = std::chrono::steady_clock;
  bool wait_until_writable() const;
  std::size_t write_pending();  // the lines gathered in text_; returns how many of them are lost
  bool write_all(std::string_view bytes);

  int descriptor_;
  std::atomic<Time::time_point> deadline_{Time::time_point::max()};
  bool torn_ = false;  // the last line stands there without its end
  std::string text_;
  std::size_t pending_ = 0;  // lines in text_
};

}  // namespace signalbox::telemetry
