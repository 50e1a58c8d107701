// For the benchmark only: loopback sockets, an epoll set and the clock. Errors throw: a benchmark that cannot open a
// socket has nothing to say.
#pragma once

#include <sys/epoll.h>

#include <cstdint>
#include <span>

namespace signalbox::bench {

// Owns a file descriptor.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(other.release()) {}
  Fd& operator=(Fd&& other) noexcept;
  ~Fd() { reset(); }
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  void reset();

 private:
  int release();
  int fd_ = -1;
};

std::uint64_t now_ns();  // CLOCK_MONOTONIC: the same in every process of the machine

Fd listen_on(std::uint16_t port);     // 127.0.0.1, non-blocking; 0 takes a free port
std::uint16_t port_of(const Fd& fd);  // the local one
Fd accept_from(const Fd& listener);   // non-blocking, without Nagle; invalid when nobody waits
Fd connect_to(std::uint16_t port);    // likewise

class Epoll {
 public:
  Epoll();
  void add(const Fd& fd, void* what, bool writable = false);
  void change(const Fd& fd, void* what, bool writable);
  // Waits at most until `until_ns` (UINT64_MAX: for ever) and returns what is ready.
  std::span<const epoll_event> wait(std::uint64_t until_ns);

 private:
  static constexpr int kBatch = 256;
  Fd fd_;
  epoll_event events_[kBatch];
};

}  // namespace signalbox::bench
