#include "gateway/turn_away.h"

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/write.hpp>

#include "gateway/response_text.h"
#include "gateway/server_state.h"

namespace signalbox::gateway {
namespace {

constexpr std::size_t kMostAtOnce = 256;
constexpr std::size_t kMostBytes = 256 * 1024;
constexpr std::chrono::seconds kTime{1};

std::string answer_text() {
  HttpResponse response =
      error_response(503, "server_error", "too_many_connections", "The server has too many connections open.");
  response.headers.add("Retry-After", "1");
  HeadText head;
  head.status = 503;
  head.headers = &response.headers;
  head.framing = Framing::length;
  head.length = response.body.size();
  head.keep_alive = false;
  const std::string date = http_date(std::chrono::system_clock::now());
  head.date = date;
  return response_head(head) + response.body;
}

// Closing with unread bytes would reset the connection, and the answer might be lost: what the client sends is taken
// until it has seen our end, within bounds.
Task<void> answer_and_drain(std::shared_ptr<Socket> socket) {
  const std::string text = answer_text();
  co_await asio::async_write(*socket, asio::buffer(text), kAwait);
  ErrorCode ignored;
  socket->shutdown(Socket::shutdown_send, ignored);
  std::array<char, 4096> dropped;
  for (std::size_t taken = 0; taken < kMostBytes;) {
    auto [error, n] = co_await socket->async_read_some(asio::buffer(dropped), kAwait);
    if (error) co_return;
    taken += n;
  }
}

// Spawned, so everything by value.
Task<void> run(std::shared_ptr<Socket> socket, std::shared_ptr<Listener> listener) {
  auto watchdog = std::make_shared<Watchdog>(socket->get_executor(), [weak = std::weak_ptr(socket)] {
    ErrorCode ignored;
    if (auto open = weak.lock()) open->close(ignored);
  });
  watchdog->set(std::chrono::steady_clock::now() + kTime);
  co_await answer_and_drain(socket);
  watchdog->disarm();
  ErrorCode ignored;
  socket->close(ignored);
  --listener->turned_away;
}

}  // namespace

void turn_away(Socket socket, const std::shared_ptr<Listener>& listener) {
  listener->requests_with(503).increment();
  if (listener->tls || listener->turned_away >= kMostAtOnce) return;
  ++listener->turned_away;
  auto shared = std::make_shared<Socket>(std::move(socket));
  asio::co_spawn(shared->get_executor(), run(shared, listener), asio::detached);
}

}  // namespace signalbox::gateway
