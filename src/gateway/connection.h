// Internal to the gateway: one client connection, from accept to close.
//
// Reading runs beside answering: one read is always outstanding (while there is room), so that a client that leaves is
// noticed in the middle of an answer, and pipelined requests wait in the buffer. Nothing here is locked; every member
// is touched on the connection's I/O thread only. The serving coroutine and each outstanding operation hold the
// connection by shared_ptr. TLS lies between socket and reading and writing; a plain connection pays one branch for it.
#pragma once

#include <array>
#include <boost/asio/ssl/stream.hpp>
#include <memory>
#include <optional>
#include <string>

#include "gateway/byte_queue.h"
#include "gateway/request_parser.h"
#include "gateway/response_text.h"
#include "gateway/server_state.h"

namespace signalbox::gateway {

class ConnectionWriter;

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Socket socket, std::shared_ptr<ServerState> server, std::shared_ptr<Listener> listener);
  ~Connection();

  // The whole life of a connection; spawned.
  static Task<void> run(std::shared_ptr<Connection> self);
  void drain();  // close if no request is being read or answered
  void close();  // break it off now

 private:
  friend class ConnectionWriter;
  enum class Phase : std::uint8_t { idle, reading, answering, writing, lingering };

  using Stream = asio::ssl::stream<Socket&>;
  using Pieces = std::array<asio::const_buffer, 4>;
  static constexpr std::chrono::milliseconds kLingerTime{2000};  // for the client's own end

  Task<void> serve();
  Task<bool> handshake();
  Task<void> end_tls();
  Task<std::optional<HttpRequest>> read_request();
  Task<bool> read_more();
  Task<void> answer(HttpRequest& request);
  Task<void> refuse(Refusal refusal);
  Task<void> linger();
  bool write_at_once(Pieces& pieces);
  Task<bool> write_all(Pieces pieces);
  asio::const_buffer next_record(const Pieces& pieces);
  Task<void> call_handler(HttpRequest& request, const HttpRequest& for_record, ConnectionWriter& writer);

  void start_read();
  void on_read(const ErrorCode& error, std::size_t n);
  void on_timeout();
  void set_deadline(std::chrono::milliseconds from_now);
  bool may_leave();
  HttpRequest complete(HttpRequest request) const;
  void record(const HttpRequest& request, int status, std::uint64_t bytes, TimePoint start);
  std::string_view date();

  Socket socket_;
  std::shared_ptr<ServerTls::Context> tls_context_;  // as it was when the connection came
  std::unique_ptr<Stream> tls_;                      // null: plain
  std::string record_;                               // TLS: bytes on their way
  std::shared_ptr<ServerState> server_;
  std::shared_ptr<Listener> listener_;
  std::string peer_;
  std::shared_ptr<Watchdog> watchdog_;
  Event readable_;
  ByteQueue in_;
  Phase phase_ = Phase::idle;
  bool reading_ = false;    // a read is outstanding
  bool ended_ = false;      // the peer sent its last byte, or the socket is dead
  bool closed_ = false;     // we closed it
  bool timed_out_ = false;  // the client was too slow with its request
  bool keep_alive_ = true;
  bool fresh_ = true;                   // no request has come yet
  CancelToken* client_left_ = nullptr;  // of the request being answered
  std::string date_;
  std::time_t date_second_ = 0;
};

}  // namespace signalbox::gateway
