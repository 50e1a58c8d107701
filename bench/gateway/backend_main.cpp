// The backend of the gateway benchmark: as fast as one thread can answer, so that what is measured is the gateway.
//
// It looks at three members of the body and at nothing else, because these reach it through every gateway:
//   "stream":true     answer with server-sent events, else with one fixed JSON object
//   "max_tokens":N    N frames, then [DONE]
//   "seed":U          a frame every U microseconds on each stream; 0: as fast as the client takes them, a send() each
// Each frame ends in "t":"<nanoseconds of CLOCK_MONOTONIC, 20 digits>"} so that a client on the same machine knows how
// long it was on its way.
//
// usage: bench_backend [PORT]      prints `ready PORT`
#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <memory>
#include <queue>
#include <string>
#include <utility>
#include <vector>

#include "http_message.h"
#include "sockets.h"

namespace signalbox::bench {
namespace {

std::string fixed_answer() {
  const std::string body =
      R"({"id":"chatcmpl-bench","object":"chat.completion","created":1700000000,"model":"bench","choices":[{"index":0,)"
      R"("message":{"role":"assistant","content":"The answer of the benchmark's backend is always the same."},)"
      R"("logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":100,"completion_tokens":10,)"
      R"("total_tokens":110}})";
  return fmt::format("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}", body.size(),
                     body);
}

constexpr std::string_view kStreamHead =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\nTransfer-Encoding: "
    "chunked\r\n\r\n";
constexpr std::string_view kStreamEnd = "e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n";

std::string frame() {
  const std::string data = fmt::format(
      "data: {}\"t\":\"{:020}\"}}\n\n",
      R"({"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1700000000,"model":"bench","choices":[{"index":0,"delta":{"content":" token"},"finish_reason":null}],)",
      now_ns());
  return fmt::format("{:x}\r\n{}\r\n", data.size(), data);
}

// The number behind `"name":` in a JSON text, or 0.
std::uint64_t number_in(std::string_view body, std::string_view name) {
  std::size_t at = body.find(name);
  if (at == std::string_view::npos) return 0;
  at += name.size();
  while (at < body.size() && body[at] == ' ') ++at;
  std::uint64_t value = 0;
  std::from_chars(body.data() + at, body.data() + body.size(), value);
  return value;
}

class Client {
 public:
  explicit Client(Fd fd) : fd_(std::move(fd)) {}
  const Fd& fd() const { return fd_; }
  bool gone() const { return gone_; }
  bool waits_to_write() const { return !out_.empty() || (frames_left_ > 0 && interval_ns_ == 0); }
  std::uint64_t next_frame() const { return frames_left_ > 0 && interval_ns_ > 0 ? next_frame_ : UINT64_MAX; }

  void read() {
    std::array<char, 64 * 1024> buffer;
    for (;;) {
      const ssize_t n = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
      if (n <= 0) {
        gone_ = n == 0 || (errno != EAGAIN && errno != EINTR);
        return;
      }
      take({buffer.data(), static_cast<std::size_t>(n)});
      if (gone_ || static_cast<std::size_t>(n) < buffer.size()) return;
    }
  }

  void write() {
    while (!gone_ && (flush() && frames_left_ > 0 && interval_ns_ == 0)) add_frame();
  }

  void send_due_frame(std::uint64_t now) {
    while (frames_left_ > 0 && next_frame_ <= now) {
      next_frame_ += interval_ns_;
      add_frame();
      flush();
    }
  }

 private:
  void take(std::string_view in) {
    while (!in.empty() && !gone_) {
      in.remove_prefix(reader_.feed(in, [this](std::string_view piece) { body_.append(piece); }));
      if (reader_.broken()) gone_ = true;
      if (!reader_.done()) continue;
      reader_.reset();
      answer();
      body_.clear();
    }
  }

