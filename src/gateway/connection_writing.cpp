// The writing side of a connection: what the kernel takes at once, and the wait for a client that reads slowly.
#include <algorithm>
#include <utility>

#include "gateway/connection.h"

namespace signalbox::gateway {
namespace {

void take_off(std::array<asio::const_buffer, 4>& pieces, std::size_t n) {
  for (auto& piece : pieces) {
    const auto step = std::min(n, piece.size());
    piece += step;
    n -= step;
  }
}

}  // namespace

// What the kernel takes without waiting, without a coroutine of its own. True: that was all.
bool Connection::write_at_once(Pieces& pieces) {
  const std::size_t size = asio::buffer_size(pieces);
  if (size == 0) return true;
  if (tls_ || closed_) return false;
  auto [error, n] = write_now(socket_, pieces);
  if (error && error != asio::error::would_block) close();
  take_off(pieces, n);
  return n == size;
}

Task<bool> Connection::write_all(Pieces pieces) {
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
    take_off(pieces, n);
  }
  phase_ = before;
  watchdog_->clear();
  co_return left == 0;  // what the kernel has is sent, even if a stop closed the connection meanwhile
}

}  // namespace signalbox::gateway
