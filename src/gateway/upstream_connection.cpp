#include "gateway/upstream_connection.h"

#include <sys/socket.h>

#include <array>
#include <boost/asio/ssl/error.hpp>
#include <cerrno>
#include <vector>

namespace signalbox::gateway {
namespace http = boost::beast::http;
using asio::ip::tcp;
using Unexpected = std::unexpected<UpstreamError>;
namespace {

constexpr std::size_t kReadSize = 16 * 1024;
constexpr std::size_t kMaxHead = 64 * 1024;
constexpr std::size_t kMaxUnparsed = 16 * 1024;  // of a body: chunk headers and trailers
constexpr int kMaxInterim = 100;                 // answers of 1xx before the real one

ResponseHead to_head(const http::response_header<>& fields, std::optional<std::uint64_t> length) {
  ResponseHead head;
  head.status = static_cast<int>(fields.result_int());
  head.headers.reserve(24);  // ours come to them
  for (const auto& field : fields) head.headers.add(std::string(field.name_string()), std::string(field.value()));
  remove_hop_by_hop(head.headers);
  head.headers.remove("content-length");
  head.content_length = length;
  return head;
}

}  // namespace

std::shared_ptr<UpstreamConnection> UpstreamConnection::make(Executor executor,
                                                             std::shared_ptr<const Backend> backend) {
  std::shared_ptr<UpstreamConnection> self(new UpstreamConnection(executor, std::move(backend)));
  self->watchdog_ = std::make_shared<Watchdog>(executor, [weak = std::weak_ptr(self)] {
    if (auto connection = weak.lock()) connection->abort(connection->deadline_means_);
  });
  return self;
}

UpstreamConnection::UpstreamConnection(Executor executor, std::shared_ptr<const Backend> backend)
    : executor_(executor), backend_(std::move(backend)), socket_(executor) {}

UpstreamConnection::~UpstreamConnection() {
  if (watchdog_) watchdog_->disarm();
}

void UpstreamConnection::abort(Kind reason) {
  if (!aborted_) aborted_ = reason;
  close();
  if (wake_) wake_();
}

void UpstreamConnection::close() {
  broken_ = true;
  ErrorCode ignored;
  socket_.close(ignored);
}

void UpstreamConnection::set_deadline(std::chrono::milliseconds from_now, Kind reason) {
  deadline_means_ = reason;
  watchdog_->set(std::chrono::steady_clock::now() + from_now);
}

UpstreamError UpstreamConnection::error(Kind otherwise, const ErrorCode& code) const {
  if (aborted_) return {*aborted_, {}};
  return {otherwise, code ? code.message() : std::string()};
}

Task<UpstreamConnection::Io> UpstreamConnection::write_some(const std::array<asio::const_buffer, 2>& pieces) {
  return tls_ ? tls_->async_write_some(pieces, kAwait) : socket_.async_write_some(pieces, kAwait);
}

Task<UpstreamConnection::Io> UpstreamConnection::read_some() {
  auto space = in_.prepare(kReadSize);
  auto buffer = asio::buffer(space.data(), space.size());
  return tls_ ? tls_->async_read_some(buffer, kAwait) : socket_.async_read_some(buffer, kAwait);
}

bool UpstreamConnection::send_at_once(std::string_view& head, std::string_view& body) {
  got_bytes_ = false;
  set_deadline(backend_->config.timeouts.first_byte, Kind::timeout_first_byte);
  if (tls_ || aborted_) return false;
  const auto [code, n] = write_now(socket_, std::array{asio::buffer(head), asio::buffer(body)});
  const std::size_t of_head = std::min(n, head.size());
  head.remove_prefix(of_head);
  body.remove_prefix(n - of_head);
  return !code && head.empty() && body.empty();
}

// The deadline set here runs on until the head has come.
Task<std::expected<void, UpstreamError>> UpstreamConnection::send(std::string_view head, std::string_view body) {
  got_bytes_ = false;
  set_deadline(backend_->config.timeouts.first_byte, Kind::timeout_first_byte);
  std::array<asio::const_buffer, 2> pieces = {asio::buffer(head), asio::buffer(body)};
  while (asio::buffer_size(pieces) > 0) {
    auto [code, n] = tls_ ? Io(asio::error::would_block, 0) : write_now(socket_, pieces);
    if (code == asio::error::would_block) std::tie(code, n) = co_await write_some(pieces);
    if (code || aborted_) co_return Unexpected(error(Kind::reset_before_head, code));
    for (auto& piece : pieces) {
      auto step = std::min(n, piece.size());
      piece += step;
      n -= step;
    }
  }
  co_return std::expected<void, UpstreamError>();
}

Task<std::expected<ResponseHead, UpstreamError>> UpstreamConnection::read_head(bool head_request) {
  parser_.reset();
  interim_ = 0;
  for (;;) {
    auto complete = parse_head(head_request);
    if (!complete) co_return Unexpected(complete.error());
    if (*complete) break;
    auto [code, n] = co_await read_some();
    if (code || aborted_) co_return Unexpected(error(Kind::reset_before_head, code));
    in_.commit(n);
    got_bytes_ = true;
  }
  watchdog_->clear();
  std::optional<std::uint64_t> length;
  if (auto announced = parser_->content_length()) length = *announced;
  co_return to_head(parser_->get().base(), length);
}

// True when the final head is parsed. Interim answers (1xx) are skipped.
std::expected<bool, UpstreamError> UpstreamConnection::parse_head(bool head_request) {
  while (in_.size() > 0) {
    if (!parser_) {
      parser_.emplace();
      parser_->header_limit(kMaxHead);
      parser_->body_limit(boost::none);
      parser_->skip(head_request);
    }
    ErrorCode code;
    in_.consume(parser_->put(asio::buffer(in_.view().data(), in_.view().size()), code));
    if (code == http::error::need_more && !parser_->is_header_done()) {
      if (in_.size() > kMaxHead) return Unexpected(error(Kind::bad_response, http::error::header_limit));
      return false;
    }
    if (code && code != http::error::need_more) return Unexpected(error(Kind::bad_response, code));
    auto status = parser_->get().result_int();
    if (status < 100 || status > 599) return Unexpected(UpstreamError{Kind::bad_response, "no such status"});
    if (status == 101) return Unexpected(UpstreamError{Kind::bad_response, "unexpected protocol switch"});
    if (status >= 200) {
      parser_->eager(true);
      return true;
    }
    if (++interim_ > kMaxInterim) return Unexpected(UpstreamError{Kind::bad_response, "too many interim answers"});
    parser_.reset();
  }
  return false;
}

Task<std::expected<void, UpstreamError>> UpstreamConnection::read_body(std::string& into) {
  into.clear();
  for (;;) {
    parse_body();
    take_body(into);
    if (!into.empty() || parser_->is_done()) break;
    if (body_error_) co_return Unexpected(error(Kind::bad_response, body_error_));
    if (in_.size() > kMaxUnparsed) co_return Unexpected(UpstreamError{Kind::bad_response, "overlong chunk header"});
    set_deadline(backend_->config.timeouts.idle, Kind::timeout_idle);
    auto [read_code, n] = co_await read_some();
    in_.commit(n);
    // A body without a length ends with the connection; under TLS only a proper close counts, not a cut one.
    if (read_code == asio::error::eof && !aborted_ && parser_->need_eof()) {
      broken_ = true;
      ErrorCode code;
      parser_->put_eof(code);
      if (!code) break;
    }
    if (read_code || aborted_) co_return Unexpected(error(Kind::reset_mid_body, read_code));
  }
  watchdog_->clear();
  co_return std::expected<void, UpstreamError>();
}

void UpstreamConnection::parse_body() {
  if (in_.size() == 0 || parser_->is_done() || body_error_) return;
  ErrorCode code;
  in_.consume(parser_->put(asio::buffer(in_.view().data(), in_.view().size()), code));
  if (code == http::error::need_more) return;
  body_error_ = code;
}

void UpstreamConnection::take_buffered(std::string& into) {
  parse_body();
  take_body(into);
}

void UpstreamConnection::take_body(std::string& into) {
  into.clear();
  into.swap(parser_->get().body());
}

bool UpstreamConnection::body_done() const {
  return parser_ && parser_->is_done();
}

bool UpstreamConnection::reusable() const {
  return !broken_ && !aborted_ && in_.size() == 0 && body_done() && !parser_->need_eof() && parser_->keep_alive();
}

// Idle connections to addresses that the name no longer has are not used again.
bool UpstreamConnection::still_current() {
  const std::shared_ptr<ResolvedName>& name = backend_->name;
  if (!name) return true;
  backend_->names->keep_fresh(name);
  const std::uint64_t generation = name->generation();
  if (generation == name_generation_) return true;
  ErrorCode code;
  const tcp::endpoint peer = socket_.remote_endpoint(code);
  if (code || !name->holds(peer.address())) return false;
  name_generation_ = generation;
  return true;
}

bool UpstreamConnection::still_quiet() {
  char byte = 0;
  auto n = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

}  // namespace signalbox::gateway
