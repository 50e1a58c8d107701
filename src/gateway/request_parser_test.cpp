// The parser alone: however a request is sliced, the result is the same.
#include "gateway/request_parser.h"

#include <gtest/gtest.h>

#include "gateway/test_deflate.h"

namespace signalbox::gateway {
namespace {

using testing::gzipped;

struct Parsed {
  RequestParser::State state = RequestParser::State::head;
  int status = 0;
  std::string code, method, path, query, body;
  bool has_coding = false;
  std::size_t left = 0;  // bytes behind the request
  bool operator==(const Parsed&) const = default;
};

void push(ByteQueue& queue, std::string_view bytes) {
  auto space = queue.prepare(bytes.size());
  bytes.copy(space.data(), bytes.size());
  queue.commit(bytes.size());
}

Parsed parse(std::string_view in, std::size_t slice, const ServerLimits& limits) {
  RequestParser parser(limits);
  ByteQueue queue;
  Parsed out;
  std::size_t at = 0;
  while (at < in.size() && out.state < RequestParser::State::done) {
    const std::string_view piece = in.substr(at, slice);
    push(queue, piece);
    at += piece.size();
    out.state = parser.feed(queue);
  }
  if (out.state == RequestParser::State::refused) {
    out.status = parser.refusal().status;
    out.code = parser.refusal().code;
  } else if (out.state == RequestParser::State::done) {
    HttpRequest request = parser.take();
    out.method = request.method;
    out.path = request.path;
    out.query = request.query;
    out.body = request.body;
    out.has_coding = request.headers.contains("content-encoding");
    out.left = queue.size() + in.size() - at;
  }
  return out;
}

Parsed parsed(std::string_view in, const ServerLimits& limits = {}) {
  const Parsed whole = parse(in, in.size(), limits);
  for (const std::size_t slice : {1u, 2u, 3u, 7u, 100u}) {
    const Parsed cut = parse(in, slice, limits);
    EXPECT_EQ(whole, cut) << in.substr(0, 200) << " in slices of " << slice << ": " << whole.status << " " << whole.code
                          << ", " << cut.status << " " << cut.code;
  }
  return whole;
}

std::string with_body(std::string_view body, std::string_view headers = {}) {
  return "POST /p HTTP/1.1\r\nHost: t\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(headers) + "\r\n" + std::string(body);
}

TEST(RequestParser, LeavesThePipelinedRequestBehind) {
  const Parsed out = parsed(with_body("hello") + "GET /next HTTP/1.1\r\n");
  EXPECT_EQ(out.body, "hello");
  EXPECT_EQ(out.left, 20u);
}

TEST(RequestParser, AbsoluteFormMustNameTheHostOfItsHeader) {
  EXPECT_EQ(parsed("GET http://t/a?b HTTP/1.1\r\nHost: t\r\n\r\n").path, "/a");
  EXPECT_EQ(parsed("GET HTTP://T:80 HTTP/1.1\r\nHost: t:80\r\n\r\n").path, "/");
  EXPECT_EQ(parsed("GET http://t?b=1 HTTP/1.1\r\nHost: t\r\n\r\n").query, "b=1");
  EXPECT_EQ(parsed("GET http://other/ HTTP/1.1\r\nHost: t\r\n\r\n").code, "bad_host");
  EXPECT_EQ(parsed("GET http://t:81/ HTTP/1.1\r\nHost: t\r\n\r\n").code, "bad_host");
  EXPECT_EQ(parsed("GET http://u@t/ HTTP/1.1\r\nHost: t\r\n\r\n").code, "bad_host");
  EXPECT_EQ(parsed("GET http:///a HTTP/1.1\r\nHost: t\r\n\r\n").code, "bad_host");
  EXPECT_EQ(parsed("GET ftp://t/a HTTP/1.1\r\nHost: t\r\n\r\n").code, "bad_target");
}

TEST(RequestParser, HostIsAHost) {
  for (const std::string host : {"", "a b", "a,b", "a/b", "u@a", "a?b", "a#b", "a\\b"}) {
    EXPECT_EQ(parsed("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n").status, 400) << host;
  }
  for (const std::string host : {"a", "a:80", "[::1]:80", "a-b.c_d", "127.0.0.1"}) {
    EXPECT_EQ(parsed("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n").status, 0) << host;
  }
}

TEST(RequestParser, MethodsThatAreNotServedAnywhere) {
  EXPECT_EQ(parsed("TRACE / HTTP/1.1\r\nHost: t\r\n\r\n").status, 501);
  EXPECT_EQ(parsed("CONNECT t:443 HTTP/1.1\r\nHost: t:443\r\n\r\n").status, 501);
  EXPECT_EQ(parsed("OPTIONS * HTTP/1.1\r\nHost: t\r\n\r\n").path, "*");
  EXPECT_EQ(parsed("GET * HTTP/1.1\r\nHost: t\r\n\r\n").status, 400);
}

TEST(RequestParser, BytesThatDoNotBelong) {
  const std::string head = "GET / HTTP/1.1\r\nHost: t\r\n";
  for (const char c : {'\0', '\x01', '\x08', '\x0b', '\x1b', '\x7f', '\r'}) {
    EXPECT_EQ(parsed(head + "X: a" + c + "b\r\n\r\n").status, 400) << static_cast<int>(c);
    EXPECT_EQ(parsed(head + "X" + c + "Y: a\r\n\r\n").status, 400) << static_cast<int>(c);
    EXPECT_EQ(parsed(std::string("GET /a") + c + "b HTTP/1.1\r\nHost: t\r\n\r\n").status, 400) << static_cast<int>(c);
    EXPECT_EQ(parsed(std::string("G") + c + "T / HTTP/1.1\r\nHost: t\r\n\r\n").status, 400) << static_cast<int>(c);
  }
  EXPECT_EQ(parsed("GET /\xc3\xa9 HTTP/1.1\r\nHost: t\r\n\r\n").status, 400);  // not percent-encoded
  EXPECT_EQ(parsed(head + "X: caf\xc3\xa9\r\n\r\n").status, 0);
  EXPECT_EQ(parsed(head + "X\t: a\r\n\r\n").status, 400);
  EXPECT_EQ(parsed(head + "(X): a\r\n\r\n").status, 400);
  EXPECT_EQ(parsed(head + "X\r\n\r\n").status, 400);
  EXPECT_EQ(parsed("GET  / HTTP/1.1\r\nHost: t\r\n\r\n").status, 400);
  EXPECT_EQ(parsed("GET / HTTP/1.1 \r\nHost: t\r\n\r\n").status, 400);
  EXPECT_EQ(parsed("GET / http/1.1\r\nHost: t\r\n\r\n").status, 400);
  EXPECT_EQ(parsed("GET /\r\n\r\n").status, 400);  // HTTP/0.9
}

TEST(RequestParser, HeadersThatImitateFramingByAnUnderscore) {
  EXPECT_EQ(parsed("POST / HTTP/1.1\r\nHost: t\r\nContent_Length: 1\r\n\r\na").status, 400);
  EXPECT_EQ(parsed("POST / HTTP/1.1\r\nHost: t\r\nTransfer_Encoding: chunked\r\n\r\n0\r\n\r\n").status, 400);
}

TEST(RequestParser, TransferEncodingIsChunkedOrRefused) {
  for (const std::string coding : {"Chunked", "CHUNKED"}) {
    EXPECT_EQ(parsed("POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: " + coding + "\r\n\r\n0\r\n\r\n").status, 0);
  }
  for (const std::string coding :
       {"xchunked", "chunked, identity", "identity", "gzip", "chunked,", ",chunked", "\"chunked\"", "chunked;q=1",
        "\x0b"
        "chunked",
        ""}) {
    EXPECT_GE(parsed("POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: " + coding + "\r\n\r\n0\r\n\r\n").status, 400)
        << coding;
  }
}

TEST(RequestParser, UnpacksGzipAndForgetsThatItWas) {
  const Parsed out = parsed(with_body(gzipped("{\"a\":1}"), "Content-Encoding: gzip\r\n"));
  EXPECT_EQ(out.status, 0);
  EXPECT_EQ(out.body, "{\"a\":1}");
  EXPECT_FALSE(out.has_coding);
}

TEST(RequestParser, UnpacksWithinTheLimit) {
  ServerLimits limits;
  limits.max_body_bytes = 1000;
  EXPECT_EQ(parsed(with_body(gzipped(std::string(1001, 'a')), "Content-Encoding: gzip\r\n"), limits).status, 413);
  EXPECT_EQ(parsed(with_body(gzipped(std::string(1000, 'a')), "Content-Encoding: gzip\r\n"), limits).status, 0);
}

TEST(RequestParser, OtherContentCodingsAre415AndDamagedOnes400) {
  for (const std::string coding : {"br", "zstd", "compress", "gzip, gzip", "gzip, identity", "identity, gzip"}) {
    EXPECT_EQ(parsed(with_body("x", "Content-Encoding: " + coding + "\r\n")).status, 415) << coding;
  }
  EXPECT_EQ(parsed(with_body("x", "Content-Encoding: gzip\r\nContent-Encoding: gzip\r\n")).status, 415);
  EXPECT_EQ(parsed(with_body("not gzip", "Content-Encoding: gzip\r\n")).code, "bad_content_encoding");
  const std::string cut = gzipped("hello").substr(0, 12);
  EXPECT_EQ(parsed(with_body(cut, "Content-Encoding: gzip\r\n")).code, "bad_content_encoding");
  EXPECT_EQ(parsed(with_body("x", "Content-Encoding: identity\r\n")).body, "x");
}

// A line feed beyond the limit used to be refused as 400 or 431, depending on how the bytes arrived.
TEST(RequestParser, LineThatIsTooLongIs431InAnySlicing) {
  ServerLimits limits;
  limits.max_header_bytes = 100;
  EXPECT_EQ(parsed("GET / HTTP/1.1\r\nHost: t\r\nX: " + std::string(100, 'a') + "\nY: b\r\n\r\n", limits).status, 431);
  EXPECT_EQ(parsed("GET /" + std::string(200, 'a'), limits).status, 431);
}

}  // namespace
}  // namespace signalbox::gateway
