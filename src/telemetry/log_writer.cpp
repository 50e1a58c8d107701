#include "telemetry/log_writer.h"

#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <utility>

namespace signalbox::telemetry {
namespace {

constexpr std::chrono::milliseconds kNap{10};

}  // namespace

LogWriter::LogWriter(std::size_t capacity, std::function<void(const Lines&)> write,
                     std::function<std::string(std::uint64_t)> lost_line)
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
    Lines batch = std::exchange(queue_, {});
    if (const std::uint64_t lost = std::exchange(lost_, 0)) batch.push_front(lost_line_(lost));
    urgent_ = false;
    lock.unlock();
    write_(batch);
    lock.lock();
    changed_.wait_for(lock, kNap, [this] { return stopping_ || urgent_; });
  }
}

void write_to_stderr(const LogWriter::Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text.append(line).append("\n");
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t n = ::write(STDERR_FILENO, text.data() + written, text.size() - written);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;
    written += static_cast<std::size_t>(n);
  }
}

}  // namespace signalbox::telemetry
