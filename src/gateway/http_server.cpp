#include "gateway/http_server.h"

#include <fmt/format.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <charconv>
#include <random>
#include <stdexcept>

#include "gateway/connection.h"
#include "gateway/server_state.h"
#include "gateway/turn_away.h"

namespace signalbox::gateway {
namespace {

using asio::ip::tcp;

void begin_connection(Socket socket, const std::shared_ptr<ServerState>& server,
                      const std::shared_ptr<Listener>& listener) {
  ErrorCode ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  if (listener->live >= listener->limits.max_connections) {
    turn_away(std::move(socket), listener);
    return;
  }
  if (listener->tls) listener->tls->reload_if_changed(std::chrono::steady_clock::now());
  server->connection_begins(*listener);
  auto executor = socket.get_executor();
  auto connection = std::make_shared<Connection>(std::move(socket), server, listener);
  asio::co_spawn(executor, Connection::run(std::move(connection)), asio::detached);
}

// Clients that the kernel has taken in and that nobody has fetched yet would get a reset from closing: they come in,
// too.
void accept_last(Acceptor& acceptor, const std::shared_ptr<ServerState>& server,
                 const std::shared_ptr<Listener>& listener) {
  ErrorCode error;
  acceptor.non_blocking(true, error);
  while (!error) {
    Socket socket = acceptor.accept(server->io.next_executor(), error);
    if (!error) begin_connection(std::move(socket), server, listener);
  }
  acceptor.close(error);
}

// Spawned, so everything by value. Ends when the acceptor is closed.
Task<void> accept_loop(std::shared_ptr<Acceptor> acceptor, std::shared_ptr<ServerState> server,
                       std::shared_ptr<Listener> listener) {
  Timer pause(acceptor->get_executor());
  while (acceptor->is_open()) {
    auto [error, socket] = co_await acceptor->async_accept(server->io.next_executor(), kAwait);
    if (error && (error == asio::error::operation_aborted || !acceptor->is_open())) break;
    if (error) {  // out of descriptors or memory: it may pass, and spinning would not help
      server->log.log(telemetry::Level::warn, "accept_failed",
                      {{"listener", listener->name}, {"error", error.message()}});
      pause.expires_after(std::chrono::milliseconds(100));
      co_await pause.async_wait(kAwait);
      continue;
    }
    begin_connection(std::move(socket), server, listener);
  }
  std::lock_guard lock(server->mutex);
  --server->accepting;
  server->changed.notify_all();
}

std::string shown(const ListenAddress& address) {
  bool v6 = address.address.find(':') != std::string::npos;
  return fmt::format(fmt::runtime(v6 ? "[{}]:{}" : "{}:{}"), address.address, address.port);
}

Acceptor bind(Executor executor, const ListenAddress& address) {
  ErrorCode error;
  auto ip = asio::ip::make_address(address.address, error);
  if (error) throw std::runtime_error(fmt::format("'{}' is not an IP address to listen on", address.address));
  Acceptor acceptor(executor);
  tcp::endpoint endpoint(ip, address.port);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error == asio::error::address_in_use) {
    throw std::runtime_error(fmt::format("{} is in use by another program", shown(address)));
  }
  if (error) throw std::runtime_error(fmt::format("cannot listen on {}: {}", shown(address), error.message()));
  return acceptor;
}

}  // namespace

Listener::Listener(const ListenAddress& address, std::shared_ptr<Handler> h, ServerLimits l,
                   telemetry::Registry& metrics)
    : name(address.name),
      handler(std::move(h)),
      limits(l),
      requests(metrics.counter("signalbox_http_requests_total",
                               "Requests by status; 499 is a client that left before its answer was whole.",
                               {"listener", "status"})),
      broken_off(metrics
                     .counter("signalbox_http_answers_broken_off_total",
                              "Answers whose head was sent and whose end could not be: their source failed.",
                              {"listener"})
                     .with({address.name})),
      open_connections(
          metrics.gauge("signalbox_http_connections", "Open client connections.", {"listener"}).with({address.name})),
      seconds(metrics
                  .histogram("signalbox_http_request_seconds", "From a whole request to a whole answer.",
                             telemetry::latency_buckets(), {"listener"})
                  .with({address.name})) {}

telemetry::Counter& Listener::requests_with(int status) {
  auto& slot = by_status[static_cast<std::size_t>(std::clamp(status, 0, 599))];
  telemetry::Counter* counter = slot.load(std::memory_order_acquire);
  if (counter == nullptr) {
    counter = &requests.with({name, std::to_string(status)});
    slot.store(counter, std::memory_order_release);
  }
  return *counter;
}

