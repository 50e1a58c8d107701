// Internal to the gateway: one connection to a backend, plain or TLS, and the parser of the answer on it.
//
// Every wait has a deadline (the watchdog) and ends at once when abort() is called; what ended it is told by the typed
// error. Belongs to one I/O thread.
#pragma once

#include <array>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/backend.h"
#include "gateway/byte_queue.h"
#include "gateway/collect_body.h"

namespace signalbox::gateway {

class UpstreamConnection : public std::enable_shared_from_this<UpstreamConnection> {
 public:
  using Kind = UpstreamError::Kind;
  static std::shared_ptr<UpstreamConnection> make(Executor executor, std::shared_ptr<const Backend> backend);
  ~UpstreamConnection();

  Task<std::expected<void, UpstreamError>> connect();
  Task<std::expected<void, UpstreamError>> send(std::string_view head, std::string_view body);
  // The same without a coroutine, when the kernel takes all of it now, as it nearly always does. False: the rest is
  // still to be sent (and nothing is said about errors), with what is cut off the front of `head` and `body`.
  bool send_at_once(std::string_view& head, std::string_view& body);
  Task<std::expected<ResponseHead, UpstreamError>> read_head(bool head_request);
  Task<std::expected<void, UpstreamError>> read_body(std::string& into);  // replaces `into` by what came

  void take_buffered(std::string& into);  // the part of the body that has come already, without waiting
  bool body_done() const;
  void abort(Kind reason);  // ends what is waiting, with this error
  void close();

  bool reusable() const;  // the answer is over and the connection may carry another request
  bool still_current();   // its address is still one of its backend
  bool still_quiet();     // an idle connection is alive and has nothing to say
  const Executor& executor() const { return executor_; }
  bool was_used() const { return used_; }
  void mark_used() { used_ = true; }
  bool got_bytes() const { return got_bytes_; }  // of the current answer
  const std::shared_ptr<const Backend>& backend() const { return backend_; }
  TimePoint idle_since;

 private:
  using Stream = asio::ssl::stream<Socket&>;
  using Parser = boost::beast::http::response_parser<CollectBody>;
  using Io = std::tuple<ErrorCode, std::size_t>;

  UpstreamConnection(Executor executor, std::shared_ptr<const Backend> backend);
  // upstream_connect.cpp
  Task<std::expected<std::vector<asio::ip::tcp::endpoint>, UpstreamError>> endpoints();
  Task<std::expected<void, UpstreamError>> reach(std::vector<asio::ip::tcp::endpoint> endpoints);
  Task<std::expected<void, UpstreamError>> open_tunnel();
  Task<std::expected<void, UpstreamError>> handshake();
  Task<Io> read_some();
  Task<Io> write_some(const std::array<asio::const_buffer, 2>& pieces);
  std::expected<bool, UpstreamError> parse_head(bool head_request);
  void take_body(std::string& into);
  void parse_body();
  UpstreamError error(Kind otherwise, const ErrorCode& code) const;
  void set_deadline(std::chrono::milliseconds from_now, Kind reason);

  Executor executor_;
  std::shared_ptr<const Backend> backend_;
  Socket socket_;
  std::unique_ptr<Stream> tls_;
  std::shared_ptr<Watchdog> watchdog_;
  std::function<void()> wake_;  // what connect() waits for, when that is not the socket
  std::uint64_t name_generation_ = 0;
  Kind deadline_means_ = Kind::timeout_connect;
  std::optional<Kind> aborted_;
  std::optional<Parser> parser_;
  ByteQueue in_;
  int interim_ = 0;       // answers of 1xx seen before the current one
  ErrorCode body_error_;  // met while parsing, reported by the next read_body()
  bool used_ = false;
  bool got_bytes_ = false;
  bool broken_ = false;
};

}  // namespace signalbox::gateway
