#include "gateway/connection.h"

#include <algorithm>

#include "gateway/connection_writer.h"

namespace signalbox::gateway {
namespace {

constexpr std::size_t kReadSize = 16 * 1024;
constexpr std::size_t kReadAhead = 64 * 1024;  // of pipelined requests, while one is being answered
constexpr std::size_t kLingerBytes = 4u << 20;
constexpr std::chrono::milliseconds kLastCall{1000};

bool is_good_request_id(std::string_view id) {
  auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._:-/=+").find(c) != std::string_view::npos;
  };
  return !id.empty() && id.size() <= 128 && std::all_of(id.begin(), id.end(), good);
}

std::string address_of(const Socket& socket) {
  ErrorCode error;
  auto endpoint = socket.remote_endpoint(error);
  if (error) return {};
  auto address = endpoint.address();
  // A dual-stack socket shows IPv4 peers as ::ffff:a.b.c.d; trust lists are written with a.b.c.d.
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  }
  return address.to_string();
}

}  // namespace

Connection::Connection(Socket socket, std::shared_ptr<ServerState> server, std::shared_ptr<Listener> listener)
    : socket_(std::move(socket)),
      server_(std::move(server)),
      listener_(std::move(listener)),
      peer_(address_of(socket_)),
      readable_(socket_.get_executor()) {
  ErrorCode ignored;
  socket_.non_blocking(true, ignored);  // for write_now()
}

Connection::~Connection() = default;

Task<void> Connection::run(std::shared_ptr<Connection> self) {
  auto server = self->server_;
  auto listener = self->listener_;
  auto& connections = server->connections[server->io.index_of(self->socket_.get_executor())];
  connections.insert(self.get());
  self->watchdog_ = std::make_shared<Watchdog>(self->socket_.get_executor(), [weak = self->weak_from_this()] {
    if (auto connection = weak.lock()) connection->on_timeout();
  });
  try {
    if (!listener->tls || co_await self->handshake()) co_await self->serve();
    if (self->tls_) co_await self->end_tls();
  } catch (const std::exception& e) {
    server->log.log(telemetry::Level::error, "connection_failed", {{"error", e.what()}});
  }
  self->watchdog_->disarm();
  self->close();
  connections.erase(self.get());
  server->connection_ends(*listener);
}

Task<void> Connection::serve() {
  while (!closed_) {
    auto request = co_await read_request();
    if (!request) co_return;
    co_await answer(*request);
    if (keep_alive_) continue;
    if (in_.size() > 0 && !closed_ && !ended_) co_await linger();
    co_return;
  }
}

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

Task<void> Connection::answer(HttpRequest& request) {
  auto start = std::chrono::steady_clock::now();
  CancelToken left;
  ConnectionWriter writer(*this, request, left);
  HttpRequest for_record;  // what the access log tells; the handler takes the request itself
  for_record.method = request.method;
  for_record.path = request.path;
  for_record.request_id = request.request_id;
  struct Scope {  // however this coroutine ends, nobody is told through a dead token
    Connection& connection;
    ~Scope() { connection.client_left_ = nullptr; }
  } scope{*this};
  client_left_ = &left;
  phase_ = Phase::answering;
  if (ended_) left.cancel();
  start_read();
  co_await call_handler(request, writer);
  client_left_ = nullptr;
  watchdog_->clear();
  if (!writer.complete()) keep_alive_ = false;
  bool lost = writer.failed() || (left.cancelled() && !writer.complete() && !writer.broken_off());
  if (writer.broken_off()) listener_->broken_off.increment();
  record(for_record, lost ? 499 : writer.status(), writer.bytes(), start);
}

// Takes the request, which lives in the caller's frame.
Task<void> Connection::call_handler(HttpRequest& request, ConnectionWriter& writer) {
  std::string path = request.path;
  std::string id = request.request_id;
  try {
    co_await listener_->handler->handle(std::move(request), writer);
  } catch (const std::exception& e) {
    server_->log.log(telemetry::Level::error, "handler_failed",
                     {{"path", path}, {"request_id", id}, {"error", e.what()}});
  }
  if (!writer.started() && !writer.client_left().cancelled()) {
    co_await writer.send(error_response(500, "server_error", "internal_error", "The request was not answered."));
  }
  // A stream that its handler left open is not whole: no terminating chunk may say so.
  writer.abort_if_open();
}