ServerState::ServerState(IoThreads::Impl& loops, telemetry::Logger& logger)
    : io(loops), log(logger), connections(loops.loops.size()) {
  std::random_device random;
  id_prefix = fmt::format("req-{:08x}{:08x}-", random(), random());
}

std::string ServerState::new_request_id() {
  std::array<char, 2 * sizeof(std::uint64_t)> digits;
  char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), next_request++, 16).ptr;
  std::string id;
  id.reserve(id_prefix.size() + digits.size());
  id.append(id_prefix).append(digits.data(), end);
  return id;
}

void ServerState::connection_begins(Listener& listener) {
  ++listener.live;
  listener.open_connections.add(1);
  std::lock_guard lock(mutex);
  ++live;
}

void ServerState::connection_ends(Listener& listener) {
  --listener.live;
  listener.open_connections.add(-1);
  std::lock_guard lock(mutex);
  --live;
  changed.notify_all();
}

struct HttpServer::Impl {
  std::shared_ptr<ServerState> state;
  telemetry::Registry& metrics;
  std::vector<std::pair<std::shared_ptr<Acceptor>, std::shared_ptr<Listener>>> acceptors;
  bool stopped = false;

  // Runs `act` on every connection, on its own thread.
  void for_each_connection(void (Connection::*act)()) {
    for (std::size_t i = 0; i < state->io.loops.size(); ++i) {
      asio::post(state->io.executor(i), [state = state, i, act] {
        // Acting may end a connection, but never synchronously: the set does not change under the loop.
        for (Connection* connection : state->connections[i]) (connection->*act)();
      });
    }
  }
  bool wait_until_empty(std::chrono::milliseconds patience) {
    std::unique_lock lock(state->mutex);
    return state->changed.wait_for(lock, patience, [this] { return state->live == 0 && state->accepting == 0; });
  }
};

HttpServer::HttpServer(IoThreads& io, telemetry::Logger& log, telemetry::Registry& metrics)
    : impl_(new Impl{std::make_shared<ServerState>(io.impl(), log), metrics, {}, {}}) {}

HttpServer::~HttpServer() {
  stop(std::chrono::milliseconds(0));
}

std::uint16_t HttpServer::listen(const ListenAddress& address, std::shared_ptr<Handler> handler, ServerLimits limits,
                                 const std::optional<TlsOptions>& tls) {
  auto listener = std::make_shared<Listener>(address, std::move(handler), limits, impl_->metrics);
  if (tls) listener->tls = std::make_unique<ServerTls>(*tls, address.name, impl_->state->log, impl_->metrics);
  auto executor = impl_->state->io.next_executor();
  auto acceptor = std::make_shared<Acceptor>(bind(executor, address));
  auto port = acceptor->local_endpoint().port();
  {
    std::lock_guard lock(impl_->state->mutex);
    ++impl_->state->accepting;
  }
  impl_->acceptors.emplace_back(acceptor, listener);
  asio::co_spawn(executor, accept_loop(acceptor, impl_->state, std::move(listener)), asio::detached);
  return port;
}

bool HttpServer::reload_certificates() {
  bool good = true;
  for (const auto& [acceptor, listener] : impl_->acceptors) {
    if (listener->tls && !listener->tls->reload()) good = false;
  }
  return good;
}

void HttpServer::announce_stop() {
  impl_->state->last_answers = true;
}

std::size_t HttpServer::stop(std::chrono::milliseconds patience) {
  if (std::exchange(impl_->stopped, true)) return 0;
  if (impl_->state->io.stopped) return connections();  // nothing can run to its end any more
  announce_stop();
  impl_->state->draining = true;
  for (auto& [acceptor, listener] : impl_->acceptors) {
    asio::post(acceptor->get_executor(),
               [acceptor, state = impl_->state, listener] { accept_last(*acceptor, state, listener); });
  }
  impl_->for_each_connection(&Connection::drain);
  if (impl_->wait_until_empty(patience)) return 0;
  std::size_t broken = connections();
  impl_->for_each_connection(&Connection::close);
  // What remains are handlers in the middle of a computation: they end when it does.
  constexpr std::chrono::seconds kLastWait{10};
  if (!impl_->wait_until_empty(kLastWait)) {
    impl_->state->log.log(telemetry::Level::error, "stop_incomplete", {{"connections", connections()}});
  }
  return broken;
}

std::size_t HttpServer::connections() const {
  std::lock_guard lock(impl_->state->mutex);
  return impl_->state->live;
}

}  // namespace signalbox::gateway
