#include "gateway/connection.h"

#include "gateway/connection_writer.h"

namespace signalbox::gateway {
namespace {

constexpr std::chrono::milliseconds kLastCall{1000};

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

Task<void> Connection::answer(HttpRequest& request) {
  auto start = std::chrono::steady_clock::now();
  CancelToken left;
  HttpRequest for_record;  // what the access log and the writer tell; the handler takes the request itself
  for_record.method = request.method;
  for_record.path = request.path;
  for_record.request_id = request.request_id;
  for_record.version = request.version;
  ConnectionWriter writer(*this, for_record, left);
  struct Scope {  // however this coroutine ends, nobody is told through a dead token
    Connection& connection;
    ~Scope() { connection.client_left_ = nullptr; }
  } scope{*this};
  client_left_ = &left;
  phase_ = Phase::answering;
  if (ended_) left.cancel();
  start_read();
  co_await call_handler(request, for_record, writer);
  client_left_ = nullptr;
  watchdog_->clear();
  if (!writer.complete()) keep_alive_ = false;
  bool lost = writer.failed() || (left.cancelled() && !writer.complete() && !writer.broken_off());
  if (writer.broken_off()) listener_->broken_off.increment();
  record(for_record, lost ? 499 : writer.status(), writer.bytes(), start);
}

// Takes the request, which lives in the caller's frame.
Task<void> Connection::call_handler(HttpRequest& request, const HttpRequest& for_record, ConnectionWriter& writer) {
  try {
    co_await listener_->handler->handle(std::move(request), writer);
  } catch (const std::exception& e) {
    server_->log.log(telemetry::Level::error, "handler_failed",
                     {{"path", for_record.path}, {"request_id", for_record.request_id}, {"error", e.what()}});
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
