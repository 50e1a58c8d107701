// The TLS side of a connection: its beginning, its end, and what is written as one record.
#include <algorithm>

#include "gateway/connection.h"

namespace signalbox::gateway {

// Idle, as far as deadlines and draining go: there is no request yet to lose.
Task<bool> Connection::handshake() {
  tls_context_ = listener_->tls->context();
  tls_ = std::make_unique<Stream>(socket_, *tls_context_);
  phase_ = Phase::idle;
  set_deadline(listener_->limits.header_timeout);
  auto [error] = co_await tls_->async_handshake(asio::ssl::stream_base::server, kAwait);
  watchdog_->clear();
  if (!error) co_return true;
  listener_->tls->handshake_failed();
  server_->log.log(telemetry::Level::debug, "tls_handshake_failed",
                   {{"listener", listener_->name}, {"peer", peer_}, {"error", error.message()}});
  close();
  co_return false;
}

// Says the end of the stream (close_notify), so that the client can tell it from a cut, and waits a moment for its own.
Task<void> Connection::end_tls() {
  if (closed_) co_return;
  phase_ = Phase::idle;
  set_deadline(kLingerTime);
  co_await tls_->async_shutdown(kAwait);
}

// TLS writes one buffer at a time, and a record for each: what a plain socket takes as a list becomes one.
asio::const_buffer Connection::next_record(const Pieces& pieces) {
  constexpr std::size_t kRecord = 16 * 1024;
  record_.clear();
  for (const auto& piece : pieces) {
    record_.append(static_cast<const char*>(piece.data()), std::min(piece.size(), kRecord - record_.size()));
  }
  return asio::buffer(record_);
}

}  // namespace signalbox::gateway
