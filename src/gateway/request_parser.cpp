#include "gateway/request_parser.h"

#include <algorithm>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "gateway/request_head.h"

namespace signalbox::gateway {
namespace http = boost::beast::http;
namespace {

constexpr Refusal kMalformed{400, "malformed_request", "The request is not well-formed HTTP."};
constexpr Refusal kHeadTooLarge{431, "headers_too_large", "The request's header is too large."};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
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
  return version.starts_with(" HTTP/") && is_digit(version[6]) && version[7] == '.' && is_digit(version[8]);
}

Refusal refusal_for(const boost::beast::error_code& ec, std::string_view head) {
  if (ec == http::error::header_limit) return kHeadTooLarge;
  if (ec == http::error::bad_version && names_http_version(head)) {
    return {505, "http_version", "Only HTTP/1.0 and HTTP/1.1 are spoken here."};
  }
  if (ec == http::error::bad_content_length || ec == http::error::multiple_content_length ||
      ec == http::error::bad_transfer_encoding) {
    return {400, "ambiguous_length", "The length of the body is malformed or given twice."};
  }
  return kMalformed;
}

}  // namespace

RequestParser::RequestParser(const ServerLimits& limits) : limits_(limits), body_(limits.max_body_bytes) {}

RequestParser::~RequestParser() = default;

void RequestParser::refuse(const Refusal& refusal) {
  state_ = State::refused;
  refusal_ = refusal;
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

// Looks at each line feed once, however slowly the bytes arrive; every line is judged alone and in order.
std::optional<std::size_t> RequestParser::find_end_of_head(std::string_view in) {
  while (state_ == State::head) {
    const std::size_t feed = in.find('\n', scanned_);
    if (std::min(feed, in.size() - 1) + 1 > limits_.max_header_bytes && !in.empty()) {
      refuse(kHeadTooLarge);
      return std::nullopt;
    }
    if (feed == std::string_view::npos) return std::nullopt;
    if (feed == 0 || in[feed - 1] != '\r') {
      refuse({400, "bare_line_feed", "Lines of the header must end with CR LF."});
      return std::nullopt;
    }
    if (lines_ > 0 && feed == scanned_ + 1) return feed + 1;  // scanned_ is the start of a line: it is empty
    if (lines_ > limits_.max_header_lines) {
      refuse(kHeadTooLarge);
      return std::nullopt;
    }
    if (feed + 1 == in.size()) return std::nullopt;  // whether the next line is folded is not known yet
    if (in[feed + 1] == ' ' || in[feed + 1] == '\t') {
      refuse({400, "folded_header", "Folded header lines are not accepted."});
      return std::nullopt;
    }
    scanned_ = feed + 1;
    ++lines_;
  }
  return std::nullopt;
}

void RequestParser::parse_head(std::string_view head) {
  http::request_parser<http::empty_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(limits_.max_header_bytes + 4));
  parser.skip(true);  // of the body nothing is Beast's
  boost::beast::error_code ec;
  parser.put(boost::asio::buffer(head.data(), head.size()), ec);
  if (ec && ec != http::error::need_more) return refuse(refusal_for(ec, head));
  if (!parser.is_header_done()) return refuse(kMalformed);
  const auto& message = parser.get();
  request_.method = std::string(message.method_string());
  request_.target = std::string(message.target());
  request_.version = static_cast<int>(message.version());
  request_.headers = copy_headers(message);
  keep_alive_ = message.keep_alive();
  accept_head();
}

void RequestParser::accept_head() {
  BodyPlan plan;
  std::optional<Refusal> problem = judge_framing(request_, plan);
  if (!problem) problem = judge_head(request_);
  if (!problem) problem = judge_coding(request_, plan);
  if (!problem) problem = split_target(request_);
  if (problem) return refuse(*problem);
  wants_continue_ = request_.version >= 11 && request_.headers.contains("expect");
  const bool has_body = plan.chunked || plan.length.value_or(0) > 0;
  if (!has_body) {
    state_ = State::done;
    return;
  }
  if (plan.coding) body_.expect_coding(*plan.coding);
  state_ = State::body;
  if (plan.chunked) {
    body_.expect_chunks();
  } else if ((problem = body_.expect_length(*plan.length))) {
    refuse(*problem);
  }
}

void RequestParser::parse_body(ByteQueue& in) {
  std::size_t used = 0;
  const std::optional<Refusal> problem = body_.feed(in.view(), used);
  in.consume(used);
  if (problem) {
    refuse(*problem);
  } else if (body_.done()) {
    state_ = State::done;
  }
}

HttpRequest RequestParser::take() {
  request_.body = body_.take();
  return std::move(request_);
}

}  // namespace signalbox::gateway
