#include "telemetry/log_sink.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace signalbox::telemetry {
namespace {

// A pipe that polls as writable takes at least so many bytes without blocking (PIPE_BUF of Linux).
constexpr std::size_t kPiece = 4096;
// How often a waiting writer looks whether it should give up.
constexpr int kLookMilliseconds = 50;

}  // namespace

void DescriptorSink::give_up_after(std::chrono::milliseconds patience) {
  deadline_ = Time::now() + patience;
}

bool DescriptorSink::wait_until_writable() const {
  pollfd entry{descriptor_, POLLOUT, 0};
  for (;;) {
    const bool last = Time::now() >= deadline_.load();  // then every line has one chance, and none waits
    const int ready = ::poll(&entry, 1, last ? 0 : kLookMilliseconds);
    if (ready > 0) return true;  // an error shows in the write
    if (last || (ready < 0 && errno != EINTR)) return false;
  }
}

bool DescriptorSink::write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    if (!wait_until_writable()) return false;
    const ssize_t n = ::write(descriptor_, bytes.data(), std::min(bytes.size(), kPiece));
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (n <= 0) return false;
    torn_ = true;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  torn_ = false;
  return true;
}

std::size_t DescriptorSink::write_pending() {
  const std::size_t lines = std::exchange(pending_, 0);
  const bool written = lines == 0 || write_all(text_);
  text_.clear();
  return written ? 0 : lines;
}

// Lines share a write as long as that is one piece; a longer line has writes of its own.
std::size_t DescriptorSink::write_lines(const std::deque<std::string>& lines) {
  std::size_t lost = 0;
  for (const std::string& line : lines) {
    if (pending_ > 0 && text_.size() + line.size() + 1 > kPiece) lost += write_pending();
    if (pending_ == 0 && torn_) text_ += '\n';
    text_ += line;
    text_ += '\n';
    ++pending_;
  }
  return lost + write_pending();
}

}  // namespace signalbox::telemetry
