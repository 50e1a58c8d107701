// Internal to the gateway: bytes of a connection to one HttpRequest, or to the status that refuses it.
//
// Beast parses the head; this class adds what Beast forgives. A request that two parsers could read differently is
// refused, since the one behind us may be the other parser: folded header lines, bare line feeds, a second
// Content-Length (even an equal one) or one that is not plain digits, Content-Length beside Transfer-Encoding,
// Transfer-Encoding other than exactly "chunked" or under HTTP/1.0, a missing or second Host, an absolute target of
// another host, names that differ from a framing header only by an underscore. Bodies are BodyReader's. However the
// bytes are sliced, the result is the same.
// One parser reads one request; not synchronised.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/body_reader.h"
#include "gateway/byte_queue.h"
#include "gateway/http.h"
#include "gateway/http_server.h"

namespace signalbox::gateway {

class RequestParser {
 public:
  enum class State : std::uint8_t { head, body, done, refused };

  explicit RequestParser(const ServerLimits& limits);
  ~RequestParser();

  // Takes what it can from the queue.
  State feed(ByteQueue& in);
  State state() const { return state_; }
  bool started() const { return started_; }  // saw a byte of the request
  bool wants_continue() const { return wants_continue_; }
  const Refusal& refusal() const { return refusal_; }
  bool keep_alive() const { return keep_alive_; }
  HttpRequest take();  // once, in State::done

 private:
  std::optional<std::size_t> find_end_of_head(std::string_view in);
  void parse_head(std::string_view head);
  void parse_body(ByteQueue& in);
  void accept_head();
  void refuse(const Refusal& refusal);

  const ServerLimits& limits_;
  BodyReader body_;
  State state_ = State::head;
  bool started_ = false;
  bool wants_continue_ = false;
  bool keep_alive_ = false;
  Refusal refusal_;
  HttpRequest request_;
  std::size_t scanned_ = 0;  // bytes of the head already looked at
  std::size_t lines_ = 0;
};

}  // namespace signalbox::gateway
