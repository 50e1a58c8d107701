// What the server refuses, and the limits and deadlines it keeps.
#include <gmock/gmock.h>

#include <atomic>

#include "gateway/echo_fixture.h"
#include "gateway/test_deflate.h"

namespace signalbox::gateway {
namespace {

using namespace std::chrono_literals;
using testing::echo;
using testing::get;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::post;
using testing::Signal;
using testing::Wire;

class HttpRefusalTest : public testing::EchoFixture {};

TEST_F(HttpRefusalTest, TrailersAreNotHeaders) {
  auto handler = make_sync_handler(
      [](const HttpRequest& request) {
        return json_response(200, request.headers.contains("x-authz-user-id") ? "leaked" : "dropped");
      },
      pool_, log_);
  Wire wire = Wire::connect(serve(handler));
  wire.send("POST /c HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\nTrailer: x-authz-user-id\r\n\r\n");
  wire.send("1\r\na\r\n0\r\nx-authz-user-id: root\r\n\r\n");
  EXPECT_EQ(wire.read_answer().body, "dropped");
}

TEST_F(HttpRefusalTest, RefusesWhatTwoParsersCouldReadDifferently) {
  auto port = serve_echo();
  struct Case {
    const char* what;
    std::string bytes;
    int status;
  };
  const std::string post_head = "POST / HTTP/1.1\r\nHost: t\r\n";
  const Case cases[] = {
      {"garbage", "\x16\x03\x01garbage\r\n\r\n", 400},
      {"CL and TE", post_head + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"TE and CL", post_head + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n", 400},
      {"two different CL", post_head + "Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde", 400},
      {"two equal CL", post_head + "Content-Length: 1\r\nContent-Length: 1\r\n\r\na", 400},
      {"list CL", post_head + "Content-Length: 1, 1\r\n\r\na", 400},
      {"signed CL", post_head + "Content-Length: +1\r\n\r\na", 400},
      {"negative CL", post_head + "Content-Length: -1\r\n\r\na", 400},
      {"overflowing CL", post_head + "Content-Length: 99999999999999999999999\r\n\r\na", 400},
      {"unknown coding", post_head + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501},
      {"chunked twice", post_head + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"TE under 1.0", "POST / HTTP/1.0\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"obs-fold", "GET / HTTP/1.1\r\nHost: t\r\nX-A: 1\r\n 2\r\n\r\n", 400},
      {"obs-fold with tab", "GET / HTTP/1.1\r\nHost: t\r\nX-A: 1\r\n\t2\r\n\r\n", 400},
      {"bare LF", "GET / HTTP/1.1\nHost: t\n\n", 400},
      {"bare LF in the middle", "GET / HTTP/1.1\r\nHost: t\nX: y\r\n\r\n", 400},
      {"space before colon", "GET / HTTP/1.1\r\nHost : t\r\n\r\n", 400},
      {"empty name", "GET / HTTP/1.1\r\nHost: t\r\n: x\r\n\r\n", 400},
      {"NUL in value",
       std::string("GET / HTTP/1.1\r\nHost: t\r\nX: a\0b\r\n\r\n",
                   sizeof("GET / HTTP/1.1\r\nHost: t\r\nX: a\0b\r\n\r\n") - 1),
       400},
      {"CR in value", "GET / HTTP/1.1\r\nHost: t\r\nX: a\rb\r\n\r\n", 400},
      {"no Host", "GET / HTTP/1.1\r\n\r\n", 400},
      {"two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"bad chunk size", post_head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n", 400},
      {"chunk with bare LF", post_head + "Transfer-Encoding: chunked\r\n\r\n1\na\n0\n\n", 400},
      {"overlong chunk extension",
       post_head + "Transfer-Encoding: chunked\r\n\r\n1;x=" + std::string(40000, 'a') + "\r\n", 400},
      {"fragment", "GET /a#b HTTP/1.1\r\nHost: t\r\n\r\n", 400},
      {"no path", "GET a HTTP/1.1\r\nHost: t\r\n\r\n", 400},
      {"CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 501},
      {"TRACE", "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 501},
      {"absolute form of another host", "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"HTTP/2.0", "GET / HTTP/2.0\r\nHost: t\r\n\r\n", 505},
      {"compressed body", post_head + "Content-Encoding: br\r\nContent-Length: 1\r\n\r\na", 415},
      {"other expectation", post_head + "Expect: cake\r\nContent-Length: 1\r\n\r\na", 417},
      {"huge header", "GET / HTTP/1.1\r\nHost: t\r\nX: " + std::string(70000, 'a') + "\r\n\r\n", 431},
      {"huge header without end", "GET / HTTP/1.1\r\nHost: t\r\nX: " + std::string(70000, 'a'), 431},
  };
  for (const Case& c : cases) EXPECT_EQ(refused(port, c.bytes), c.status) << c.what;
}

TEST_F(HttpRefusalTest, TooManyHeaderLinesAre431) {
  std::string bytes = "GET / HTTP/1.1\r\nHost: t\r\n";
  for (int i = 0; i < 300; ++i) bytes += "X: 1\r\n";
  EXPECT_EQ(refused(serve_echo(), bytes + "\r\n"), 431);
}

TEST_F(HttpRefusalTest, IdentityEncodingAndAbsoluteFormAreAccepted) {
  Wire wire = Wire::connect(serve_echo());
  wire.send(
      "POST http://t/p?q=1 HTTP/1.1\r\nHost: t\r\nContent-Encoding: identity\r\n"
      "Content-Length: 1\r\n\r\na");
  EXPECT_EQ(wire.read_answer().body, "POST /p?q=1 a");
}

TEST_F(HttpRefusalTest, BodyOverTheLimitIs413AnnouncedOrChunked) {
  ServerLimits limits;
  limits.max_body_bytes = 1000;
  auto port = serve_echo(limits);
  EXPECT_EQ(refused(port, post("/", std::string(1001, 'a'))), 413);
  EXPECT_EQ(refused(port, "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 99999999999\r\n\r\n"), 413);
  EXPECT_EQ(refused(port, "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n" +
                              std::string(0x400, 'a') + "\r\n0\r\n\r\n"),
            413);
  Wire wire = Wire::connect(port);
  wire.send(post("/", std::string(1000, 'a')));
  EXPECT_EQ(wire.read_answer().status, 200);
}

// The client is still sending when it is refused: it must get the answer, not a reset.
TEST_F(HttpRefusalTest, RefusalReachesAClientThatIsStillSending) {
  ServerLimits limits;
  limits.max_body_bytes = 1000;
  Wire wire = Wire::connect(serve_echo(limits));
  wire.send(post("/", std::string(2u << 20, 'a')));
  EXPECT_EQ(wire.read_answer().status, 413);
}

TEST_F(HttpRefusalTest, LargeBodyArrivesWhole) {
  std::string body(9u << 20, 'b');
  auto handler = make_sync_handler(
      [&](const HttpRequest& request) { return json_response(200, request.body == body ? "same" : "different"); },
      pool_, log_);
  Wire wire = Wire::connect(serve(handler));
  wire.send(post("/", body));
  EXPECT_EQ(wire.read_answer().body, "same");
}

TEST_F(HttpRefusalTest, SlowHeaderIs408) {
  ServerLimits limits;
  limits.header_timeout = 50ms;
  EXPECT_EQ(refused(serve_echo(limits), "GET / HTTP/1.1\r\nHost"), 408);
}

TEST_F(HttpRefusalTest, SlowBodyIs408) {
  ServerLimits limits;
  limits.body_idle_timeout = 50ms;
  auto port = serve_echo(limits);
  EXPECT_EQ(refused(port, "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n\r\nab"), 408);
  limits.body_idle_timeout = 10s;
  limits.body_timeout = 50ms;
  EXPECT_EQ(refused(serve_echo(limits), "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n\r\nab"), 408);
}

TEST_F(HttpRefusalTest, IdleConnectionIsClosedWithoutAnAnswer) {
  ServerLimits limits;
  limits.idle_timeout = 50ms;
  Wire fresh = Wire::connect(serve_echo(limits));
  EXPECT_EQ(fresh.read_to_end(), "");
  limits.idle_timeout = 2s;  // the request must come in time on a slow machine, too
  Wire used = Wire::connect(serve_echo(limits));
  used.send(get("/"));
  EXPECT_EQ(used.read_answer().status, 200);
  EXPECT_EQ(used.read_to_end(), "");
}

TEST_F(HttpRefusalTest, ManySlowClientsHoldNoThread) {
  ComputePool roomy(1, 1000);
  auto port = serve(make_sync_handler(echo, roomy, log_));
  std::vector<Wire> slow;
  for (int i = 0; i < 200; ++i) {
    slow.push_back(Wire::connect(port));
    slow.back().send("POST / HTTP/1.1\r\nHost: t\r\nContent-Le");
  }
  Wire wire = Wire::connect(port);
  wire.send(get("/quick"));
  EXPECT_EQ(wire.read_answer().status, 200);
  for (Wire& one : slow) one.send("ngth: 2\r\n\r\nok");
  for (Wire& one : slow) EXPECT_EQ(one.read_answer().body, "POST /? ok");
  server_->stop(0ms);
}

TEST_F(HttpRefusalTest, ConnectionsOverTheLimitAreTold503AndClosed) {
  ServerLimits limits;
  limits.max_connections = 1;
  auto port = serve_echo(limits);
  Wire first = Wire::connect(port);
  first.send(get("/"));
  EXPECT_EQ(first.read_answer().status, 200);
  Wire second = Wire::connect(port);
  second.send(post("/", std::string(100'000, 'a')));  // must not cost the client its answer
  auto answer = second.read_answer();
  EXPECT_EQ(answer.status, 503);
  EXPECT_THAT(answer.head, HasSubstr("Retry-After: 1\r\n"));
  EXPECT_THAT(answer.head, HasSubstr("Connection: close\r\n"));
  EXPECT_TRUE(second.at_end());
  EXPECT_EQ(metric(R"(signalbox_http_requests_total{listener="gateway",status="503"})"), 1);
  first.close();
}

TEST_F(HttpRefusalTest, UnsupportedCodingsAreToldWhichAreSupported) {
  Wire wire = Wire::connect(serve_echo());
  wire.send(post("/", "x", "Content-Encoding: zstd\r\n"));
  auto answer = wire.read_answer();
  EXPECT_EQ(answer.status, 415);
  EXPECT_THAT(answer.head, HasSubstr("Accept-Encoding: gzip, deflate\r\n"));
}

TEST_F(HttpRefusalTest, CompressedBodyReachesTheHandlerUnpacked) {
  Wire wire = Wire::connect(serve_echo());
  wire.send(post("/", testing::gzipped("hello"), "Content-Encoding: gzip\r\n"));
  EXPECT_EQ(wire.read_answer().body, "POST /? hello");
  wire.send(post("/", testing::deflated("again"), "Content-Encoding: deflate\r\n"));
  EXPECT_EQ(wire.read_answer().body, "POST /? again");
}

TEST_F(HttpRefusalTest, RequestIdIsKeptWhenWellFormedElseMade) {
  Wire wire = Wire::connect(serve_echo());
  wire.send(get("/", "X-Request-Id: abc-1\r\n"));
  EXPECT_THAT(wire.read_answer().head, HasSubstr("X-Request-Id: abc-1\r\n"));
  wire.send(get("/", "X-Request-Id: <script>\r\n"));
  EXPECT_THAT(wire.read_answer().head, HasSubstr("X-Request-Id: req-"));
}

TEST_F(HttpRefusalTest, HeaderValuesCannotAddLines) {
  auto handler = make_sync_handler(
      [](const HttpRequest&) {
        HttpResponse out;
        out.headers = {{"X-Evil", "a\r\nX-Injected: 1"}, {"Bad Name", "b"}, {"X-Good", "c"}, {"Content-Length", "7"}};
        return out;
      },
      pool_, log_);
  Wire wire = Wire::connect(serve(handler));
  wire.send(get("/"));
  auto answer = wire.read_answer();
  EXPECT_THAT(answer.head, Not(HasSubstr("Injected")));
  EXPECT_THAT(answer.head, Not(HasSubstr("Bad Name")));
  EXPECT_THAT(answer.head, HasSubstr("X-Good: c"));
  EXPECT_THAT(answer.head, HasSubstr("Content-Length: 0"));
}

}  // namespace
}  // namespace signalbox::gateway
