#include "telemetry/log_sink.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

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

bool DescriptorSink::write_line(std::string_view line) {
  text_.clear();
  if (torn_) text_ += '\n';
  text_ += line;
  text_ += '\n';
  return write_all(text_);
}

}  // namespace signalbox::telemetry
