#include "gateway/http_server.h"

#include <gmock/gmock.h>

#include <atomic>

#include "gateway/echo_fixture.h"

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

class HttpServerTest : public testing::EchoFixture {};

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

TEST_F(HttpServerTest, ExpectContinueIsAnsweredBeforeTheBody) {
  Wire wire = Wire::connect(serve_echo());
  wire.send("POST /e HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(wire.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  wire.send("ok");
  EXPECT_EQ(wire.read_answer().body, "POST /e? ok");
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