Task<void> Connection::refuse(Refusal refusal) {
  phase_ = Phase::answering;
  keep_alive_ = false;
  HttpRequest nobody;
  nobody.version = 11;
  CancelToken left;
  ConnectionWriter writer(*this, nobody, left);
  HttpResponse response = error_response(refusal.status, "invalid_request_error", refusal.code, refusal.message);
  if (refusal.status == 415) response.headers.add("Accept-Encoding", "gzip, deflate");
  co_await writer.send(std::move(response));
  listener_->requests_with(refusal.status).increment();
  server_->log.log(
      telemetry::Level::info, "request_refused",
      {{"listener", listener_->name}, {"peer", peer_}, {"status", refusal.status}, {"code", refusal.code}});
  co_await linger();
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

Task<bool> Connection::write_all(std::array<asio::const_buffer, 4> pieces) {
  std::size_t left = asio::buffer_size(pieces);
  auto before = std::exchange(phase_, Phase::writing);
  while (left > 0 && !closed_) {
    ErrorCode error;
    std::size_t n = 0;
    if (tls_) {
      set_deadline(listener_->limits.write_timeout);
      std::tie(error, n) = co_await tls_->async_write_some(next_record(pieces), kAwait);
    } else if (std::tie(error, n) = write_now(socket_, pieces); error == asio::error::would_block) {
      set_deadline(listener_->limits.write_timeout);
      std::tie(error, n) = co_await socket_.async_write_some(pieces, kAwait);
    }
    if (error) {
      close();
      break;
    }
    left -= n;
    for (auto& piece : pieces) {
      auto step = std::min(n, piece.size());
      piece += step;
      n -= step;
    }
  }
  phase_ = before;
  watchdog_->clear();
  co_return left == 0;  // what the kernel has is sent, even if a stop closed the connection meanwhile
}

void Connection::on_timeout() {
  switch (phase_) {
    case Phase::reading:
    case Phase::lingering:
      timed_out_ = true;
      readable_.notify();
      return;
    case Phase::idle:
    case Phase::writing:
      close();
      return;
    case Phase::answering:
      return;
  }
}

void Connection::set_deadline(std::chrono::milliseconds from_now) {
  watchdog_->set(std::chrono::steady_clock::now() + from_now);
}

void Connection::drain() {
  if (phase_ == Phase::idle && may_leave()) close();
}

// An idle connection of a server that drains. A request that has arrived and was not read yet would be lost, and a
// client that has just connected is about to send one: it gets a moment.
bool Connection::may_leave() {
  ErrorCode ignored;
  if (socket_.available(ignored) > 0) return false;
  if (fresh_) set_deadline(kLastCall);
  return !fresh_;
}

void Connection::close() {
  if (std::exchange(closed_, true)) return;
  ErrorCode ignored;
  socket_.close(ignored);
  if (client_left_ != nullptr) client_left_->cancel();
  readable_.notify();
}

void Connection::record(const HttpRequest& request, int status, std::uint64_t bytes, TimePoint start) {
  double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  listener_->requests_with(status).increment();
  listener_->seconds.observe(seconds);
  server_->log.log(telemetry::Level::info, "request",
                   {{"listener", listener_->name},
                    {"peer", peer_},
                    {"method", request.method},
                    {"path", request.path},
                    {"status", status},
                    {"bytes", bytes},
                    {"seconds", seconds},
                    {"request_id", request.request_id}});
}

std::string_view Connection::date() {
  auto now = std::chrono::system_clock::now();
  auto second = std::chrono::system_clock::to_time_t(now);
  if (second != date_second_ || date_.empty()) {
    date_second_ = second;
    date_ = http_date(now);
  }
  return date_;
}

}  // namespace signalbox::gateway
