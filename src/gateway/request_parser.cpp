#include "gateway/request_parser.h"

#include <algorithm>
#include <boost/beast/http/parser.hpp>

#include "gateway/collect_body.h"

namespace signalbox::gateway {
namespace http = boost::beast::http;
namespace {

// Chunk headers and trailers must lie whole in the buffer to be parsed; nobody honest needs more.
constexpr std::size_t kMaxUnparsed = 16 * 1024;

bool is_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Headers copy_headers(const http::fields& fields) {
  Headers out;
  out.reserve(16);
  for (const auto& field : fields) out.add(std::string(field.name_string()), std::string(field.value()));
  return out;
}

// The request line ends like HTTP/2.0: well-formed, of another version.
bool names_http_version(std::string_view head) {
  std::string_view line = head.substr(0, std::min(head.find('\r'), head.size()));
  if (line.size() < 9) return false;
  std::string_view version = line.substr(line.size() - 9);
  return version.starts_with(" HTTP/") && is_digits(version.substr(6, 1)) && version[7] == '.' &&
         is_digits(version.substr(8));
}

// What the parser leaves unread of a body is part of a chunk header or of the trailers; it would wait for CR LF for
// ever.
bool has_bare_line_feed(std::string_view text) {
  for (auto at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) {
    if (at == 0 || text[at - 1] != '\r') return true;
  }
  return false;
}

Refusal refusal_for(const boost::beast::error_code& ec) {
  if (ec == http::error::header_limit) return {431, "headers_too_large", "The request's header is too large."};
  if (ec == http::error::body_limit) return {413, "body_too_large", "The request's body is over the limit."};
  if (ec == http::error::bad_content_length || ec == http::error::multiple_content_length ||
      ec == http::error::bad_transfer_encoding) {
    return {400, "ambiguous_length", "The length of the body is malformed or given twice."};
  }
  if (ec == http::error::bad_chunk || ec == http::error::bad_chunk_extension) {
    return {400, "bad_chunk", "The chunked body is malformed."};
  }
  return {400, "malformed_request", "The request is not well-formed HTTP."};
}

}  // namespace

struct RequestParser::Beast {
  http::request_parser<CollectBody> parser;
};

RequestParser::RequestParser(const ServerLimits& limits) : limits_(limits), beast_(std::make_unique<Beast>()) {
  beast_->parser.header_limit(static_cast<std::uint32_t>(limits.max_header_bytes + 4));
  beast_->parser.body_limit(limits.max_body_bytes);
  beast_->parser.eager(true);
}

RequestParser::~RequestParser() = default;

void RequestParser::refuse(int status, std::string_view code, std::string_view message) {
  state_ = State::refused;
  refusal_ = {status, code, message};
}

RequestParser::State RequestParser::feed(ByteQueue& in) {
  if (state_ == State::head) {
    // Some clients send an empty line after a body; RFC 9112 §2.2 asks to skip it.
    while (!started_ && in.view().starts_with("\r\n")) in.consume(2);
    if (!in.view().empty() && in.view() != "\r") started_ = true;
    auto end = find_end_of_head(in.view());
    if (state_ == State::refused || !end) return state_;
    parse_head(in.view().substr(0, *end));
    in.consume(*end);
  }
  if (state_ == State::body) parse_body(in);
  return state_;
}

// Looks at each line feed once, however slowly the bytes arrive.
std::optional<std::size_t> RequestParser::find_end_of_head(std::string_view in) {
  while (state_ == State::head) {
    auto feed = in.find('\n', scanned_);
    if (feed == std::string_view::npos) {
      if (in.size() > limits_.max_header_bytes) refuse(431, "headers_too_large", "The request's header is too large.");
      return std::nullopt;
    }
    if (feed == 0 || in[feed - 1] != '\r') {
      refuse(400, "bare_line_feed", "Lines of the header must end with CR LF.");
      return std::nullopt;
    }
    if (feed + 1 > limits_.max_header_bytes || lines_ > limits_.max_header_lines) {
      refuse(431, "headers_too_large", "The request's header is too large.");
      return std::nullopt;
    }
    if (lines_ > 0 && feed == scanned_ + 1) return feed + 1;  // scanned_ is the start of a line: it is empty
    if (feed + 1 == in.size()) {  // whether the next line is folded is not known yet: look again from this line
      return std::nullopt;
    }
    if (in[feed + 1] == ' ' || in[feed + 1] == '\t') {
      refuse(400, "folded_header", "Folded header lines are not accepted.");
      return std::nullopt;
    }
    scanned_ = feed + 1;
    ++lines_;
  }
  return std::nullopt;
}

void RequestParser::parse_head(std::string_view head) {
  boost::beast::error_code ec;
  beast_->parser.put(boost::asio::buffer(head.data(), head.size()), ec);
  if (ec == http::error::bad_version && names_http_version(head)) {
    return refuse(505, "http_version", "Only HTTP/1.0 and HTTP/1.1 are spoken here.");
  }
  if (ec && ec != http::error::need_more) {
    refusal_ = refusal_for(ec);
    state_ = State::refused;
    return;
  }
  if (!beast_->parser.is_header_done()) return refuse(400, "malformed_request", "The request is not well-formed HTTP.");
  accept_head();
}

void RequestParser::accept_head() {
  auto& message = beast_->parser.get();
  request_.method = std::string(message.method_string());
  request_.target = std::string(message.target());
  request_.version = static_cast<int>(message.version());
  request_.headers = copy_headers(message);
  keep_alive_ = message.keep_alive();
  for (auto problem : {judge_framing(), judge_head()}) {
    if (!problem) continue;
    refusal_ = *problem;
    state_ = State::refused;
    return;
  }
  if (!split_target()) return refuse(400, "bad_target", "The request target is not a path.");
  wants_continue_ = request_.version >= 11 && request_.headers.contains("expect");
  state_ = beast_->parser.is_done() ? State::done : State::body;
}

// One body length, and only one way to read it.
std::optional<Refusal> RequestParser::judge_framing() const {
  auto lengths = request_.headers.all("content-length");
  auto codings = request_.headers.all("transfer-encoding");
  if (lengths.size() > 1 || (!lengths.empty() && (!codings.empty() || !is_digits(lengths[0])))) {
    return Refusal{400, "ambiguous_length", "The length of the body is malformed or given twice."};
  }
  if (codings.empty()) return std::nullopt;
  if (request_.version < 11) {
    return Refusal{400, "ambiguous_length", "Transfer-Encoding is not part of HTTP/1.0."};
  }
  if (codings.size() > 1 || !equal_ignoring_case(codings[0], "chunked")) {
    return Refusal{501, "transfer_coding", "Of the transfer codings only chunked is supported."};
  }
  return std::nullopt;
}

std::optional<Refusal> RequestParser::judge_head() const {
  if (request_.version != 10 && request_.version != 11) {
    return Refusal{505, "http_version", "Only HTTP/1.0 and HTTP/1.1 are spoken here."};
  }
  auto hosts = request_.headers.all("host").size();
  if (hosts > 1 || (hosts == 0 && request_.version == 11)) {
    return Refusal{400, "bad_host", "A request carries exactly one Host header."};
  }
  for (std::string_view coding : request_.headers.all("content-encoding")) {
    if (!equal_ignoring_case(coding, "identity")) {
      return Refusal{415, "content_encoding", "Compressed request bodies are not accepted."};
    }
  }
  for (std::string_view expectation : request_.headers.all("expect")) {
    if (!equal_ignoring_case(expectation, "100-continue")) {
      return Refusal{417, "expectation", "The only expectation that can be met is 100-continue."};
    }
  }
  return std::nullopt;
}

// Origin form, or absolute form reduced to it (RFC 9112 §3.2.2), or "*".
bool RequestParser::split_target() {
  std::string_view target = request_.target;
  if (target.find('#') != std::string_view::npos) return false;
  for (std::string_view scheme : {"http://", "https://"}) {
    if (target.size() <= scheme.size() || !equal_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
    auto slash = target.find_first_of("/?", scheme.size());
    target = slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
    break;
  }
  auto question = std::min(target.find('?'), target.size());
  request_.path = std::string(target.substr(0, question));
  request_.query = std::string(target.substr(std::min(question + 1, target.size())));
  if (request_.path.empty()) request_.path = "/";
  return request_.path.front() == '/' || (request_.path == "*" && request_.method == "OPTIONS");
}

void RequestParser::parse_body(ByteQueue& in) {
  while (in.size() > 0 && !beast_->parser.is_done()) {
    boost::beast::error_code ec;
    std::size_t used = beast_->parser.put(boost::asio::buffer(in.view().data(), in.view().size()), ec);
    in.consume(used);
    if (ec && ec != http::error::need_more) {
      refusal_ = refusal_for(ec);
      state_ = State::refused;
      return;
    }
    if (used == 0) break;
  }
  if (beast_->parser.is_done()) {
    state_ = State::done;
  } else if (has_bare_line_feed(in.view())) {
    refuse(400, "bad_chunk", "Lines of a chunked body must end with CR LF.");
  } else if (in.size() > kMaxUnparsed) {
    refuse(400, "bad_chunk", "A chunk header or trailer is too long.");
  }
}

HttpRequest RequestParser::take() {
  request_.body = std::move(beast_->parser.get().body());
  return std::move(request_);
}

}  // namespace signalbox::gateway