  void answer() {
    static const std::string kFixed = fixed_answer();
    // The members stand at the body's beginning or end: a gateway may have written it anew, with spaces.
    const bool stream =
        body_.find("\"stream\":true") != std::string::npos || body_.find("\"stream\": true") != std::string::npos;
    if (!stream) {
      out_ += kFixed;
      flush();
      return;
    }
    frames_left_ = number_in(body_, "\"max_tokens\":");
    interval_ns_ = number_in(body_, "\"seed\":") * 1000;
    next_frame_ = now_ns() + interval_ns_;
    out_ += kStreamHead;
    if (frames_left_ == 0) out_ += kStreamEnd;
    write();
  }

  void add_frame() {
    out_ += frame();
    if (--frames_left_ == 0) out_ += kStreamEnd;
  }

  // True when everything is with the kernel.
  bool flush() {
    while (!out_.empty()) {
      const ssize_t n = ::send(fd_.get(), out_.data(), out_.size(), MSG_NOSIGNAL);
      if (n < 0) {
        gone_ = errno != EAGAIN && errno != EINTR;
        return false;
      }
      out_.erase(0, static_cast<std::size_t>(n));
    }
    return true;
  }

  Fd fd_;
  HttpMessageReader reader_;
  std::string body_, out_;
  std::uint64_t frames_left_ = 0, interval_ns_ = 0, next_frame_ = 0;
  bool gone_ = false;
};

class Server {
 public:
  explicit Server(std::uint16_t port) : listener_(listen_on(port)) { epoll_.add(listener_, nullptr); }
  std::uint16_t port() const { return port_of(listener_); }

  [[noreturn]] void run() {
    for (;;) {
      for (const epoll_event& event : epoll_.wait(due_.empty() ? UINT64_MAX : due_.top().first)) {
        if (event.data.ptr == nullptr) {
          accept_all();
        } else {
          serve(static_cast<Client*>(event.data.ptr), event.events);
        }
      }
      send_due();
      forget_gone();
    }
  }

 private:
  using Due = std::pair<std::uint64_t, Client*>;

  void accept_all() {
    while (Fd fd = accept_from(listener_)) {
      clients_.push_back(std::make_unique<Client>(std::move(fd)));
      epoll_.add(clients_.back()->fd(), clients_.back().get());
    }
  }

  void serve(Client* client, std::uint32_t events) {
    const bool waited = client->waits_to_write();
    const std::uint64_t before = client->next_frame();
    if ((events & EPOLLOUT) != 0) client->write();
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) client->read();
    if (client->next_frame() != before && client->next_frame() != UINT64_MAX)
      due_.emplace(client->next_frame(), client);
    if (client->gone()) {
      someone_gone_ = true;
    } else if (client->waits_to_write() != waited) {
      epoll_.change(client->fd(), client, client->waits_to_write());
    }
  }

  void send_due() {
    const std::uint64_t now = now_ns();
    while (!due_.empty() && due_.top().first <= now) {
      Client* const client = due_.top().second;
      due_.pop();
      client->send_due_frame(now);
      if (client->next_frame() != UINT64_MAX) due_.emplace(client->next_frame(), client);
      if (client->waits_to_write()) epoll_.change(client->fd(), client, true);
      someone_gone_ |= client->gone();
    }
  }

  void forget_gone() {
    if (!std::exchange(someone_gone_, false)) return;
    std::vector<Due> kept;
    for (; !due_.empty(); due_.pop()) {
      if (!due_.top().second->gone()) kept.push_back(due_.top());
    }
    due_ = decltype(due_)(std::greater<Due>(), std::move(kept));
    std::erase_if(clients_, [](const std::unique_ptr<Client>& client) { return client->gone(); });
  }

  Fd listener_;
  Epoll epoll_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::priority_queue<Due, std::vector<Due>, std::greater<Due>> due_;  // streams that wait for their next frame
  bool someone_gone_ = false;
};

}  // namespace
}  // namespace signalbox::bench

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  std::uint16_t port = 0;
  if (argc > 1) port = static_cast<std::uint16_t>(std::stoi(argv[1]));
  signalbox::bench::Server server(port);
  fmt::print("ready {}\n", server.port());
  std::fflush(stdout);
  server.run();
}
