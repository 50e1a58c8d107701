#include "gateway/blocking_get.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <cerrno>
#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace signalbox::gateway {
namespace {

using Clock = std::chrono::steady_clock;
using tcp = boost::asio::ip::tcp;
using Unexpected = std::unexpected<std::string>;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

std::string reason() {
  return std::generic_category().message(errno);
}

bool wait_for(int fd, short events, Clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
  pollfd entry{fd, events, 0};
  return left.count() > 0 && ::poll(&entry, 1, static_cast<int>(left.count())) == 1;
}

// "HTTP/1.1 200 OK"
std::optional<int> status_in(std::string_view line) {
  int status = 0;
  if (!line.starts_with("HTTP/1.") || line.size() < 12) return std::nullopt;
  const auto [end, error] = std::from_chars(line.data() + 9, line.data() + 12, status);
  return error == std::errc() && end == line.data() + 12 ? std::optional(status) : std::nullopt;
}

}  // namespace

std::expected<int, std::string> blocking_get(const std::string& host, std::uint16_t port, const std::string& path,
                                             std::chrono::milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  boost::system::error_code bad;
  const tcp::endpoint to(boost::asio::ip::make_address(host, bad), port);
  if (bad) return Unexpected("'" + host + "' is not an IP address");
  const Descriptor fd(::socket(to.protocol().family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (fd.get() < 0) return Unexpected(reason());
  if (::connect(fd.get(), to.data(), static_cast<socklen_t>(to.size())) != 0 && errno != EINPROGRESS)
    return Unexpected(reason());
  if (!wait_for(fd.get(), POLLOUT, deadline)) return Unexpected("no connection in time");
  const std::string name = to.address().is_v6() ? "[" + host + "]" : host;
  const std::string request =
      "GET " + path + " HTTP/1.1\r\nHost: " + name + ":" + std::to_string(port) + "\r\nConnection: close\r\n\r\n";
  if (::send(fd.get(), request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) {
    return Unexpected(reason());
  }
  std::string head;
  std::array<char, 512> block;
  while (head.find("\r\n") == std::string::npos && head.size() < 4096) {
    if (!wait_for(fd.get(), POLLIN, deadline)) return Unexpected("no answer in time");
    const ssize_t n = ::recv(fd.get(), block.data(), block.size(), 0);
    if (n <= 0) return Unexpected("the connection was closed without an answer");
    head.append(block.data(), static_cast<std::size_t>(n));
  }
  const std::optional<int> status = status_in(head);
  return status ? std::expected<int, std::string>(*status) : Unexpected("the answer is not HTTP");
}

}  // namespace signalbox::gateway
