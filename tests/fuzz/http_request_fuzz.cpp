// However a request is cut, it is read alike: whole, byte by byte and in threes, with the same status, the same body
// and the same bytes left for the next request. What is accepted is unambiguous by independent checks of the raw bytes.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gateway/byte_queue.h"
#include "gateway/request_parser.h"

namespace {

using signalbox::gateway::ByteQueue;
using signalbox::gateway::HttpRequest;
using signalbox::gateway::RequestParser;
using signalbox::gateway::ServerLimits;

void require(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "difference: %s\n", what);
  std::abort();
}

// Small, so that the bounds are met often.
ServerLimits small_limits() {
  ServerLimits limits;
  limits.max_header_bytes = 512;
  limits.max_header_lines = 8;
  limits.max_body_bytes = 256;
  return limits;
}

struct Parsed {
  RequestParser::State state = RequestParser::State::head;
  int status = 0;
  std::string code;
  HttpRequest request;
  std::size_t left = 0;
};

Parsed parse(std::string_view in, std::size_t slice, const ServerLimits& limits) {
  RequestParser parser(limits);
  ByteQueue queue;
  Parsed out;
  std::size_t at = 0;
  while (at < in.size() && out.state < RequestParser::State::done) {
    const std::string_view piece = in.substr(at, slice);
    piece.copy(queue.prepare(piece.size()).data(), piece.size());
    queue.commit(piece.size());
    at += piece.size();
    out.state = parser.feed(queue);
  }
  if (out.state == RequestParser::State::refused) {
    out.status = parser.refusal().status;
    out.code = parser.refusal().code;
    require(out.status >= 400 && out.status <= 505, "a refusal without a status");
  } else if (out.state == RequestParser::State::done) {
    out.request = parser.take();
    out.left = queue.size() + in.size() - at;
  }
  return out;
}

void compare(const Parsed& a, const Parsed& b) {
  require(a.state == b.state, "state");
  require(a.status == b.status && a.code == b.code, "refusal");
  require(a.left == b.left, "bytes behind the request");
  const HttpRequest &x = a.request, &y = b.request;
  require(x.method == y.method && x.path == y.path && x.query == y.query && x.body == y.body, "request");
  require(x.headers.size() == y.headers.size(), "headers");
}

// What an accepted request must never hold, whoever reads it next.
void check_accepted(const Parsed& parsed, const ServerLimits& limits) {
  const HttpRequest& request = parsed.request;
  const auto lengths = request.headers.all("content-length"), codings = request.headers.all("transfer-encoding");
  require(lengths.size() + codings.size() <= 1, "two ways to tell the body's end");
  require(request.body.size() <= limits.max_body_bytes, "body over the limit");
  require(request.headers.all("host").size() <= 1, "two hosts");
  require(request.path == "*" || request.path.starts_with('/'), "path");
  require(!request.headers.contains("content-encoding"), "a coding that is still announced");
  for (const auto& [name, value] : request.headers) {
    require(signalbox::gateway::is_valid_header(name, value), "header field");
  }
  if (!lengths.empty()) {
    require(lengths[0].find_first_not_of("0123456789") == std::string_view::npos, "Content-Length");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const ServerLimits limits = small_limits();
  const Parsed whole = parse(input, size + 1, limits);
  for (const std::size_t slice : {1u, 3u, 64u}) compare(whole, parse(input, slice, limits));
  if (whole.state == RequestParser::State::done) check_accepted(whole, limits);
  return 0;
}
