#include "gateway/connection_writer.h"

namespace signalbox::gateway {
namespace {

bool never_has_body(int status) {
  return status < 200 || status == 204 || status == 304;
}

}  // namespace

std::string ConnectionWriter::head_text(int status, const Headers& headers, Framing framing, std::uint64_t length) {
  status_ = status;
  if (framing == Framing::close || connection_.server_->last_answers) connection_.keep_alive_ = false;
  HeadText head;
  head.status = status;
  head.headers = &headers;
  head.framing = framing;
  head.length = length;
  head.keep_alive = connection_.keep_alive_;
  head.http10 = http10_;
  head.date = connection_.date();
  head.request_id = request_id_;
  return response_head(head);
}

Task<bool> ConnectionWriter::send(HttpResponse response) {
  if (state_ != State::fresh) co_return broken();
  state_ = State::open;
  bool empty = never_has_body(response.status);
  std::string head =
      head_text(response.status, response.headers, empty ? Framing::none : Framing::length, response.body.size());
  std::string_view body = empty || head_only_ ? std::string_view() : std::string_view(response.body);
  bytes_ = body.size();
  Connection::Pieces pieces = {asio::buffer(head), asio::buffer(body)};
  if (!connection_.write_at_once(pieces) && !co_await connection_.write_all(pieces)) co_return broken();
  state_ = State::complete;
  co_return true;
}

Framing ConnectionWriter::choose_framing(const ResponseHead& head) const {
  if (never_has_body(head.status)) return Framing::none;
  if (head.content_length) return Framing::length;
  return http10_ ? Framing::close : Framing::chunked;
}

Task<bool> ConnectionWriter::begin(ResponseHead head, std::string_view first_bytes) {
  if (state_ != State::fresh) co_return broken();
  state_ = State::open;
  framing_ = choose_framing(head);
  announced_ = head.content_length.value_or(0);
  const std::string text = head_text(head.status, head.headers, framing_, announced_);
  std::optional<Connection::Pieces> pieces = packet(text, first_bytes, false);
  if (!pieces) co_return broken();
  co_return connection_.write_at_once(*pieces) || co_await connection_.write_all(*pieces) || broken();
}

Task<bool> ConnectionWriter::write(std::string_view bytes) {
  if (state_ != State::open) co_return false;
  if (bytes.empty()) co_return true;
  std::optional<Connection::Pieces> pieces = packet({}, bytes, false);
  if (!pieces) co_return broken();
  co_return connection_.write_at_once(*pieces) || co_await connection_.write_all(*pieces) || broken();
}

// One packet: the head if there is one, then the bytes in the answer's framing, and its end. None: more than was
// announced.
std::optional<Connection::Pieces> ConnectionWriter::packet(std::string_view head, std::string_view bytes, bool last) {
  if (!fits(bytes.size())) return std::nullopt;
  bytes_ += bytes.size();
  if (head_only_ || framing_ == Framing::none) bytes = {};
  const bool chunked = framing_ == Framing::chunked && !head_only_;
  size_line_.clear();
  std::string_view chunk_end;
  if (chunked && !bytes.empty()) {
    size_line_ = chunk_header(bytes.size());
    chunk_end = "\r\n";
  }
  if (chunked && last) chunk_end = bytes.empty() ? "0\r\n\r\n" : "\r\n0\r\n\r\n";
  return Connection::Pieces{asio::buffer(head), asio::buffer(size_line_), asio::buffer(bytes), asio::buffer(chunk_end)};
}

Task<bool> ConnectionWriter::finish(std::string_view last_bytes) {
  if (state_ != State::open) co_return false;
  bool whole = framing_ != Framing::length || head_only_ || bytes_ + last_bytes.size() == announced_;
  if (!whole) {  // more or less than was announced: the client must not take it for the answer
    abort();
    co_return false;
  }
  std::optional<Connection::Pieces> pieces = packet({}, last_bytes, true);
  if (!pieces) co_return broken();
  if (!connection_.write_at_once(*pieces) && !co_await connection_.write_all(*pieces)) co_return broken();
  state_ = State::complete;
  co_return true;
}

void ConnectionWriter::abort() {
  // Closing cancels `left_` too, so whose doing it is must be settled before.
  if (state_ == State::open && !failed_ && !left_.cancelled()) broken_off_ = true;
  state_ = State::broken;
  connection_.keep_alive_ = false;
  if (framing_ == Framing::close && !connection_.closed_) {
    // The end of such a body is the end of the connection: only a reset tells that it is not the real end.
    ErrorCode ignored;
    connection_.socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  }
  connection_.close();
}

Task<bool> ConnectionWriter::send_raw(std::string_view bytes) {
  co_await connection_.write_all({asio::buffer(bytes)});
  abort();
  co_return false;
}

void ConnectionWriter::abort_if_open() {
  if (state_ == State::open) abort();
}

bool ConnectionWriter::broken() {
  failed_ = true;
  abort();
  return false;
}

}  // namespace signalbox::gateway
