#include "telemetry/log_writer.h"

#include <chrono>
#include <utility>

namespace signalbox::telemetry {
namespace {

constexpr std::chrono::milliseconds kNap{10};

}  // namespace

LogWriter::LogWriter(std::size_t capacity, Write write, std::function<std::string(std::uint64_t)> lost_line)
    : capacity_(capacity), write_(std::move(write)), lost_line_(std::move(lost_line)), thread_([this] { run(); }) {}

LogWriter::~LogWriter() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void LogWriter::add(std::string line, bool urgent) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() >= capacity_) {
      queue_.pop_front();
      ++lost_;
      ++lost_ever_;
    }
    queue_.push_back(std::move(line));
    urgent_ |= urgent;
    wake = urgent || std::exchange(idle_, false);
  }
  if (wake) changed_.notify_one();
}

void LogWriter::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    idle_ = true;
    changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    idle_ = false;
    if (queue_.empty()) return;  // stopping
    const Lines batch = std::exchange(queue_, {});
    const std::uint64_t lost = std::exchange(lost_, 0);
    urgent_ = false;
    lock.unlock();
    if (lost > 0) write_({lost_line_(lost)});
    lost_ever_ += write_(batch);
    lock.lock();
    changed_.wait_for(lock, kNap, [this] { return stopping_ || urgent_; });
  }
}

}  // namespace signalbox::telemetry
