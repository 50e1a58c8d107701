#include "gateway/http_server.h"

#include <gmock/gmock.h>

#include <atomic>

#include "gateway/sync_handler.h"
#include "gateway/test_sockets.h"

namespace signalbox::gateway {
namespace {

using namespace std::chrono_literals;
using testing::get;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::post;
using testing::Signal;
using testing::Wire;

HttpResponse echo(const HttpRequest& request) {
  HttpResponse out;
  out.headers.add("Content-Type", "text/plain");
  out.body = request.method + " " + request.path + "?" + request.query + " " + request.body;
  return out;
}

class HttpServerTest : public testing::ServerFixture {
 protected:
  std::uint16_t serve_echo(ServerLimits limits = {}) { return serve(make_sync_handler(echo, pool_, log_), limits); }
  // The status that one raw request gets, with the connection closed behind it.
  int refused(std::uint16_t port, std::string_view bytes) {
    Wire wire = Wire::connect(port);
    wire.send(bytes);
    auto answer = wire.read_answer();
    EXPECT_THAT(answer.head, HasSubstr("Connection: close"));
    EXPECT_THAT(answer.body, HasSubstr("\"error\""));
    EXPECT_TRUE(wire.at_end());
    return answer.status;
  }
};

TEST_F(HttpServerTest, KeepAliveAnswersSeveralRequestsOnOneConnection) {
  Wire wire = Wire::connect(serve_echo());
  for (int i = 0; i < 5; ++i) {
    wire.send(post("/x", std::to_string(i)));
    auto answer = wire.read_answer();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "POST /x? " + std::to_string(i));
    EXPECT_THAT(answer.head, Not(HasSubstr("Connection: close")));
  }
  EXPECT_EQ(server_->connections(), 1u);
}

TEST_F(HttpServerTest, PipelinedRequestsAreAnsweredInOrder) {
  Wire wire = Wire::connect(serve_echo());
  std::string all;
  for (int i = 0; i < 50; ++i) all += post("/" + std::to_string(i), std::string(3000, 'x'));
  wire.send(all);
  for (int i = 0; i < 50; ++i) {
    EXPECT_THAT(wire.read_answer().body, HasSubstr("/" + std::to_string(i) + "? xxx"));
  }
}

TEST_F(HttpServerTest, RequestDrippedByteByByteIsRead) {
  Wire wire = Wire::connect(serve_echo());
  for (char c : post("/slow", "body")) wire.send({&c, 1});
  EXPECT_EQ(wire.read_answer().body, "POST /slow? body");
}

TEST_F(HttpServerTest, ConnectionCloseIsHonoured) {
  Wire wire = Wire::connect(serve_echo());
  wire.send(get("/", "Connection: close\r\n"));
  EXPECT_THAT(wire.read_answer().head, HasSubstr("Connection: close"));
  EXPECT_TRUE(wire.at_end());
}

TEST_F(HttpServerTest, Http10ClosesUnlessAskedToKeep) {
  auto port = serve_echo();
  Wire once = Wire::connect(port);
  once.send("GET /a HTTP/1.0\r\n\r\n");
  EXPECT_EQ(once.read_answer().status, 200);
  EXPECT_TRUE(once.at_end());
  Wire kept = Wire::connect(port);
  for (int i = 0; i < 2; ++i) {
    kept.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_THAT(kept.read_answer().head, HasSubstr("Connection: keep-alive"));
  }
}

TEST_F(HttpServerTest, HeadHasTheLengthAndNoBody) {
  Wire wire = Wire::connect(serve_echo());
  wire.send("HEAD /h HTTP/1.1\r\nHost: test\r\n\r\n" + get("/next"));
  auto head = wire.read_answer(true);
  EXPECT_THAT(head.head, HasSubstr("Content-Length: 9\r\n"));
  EXPECT_EQ(wire.read_answer().body, "GET /next? ");
}

TEST_F(HttpServerTest, ChunkedBodyWithExtensionsAndTrailersIsDecoded) {
  Wire wire = Wire::connect(serve_echo());
  wire.send("POST /c HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n");
  wire.send("4;ext=1\r\nWiki\r\n5\r\npedia\r\n0\r\nX-Trailer: 1\r\n\r\n" + get("/after"));
  EXPECT_EQ(wire.read_answer().body, "POST /c? Wikipedia");
  EXPECT_EQ(wire.read_answer().body, "GET /after? ");
}

TEST_F(HttpServerTest, TrailersAreNotHeaders) {
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

TEST_F(HttpServerTest, ExpectContinueIsAnsweredBeforeTheBody) {
  Wire wire = Wire::connect(serve_echo());
  wire.send("POST /e HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(wire.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  wire.send("ok");
  EXPECT_EQ(wire.read_answer().body, "POST /e? ok");
}

TEST_F(HttpServerTest, RefusesWhatTwoParsersCouldReadDifferently) {
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
      {"NUL in value", std::string("GET / HTTP/1.1\r\nHost: t\r\nX: a\0b\r\n\r\n", 40), 400},
      {"CR in value", "GET / HTTP/1.1\r\nHost: t\r\nX: a\rb\r\n\r\n", 400},
      {"no Host", "GET / HTTP/1.1\r\n\r\n", 400},
      {"two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"bad chunk size", post_head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n", 400},
      {"chunk with bare LF", post_head + "Transfer-Encoding: chunked\r\n\r\n1\na\n0\n\n", 400},
      {"overlong chunk extension",
       post_head + "Transfer-Encoding: chunked\r\n\r\n1;x=" + std::string(40000, 'a') + "\r\n", 400},
      {"fragment", "GET /a#b HTTP/1.1\r\nHost: t\r\n\r\n", 400},
      {"no path", "GET a HTTP/1.1\r\nHost: t\r\n\r\n", 400},
      {"CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"HTTP/2.0", "GET / HTTP/2.0\r\nHost: t\r\n\r\n", 505},
      {"compressed body", post_head + "Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\na", 415},
      {"other expectation", post_head + "Expect: cake\r\nContent-Length: 1\r\n\r\na", 417},
      {"huge header", "GET / HTTP/1.1\r\nHost: t\r\nX: " + std::string(70000, 'a') + "\r\n\r\n", 431},
      {"huge header without end", "GET / HTTP/1.1\r\nHost: t\r\nX: " + std::string(70000, 'a'), 431},
  };
  for (const Case& c : cases) EXPECT_EQ(refused(port, c.bytes), c.status) << c.what;
}

TEST_F(HttpServerTest, TooManyHeaderLinesAre431) {
  std::string bytes = "GET / HTTP/1.1\r\nHost: t\r\n";
  for (int i = 0; i < 300; ++i) bytes += "X: 1\r\n";
  EXPECT_EQ(refused(serve_echo(), bytes + "\r\n"), 431);
}

TEST_F(HttpServerTest, IdentityEncodingAndAbsoluteFormAreAccepted) {
  Wire wire = Wire::connect(serve_echo());
  wire.send(
      "POST http://elsewhere:1/p?q=1 HTTP/1.1\r\nHost: t\r\nContent-Encoding: identity\r\n"
      "Content-Length: 1\r\n\r\na");
  EXPECT_EQ(wire.read_answer().body, "POST /p?q=1 a");
}

TEST_F(HttpServerTest, BodyOverTheLimitIs413AnnouncedOrChunked) {
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
TEST_F(HttpServerTest, RefusalReachesAClientThatIsStillSending) {
  ServerLimits limits;
  limits.max_body_bytes = 1000;
  Wire wire = Wire::connect(serve_echo(limits));
  wire.send(post("/", std::string(2u << 20, 'a')));
  EXPECT_EQ(wire.read_answer().status, 413);
}

TEST_F(HttpServerTest, LargeBodyArrivesWhole) {
  std::string body(9u << 20, 'b');
  auto handler = make_sync_handler(
      [&](const HttpRequest& request) { return json_response(200, request.body == body ? "same" : "different"); },
      pool_, log_);
  Wire wire = Wire::connect(serve(handler));
  wire.send(post("/", body));
  EXPECT_EQ(wire.read_answer().body, "same");
}

TEST_F(HttpServerTest, SlowHeaderIs408) {
  ServerLimits limits;
  limits.header_timeout = 50ms;
  EXPECT_EQ(refused(serve_echo(limits), "GET / HTTP/1.1\r\nHost"), 408);
}

TEST_F(HttpServerTest, SlowBodyIs408) {
  ServerLimits limits;
  limits.body_idle_timeout = 50ms;
  auto port = serve_echo(limits);
  EXPECT_EQ(refused(port, "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n\r\nab"), 408);
  limits.body_idle_timeout = 10s;
  limits.body_timeout = 50ms;
  EXPECT_EQ(refused(serve_echo(limits), "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n\r\nab"), 408);
}

TEST_F(HttpServerTest, IdleConnectionIsClosedWithoutAnAnswer) {
  ServerLimits limits;
  limits.idle_timeout = 50ms;
  auto port = serve_echo(limits);
  Wire fresh = Wire::connect(port);
  EXPECT_EQ(fresh.read_to_end(), "");
  Wire used = Wire::connect(port);
  used.send(get("/"));
  EXPECT_EQ(used.read_answer().status, 200);
  EXPECT_EQ(used.read_to_end(), "");
}

TEST_F(HttpServerTest, ManySlowClientsHoldNoThread) {
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

TEST_F(HttpServerTest, ConnectionsOverTheLimitAreClosed) {
  ServerLimits limits;
  limits.max_connections = 1;
  auto port = serve_echo(limits);
  Wire first = Wire::connect(port);
  first.send(get("/"));
  EXPECT_EQ(first.read_answer().status, 200);
  Wire second = Wire::connect(port);
  EXPECT_TRUE(second.at_end());
  first.close();
}

TEST_F(HttpServerTest, RequestIdIsKeptWhenWellFormedElseMade) {
  Wire wire = Wire::connect(serve_echo());
  wire.send(get("/", "X-Request-Id: abc-1\r\n"));
  EXPECT_THAT(wire.read_answer().head, HasSubstr("X-Request-Id: abc-1\r\n"));
  wire.send(get("/", "X-Request-Id: <script>\r\n"));
  EXPECT_THAT(wire.read_answer().head, HasSubstr("X-Request-Id: req-"));
}

TEST_F(HttpServerTest, HeaderValuesCannotAddLines) {
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

TEST_F(HttpServerTest, ThrowingHandlerIs500WithoutItsText) {
  auto handler =
      make_sync_handler([](const HttpRequest&) -> HttpResponse { throw std::runtime_error("secret"); }, pool_, log_);
  Wire wire = Wire::connect(serve(handler));
  wire.send(get("/"));
  auto answer = wire.read_answer();
  EXPECT_EQ(answer.status, 500);
  EXPECT_THAT(answer.body, Not(HasSubstr("secret")));
}

TEST_F(HttpServerTest, FullPoolIs503WithRetryAfter) {
  ComputePool tiny(1, 1);
  Signal entered, leave;
  auto handler = make_sync_handler(
      [&](const HttpRequest&) {
        entered.fire();
        leave.wait();
        return json_response(200, "{}");
      },
      tiny, log_);
  auto port = serve(handler);
  Wire running = Wire::connect(port), queued = Wire::connect(port), refused = Wire::connect(port);
  running.send(get("/"));
  ASSERT_TRUE(entered.wait());
  queued.send(get("/"));
  while (tiny.queued() == 0) std::this_thread::yield();
  refused.send(get("/"));
  auto answer = refused.read_answer();
  EXPECT_EQ(answer.status, 503);
  EXPECT_THAT(answer.head, HasSubstr("Retry-After: 1"));
  leave.fire();
  EXPECT_EQ(running.read_answer().status, 200);
  EXPECT_EQ(queued.read_answer().status, 200);
  server_->stop(0ms);
}

TEST_F(HttpServerTest, ListenersHaveTheirOwnHandlersAndMetrics) {
  auto name = [](const HttpRequest& request) { return json_response(200, request.listener); };
  auto gateway = serve(make_sync_handler(name, pool_, log_), {}, "gateway");
  auto management = serve(make_sync_handler(name, pool_, log_), {}, "management");
  for (auto port : {gateway, management, management}) {
    Wire wire = Wire::connect(port);
    wire.send(get("/", "Connection: close\r\n"));
    EXPECT_EQ(wire.read_answer().body, port == gateway ? "gateway" : "management");
    EXPECT_TRUE(wire.at_end());
  }
  server_->stop(10s);
  EXPECT_EQ(metric(R"(signalbox_http_requests_total{listener="management",status="200"})"), 2);
  EXPECT_EQ(metric(R"(signalbox_http_requests_total{listener="gateway",status="200"})"), 1);
  EXPECT_EQ(metric(R"(signalbox_http_connections{listener="gateway"})"), 0);
}

TEST_F(HttpServerTest, ListensOnIpv6) {
  ListenAddress address{.name = "six", .address = "::1"};
  std::uint16_t port = 0;
  try {
    port = server_->listen(address, make_sync_handler(echo, pool_, log_));
  } catch (const std::runtime_error&) {
    GTEST_SKIP() << "no IPv6 here";
  }
  EXPECT_NE(port, 0);
}

TEST_F(HttpServerTest, AddressInUseAndBadAddressAreSaidClearly) {
  auto port = serve_echo();
  HttpServer other(io_, log_, metrics_);
  auto message = [&](const ListenAddress& address) -> std::string {
    try {
      other.listen(address, make_sync_handler(echo, pool_, log_));
    } catch (const std::runtime_error& e) {
      return e.what();
    }
    return "no error";
  };
  EXPECT_EQ(message({.port = port}), "127.0.0.1:" + std::to_string(port) + " is in use by another program");
  EXPECT_THAT(message({.address = "example.org"}), HasSubstr("'example.org' is not an IP address"));
}

TEST_F(HttpServerTest, GracefulStopFinishesRunningRequestsAndRefusesNewOnes) {
  Signal entered, leave;
  auto handler = make_sync_handler(
      [&](const HttpRequest&) {
        entered.fire();
        leave.wait();
        return json_response(200, "done");
      },
      pool_, log_);
  auto port = serve(handler);
  Wire idle = Wire::connect(port);
  Wire busy = Wire::connect(port);
  busy.send(get("/"));
  ASSERT_TRUE(entered.wait());
  std::size_t broken = 99;
  std::thread stopper([&] { broken = server_->stop(10s); });
  EXPECT_TRUE(idle.at_end());  // closed at once, while the other is still running
  leave.fire();
  auto answer = busy.read_answer();
  EXPECT_EQ(answer.body, "done");
  EXPECT_THAT(answer.head, HasSubstr("Connection: close"));
  stopper.join();
  EXPECT_EQ(broken, 0u);
  EXPECT_EQ(server_->connections(), 0u);
  int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = testing::loopback(port);
  EXPECT_NE(::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ::close(fd);
}

// A handler that streams until its client leaves.
class EndlessHandler final : public Handler {
 public:
  Task<void> handle(HttpRequest, ResponseWriter& writer) override {
    std::string block(64 * 1024, 'z');
    bool good = co_await writer.begin({}, {});
    while (good) good = co_await writer.write(block);
    left_early.fire();
  }
  Signal left_early;
};

TEST_F(HttpServerTest, StopBreaksWhatDoesNotFinishInTime) {
  auto handler = std::make_shared<EndlessHandler>();
  Wire wire = Wire::connect(serve(handler));
  wire.send(get("/"));
  EXPECT_NE(wire.read_until("\r\n\r\n"), "");
  EXPECT_EQ(server_->stop(10ms), 1u);
  EXPECT_TRUE(handler->left_early.wait());
  EXPECT_EQ(server_->connections(), 0u);
}

TEST_F(HttpServerTest, ClientThatReadsNothingIsGivenUp) {
  ServerLimits limits;
  limits.write_timeout = 100ms;
  auto handler = std::make_shared<EndlessHandler>();
  Wire wire = Wire::connect(serve(handler, limits));
  wire.send(get("/"));
  EXPECT_TRUE(handler->left_early.wait());  // though the client is still there
  server_->stop(10s);
  EXPECT_EQ(metric(R"(signalbox_http_requests_total{listener="gateway",status="499"})"), 1);
}

TEST_F(HttpServerTest, StreamBrokenByItsHandlerHasNoLastChunk) {
  class Breaking final : public Handler {
    Task<void> handle(HttpRequest, ResponseWriter& writer) override {
      co_await writer.begin({}, "first");
      throw std::runtime_error("in the middle");
    }
  };
  Wire wire = Wire::connect(serve(std::make_shared<Breaking>()));
  wire.send(get("/"));
  auto answer = wire.read_answer();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "first");
  EXPECT_FALSE(answer.whole);
}

TEST_F(HttpServerTest, ShortStreamOfAnnouncedLengthIsNotWhole) {
  class Short final : public Handler {
    Task<void> handle(HttpRequest, ResponseWriter& writer) override {
      ResponseHead head;
      head.content_length = 10;
      co_await writer.begin(std::move(head), "five!");
      co_await writer.finish({});
    }
  };
  Wire wire = Wire::connect(serve(std::make_shared<Short>()));
  wire.send(get("/"));
  EXPECT_FALSE(wire.read_answer().whole);
}

TEST_F(HttpServerTest, SilentHandlerIs500) {
  class Silent final : public Handler {
    Task<void> handle(HttpRequest, ResponseWriter&) override { co_return; }
  };
  Wire wire = Wire::connect(serve(std::make_shared<Silent>()));
  wire.send(get("/"));
  EXPECT_EQ(wire.read_answer().status, 500);
}

}  // namespace
}  // namespace signalbox::gateway
