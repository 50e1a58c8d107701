// For tests: blocking sockets that say exactly the bytes a test wants, and a fixture with a server on loopback.
//
// Every wait ends after ten seconds, so a defect fails a test instead of hanging it; nothing else depends on time.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "gateway/compute_pool.h"
#include "gateway/handler.h"
#include "gateway/http_server.h"

namespace signalbox::gateway::testing {

inline constexpr std::chrono::seconds kPatience{10};

inline sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// A thing that happens once and that another thread waits for.
class Signal {
 public:
  void fire() {
    std::lock_guard lock(mutex_);
    fired_ = true;
    changed_.notify_all();
  }
  bool wait() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [this] { return fired_; });
  }
  bool fired() const {
    std::lock_guard lock(mutex_);
    return fired_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool fired_ = false;
};

struct Answer {
  int status = 0;
  std::string head;
  std::string body;
  bool whole = false;  // ended as its framing announces
};

class Wire {
 public:
  explicit Wire(int fd) : fd_(fd) {
    timeval patience{kPatience.count(), 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  }
  static Wire connect(std::uint16_t port) {
    int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = loopback(port);
    EXPECT_EQ(::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    return Wire(fd);
  }
  Wire(Wire&& other) noexcept : fd_(std::exchange(other.fd_, -1)), in_(std::move(other.in_)) {}
  Wire& operator=(Wire&&) = delete;
  ~Wire() { close(); }

  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }
  // Ends a read that another thread is in; close() would take the descriptor away under it.
  void shut_down() { ::shutdown(fd_, SHUT_RDWR); }
  void reset() {  // RST instead of FIN
    linger hard{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    close();
  }
  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      auto n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
  }
  // More bytes in in_; false at the end of the stream, on a reset and when patience is over.
  bool fill() {
    char buffer[16384];
    auto n = ::recv(fd_, buffer, sizeof buffer, 0);
    if (n <= 0) return false;
    in_.append(buffer, static_cast<std::size_t>(n));
    return true;
  }
  // Everything up to and with `mark`; empty if it does not come.
  std::string read_until(std::string_view mark) {
    for (;;) {
      if (auto at = in_.find(mark); at != std::string::npos) return take(at + mark.size());
      if (!fill()) return {};
    }
  }
  std::string take(std::size_t n) {
    std::string out = in_.substr(0, n);
    in_.erase(0, n);
    return out;
  }
  std::string read_exactly(std::size_t n) {
    while (in_.size() < n) {
      if (!fill()) break;
    }
    return take(std::min(n, in_.size()));
  }
  std::string read_to_end() {
    while (fill()) {
    }
    return take(in_.size());
  }
  bool at_end() { return in_.empty() && !fill(); }

  Answer read_answer(bool head_request = false) {
    Answer out;
    out.head = read_until("\r\n\r\n");
    if (out.head.size() < 12) return out;
    out.status = std::atoi(out.head.c_str() + 9);
    if (head_request || out.status == 204) {
      out.whole = true;
    } else if (out.head.find("Transfer-Encoding: chunked") != std::string::npos) {
      read_chunks(out);
    } else if (auto at = out.head.find("Content-Length: "); at != std::string::npos) {
      auto length = static_cast<std::size_t>(std::atoll(out.head.c_str() + at + 16));
      out.body = read_exactly(length);
      out.whole = out.body.size() == length;
    } else {
      out.body = read_to_end();
    }
    return out;
  }

 private:
  void read_chunks(Answer& out) {
    for (;;) {
      std::string line = read_until("\r\n");
      if (line.empty()) return;
      auto size = std::strtoul(line.c_str(), nullptr, 16);
      std::string chunk = read_exactly(size + 2);
      if (chunk.size() < size + 2) return;
      out.body += chunk.substr(0, size);
      if (size == 0) {
        out.whole = true;
        return;
      }
    }
  }

  int fd_;
  std::string in_;
};

// A listening socket whose connections a test plays by hand.
class ScriptedPeer {
 public:
  ScriptedPeer() : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = loopback(0);
    ::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::listen(fd_, 16);
    socklen_t size = sizeof address;
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    timeval patience{kPatience.count(), 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  ~ScriptedPeer() { ::close(fd_); }
  ScriptedPeer(const ScriptedPeer&) = delete;
  ScriptedPeer& operator=(const ScriptedPeer&) = delete;
  std::uint16_t port() const { return port_; }
  int accept_fd() { return ::accept(fd_, nullptr, nullptr); }
  Wire accept() { return Wire(accept_fd()); }

 private:
  int fd_;
  std::uint16_t port_ = 0;
};

inline std::string get(std::string_view path, std::string_view more = {}) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: test\r\n" + std::string(more) + "\r\n";
}
inline std::string post(std::string_view path, std::string_view body, std::string_view more = {}) {
  return "POST " + std::string(path) + " HTTP/1.1\r\nHost: test\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n" + std::string(more) + "\r\n" + std::string(body);
}

// I/O threads, log, metrics, a compute pool and a server; started with serve().
class ServerFixture : public ::testing::Test {
 protected:
  std::uint16_t serve(std::shared_ptr<Handler> handler, ServerLimits limits = {}, std::string name = "gateway") {
    return server_->listen({.name = std::move(name)}, std::move(handler), limits);
  }
  void TearDown() override {
    server_->stop(std::chrono::milliseconds(0));
    pool_.stop();
  }
  double metric(const std::string& line_start) const {
    std::string text = "\n" + metrics_.text();
    auto at = text.find("\n" + line_start + " ");
    return at == std::string::npos ? 0 : std::atof(text.c_str() + at + line_start.size() + 2);
  }

  telemetry::NullLogger log_;
  telemetry::Registry metrics_;
  IoThreads io_{2};
  ComputePool pool_{2, 16};
  std::unique_ptr<HttpServer> server_ = std::make_unique<HttpServer>(io_, log_, metrics_);
};

}  // namespace signalbox::gateway::testing
