// The reading side of a connection: whole requests within their deadlines, beside answering, and what is still on its
// way when nothing will be answered any more.
#include <algorithm>

#include "gateway/connection.h"

namespace signalbox::gateway {
namespace {

constexpr std::size_t kReadSize = 16 * 1024;
constexpr std::size_t kReadAhead = 64 * 1024;  // of pipelined requests, while one is being answered
constexpr std::size_t kLingerBytes = 4u << 20;

bool is_good_request_id(std::string_view id) {
  auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._:-/=+").find(c) != std::string_view::npos;
  };
  return !id.empty() && id.size() <= 128 && std::all_of(id.begin(), id.end(), good);
}

}  // namespace

Task<std::optional<HttpRequest>> Connection::read_request() {
  const ServerLimits& limits = listener_->limits;
  RequestParser parser(limits);
  phase_ = Phase::idle;
  timed_out_ = false;
  set_deadline(limits.idle_timeout);
  TimePoint body_start{};
  for (;;) {
    auto before = parser.state();
    auto state = parser.feed(in_);
    if (state == RequestParser::State::done) break;
    if (state == RequestParser::State::refused) {
      co_await refuse(parser.refusal());
      co_return std::nullopt;
    }
    if (phase_ == Phase::idle && server_->draining && may_leave()) co_return std::nullopt;
    if (phase_ == Phase::idle && parser.started()) {
      phase_ = Phase::reading;
      set_deadline(limits.header_timeout);
    }
    if (state == RequestParser::State::body) {
      auto now = std::chrono::steady_clock::now();
      if (before == RequestParser::State::head) {
        body_start = now;
        constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
        if (parser.wants_continue() && !co_await write_all({asio::buffer(kContinue)})) co_return std::nullopt;
        phase_ = Phase::reading;
      }
      watchdog_->set(std::min(now + limits.body_idle_timeout, body_start + limits.body_timeout));
    }
    if (co_await read_more()) continue;
    if (timed_out_) co_await refuse({408, "request_timeout", "The request did not arrive in time."});
    co_return std::nullopt;
  }
  watchdog_->clear();
  fresh_ = false;
  keep_alive_ = parser.keep_alive();
  co_return complete(parser.take());
}

HttpRequest Connection::complete(HttpRequest request) const {
  request.peer = peer_;
  request.tls = tls_ != nullptr;
  request.listener = listener_->name;
  auto id = request.headers.get("x-request-id");
  request.request_id = id && is_good_request_id(*id) ? std::string(*id) : server_->new_request_id();
  return request;
}

// True when there are new bytes; false when there will be none, or not in time.
Task<bool> Connection::read_more() {
  start_read();
  while (reading_ && !timed_out_) co_await readable_.wait();
  co_return !ended_ && !timed_out_ && !closed_;
}

void Connection::start_read() {
  if (reading_ || ended_ || closed_) return;
  reading_ = true;
  auto space = in_.prepare(kReadSize);
  auto buffer = asio::buffer(space.data(), space.size());
  auto done = [self = shared_from_this()](const ErrorCode& error, std::size_t n) { self->on_read(error, n); };
  if (tls_) {
    tls_->async_read_some(buffer, std::move(done));
  } else {
    socket_.async_read_some(buffer, std::move(done));
  }
}

void Connection::on_read(const ErrorCode& error, std::size_t n) {
  reading_ = false;
  in_.commit(n);
  if (error) {
    ended_ = true;
    if (client_left_ != nullptr) client_left_->cancel();
  } else if (client_left_ != nullptr && in_.size() < kReadAhead) {
    start_read();
  }
  readable_.notify_now();
}

// Closing with unread bytes in the kernel sends a reset, and the client may never see our answer: first say that we are
// done, then take what is still on its way, within bounds.
Task<void> Connection::linger() {
  phase_ = Phase::lingering;
  timed_out_ = false;
  ErrorCode ignored;
  if (!tls_) socket_.shutdown(Socket::shutdown_send, ignored);
  set_deadline(kLingerTime);
  std::size_t taken = 0;
  while (taken < kLingerBytes && co_await read_more()) {
    taken += in_.size();
    in_.consume(in_.size());
  }
}

}  // namespace signalbox::gateway
