#include "load.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <deque>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "http_message.h"
#include "sockets.h"

namespace signalbox::bench {
namespace {

constexpr std::uint64_t kPatience = 30'000'000'000u;  // after the last request: what is not answered then is broken

// Splits an event stream, which comes in any pieces, into frames.
class FrameCounter {
 public:
  explicit FrameCounter(LoadResult& result) : result_(result) {}

  void take(std::string_view piece, std::uint64_t now) {
    while (!piece.empty()) {
      const std::size_t feed = piece.find('\n');
      line_.append(piece.substr(0, feed == std::string_view::npos ? piece.size() : feed));
      if (feed == std::string_view::npos) return;
      end_line(now);
      piece.remove_prefix(feed + 1);
    }
  }

 private:
  void end_line(std::uint64_t now) {
    if (line_.starts_with("data:")) {
      ++result_.frames;
      record_way(now);
    }
    line_.clear();
  }

  // …"t":"01234567890123456789"}
  void record_way(std::uint64_t now) {
    constexpr std::size_t kTail = 27;
    if (line_.size() < kTail) return;
    const std::string_view tail = std::string_view(line_).substr(line_.size() - kTail);
    if (!tail.starts_with("\"t\":\"")) return;
    std::uint64_t sent = 0;
    std::from_chars(tail.data() + 5, tail.data() + 25, sent);
    if (sent != 0 && sent <= now) result_.frame.add(now - sent);
  }

  LoadResult& result_;
  std::string line_;
};

class Client {
 public:
  Client(const LoadOptions& options, LoadResult& result)
      : options_(options), result_(result), fd_(connect_to(options.port)), frames_(result) {}

  const Fd& fd() const { return fd_; }
  bool busy() const { return busy_; }
  std::uint64_t sent() const { return sent_; }
  bool waits_to_write() const { return busy_ && written_ < options_.request.size(); }

  void send(std::uint64_t due) {
    due_ = due;
    busy_ = true;
    answered_ = false;
    written_ = 0;
    ++sent_;
    write();
  }

  void write() {
    while (waits_to_write()) {
      const ssize_t n = ::send(fd_.get(), options_.request.data() + written_, options_.request.size() - written_,
                               MSG_NOSIGNAL | MSG_DONTWAIT);
      if (n < 0 && errno == EAGAIN) return;
      if (n < 0) return lose();
      written_ += static_cast<std::size_t>(n);
    }
  }

  // True when an answer is complete.
  bool read() {
    static thread_local std::array<char, 256 * 1024> buffer;
    for (;;) {
      const ssize_t n = ::recv(fd_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (n < 0 && errno == EAGAIN) return false;
      if (n <= 0) {
        lose();
        return true;
      }
      if (take({buffer.data(), static_cast<std::size_t>(n)})) return true;
    }
  }

  bool lost() const { return !fd_; }
  void reconnect() { fd_ = connect_to(options_.port); }
  void lose() {
    if (busy_) ++result_.broken;
    busy_ = false;
    reader_.reset();
    fd_.reset();
  }

 private:
  bool take(std::string_view in) {
    const std::uint64_t now = now_ns();
    reader_.feed(in, [&](std::string_view piece) {
      if (!std::exchange(answered_, true)) result_.first_byte.add(now - due_);
      frames_.take(piece, now);
    });
    if (!reader_.done() && !reader_.broken()) return false;
    if (reader_.broken()) {
      lose();
      return true;
    }
    busy_ = false;
    ++result_.requests;
    if (reader_.status() != 200) ++result_.not_200;
    result_.latency.add(now - due_);
    const bool closes = reader_.closes();
    reader_.reset();
    if (closes) fd_.reset();
    return true;
  }

  const LoadOptions& options_;
  LoadResult& result_;
  Fd fd_;
  HttpMessageReader reader_;
  FrameCounter frames_;
  std::uint64_t due_ = 0, sent_ = 0;
  std::size_t written_ = 0;
  bool busy_ = false, answered_ = false;
};

class Load {
 public:
  explicit Load(const LoadOptions& options) : options_(options) {
    for (std::size_t i = 0; i < options.connections; ++i) {
      clients_.push_back(std::make_unique<Client>(options, result_));
      epoll_.add(clients_.back()->fd(), clients_.back().get());
    }
  }

  LoadResult run() {
    start_ = now_ns();
    const bool counted = options_.per_connection > 0;
    end_ = counted ? UINT64_MAX : start_ + static_cast<std::uint64_t>(options_.seconds * 1e9);
    next_due_ = start_;
    for (const auto& client : clients_) free_.push_back(client.get());
    std::uint64_t last_answer = start_;
    while (send_due() || busy_ > 0) {
      const std::uint64_t before = result_.requests;
      handle(epoll_.wait(options_.spin ? 0 : wake_at()));
      if (result_.requests != before) last_answer = now_ns();
      if (!counted && now_ns() > end_ + kPatience) break;
    }
    for (const auto& client : clients_) {
      if (client->busy()) ++result_.broken;
    }
    result_.seconds = static_cast<double>(last_answer - start_) / 1e9;
    return std::move(result_);
  }

 private:
  std::uint64_t wake_at() const {
    if (options_.rate <= 0) return end_ == UINT64_MAX ? UINT64_MAX : end_ + kPatience;
    return free_.empty() ? end_ + kPatience : std::min(next_due_, end_);
  }

  // Hands out what is due to who is free. False when nothing will be sent any more.
  bool send_due() {
    const std::uint64_t now = now_ns();
    if (now >= end_) return false;
    while (!free_.empty() && (options_.rate <= 0 || next_due_ <= now)) {
      Client* const client = free_.front();
      free_.pop_front();
      if (options_.per_connection > 0 && client->sent() >= options_.per_connection) continue;
      start(*client, options_.rate > 0 ? next_due_ : now_ns());
      if (options_.rate > 0) next_due_ += static_cast<std::uint64_t>(1e9 / options_.rate);
    }
    return options_.per_connection == 0;
  }

  void start(Client& client, std::uint64_t due) {
    if (client.lost()) {
      client.reconnect();
      epoll_.add(client.fd(), &client);
    }
    client.send(due);
    if (!client.busy()) {  // the connection broke
      free_.push_back(&client);
      return;
    }
    ++busy_;
    if (client.waits_to_write()) epoll_.change(client.fd(), &client, true);
  }

  void handle(std::span<const epoll_event> events) {
    for (const epoll_event& event : events) {
      Client& client = *static_cast<Client*>(event.data.ptr);
      const bool was_busy = client.busy();
      if ((event.events & EPOLLOUT) != 0) {
        client.write();
        if (!client.lost() && !client.waits_to_write()) epoll_.change(client.fd(), &client, false);
      }
      if (!client.lost() && (event.events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) client.read();
      if (was_busy && !client.busy()) {
        --busy_;
        free_.push_back(&client);
      }
    }
  }

  const LoadOptions& options_;
  LoadResult result_;
  Epoll epoll_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::deque<Client*> free_;
  std::size_t busy_ = 0;
  std::uint64_t start_ = 0, end_ = 0, next_due_ = 0;
};

}  // namespace

LoadResult run_load(const LoadOptions& options) {
  return Load(options).run();
}

}  // namespace signalbox::bench
