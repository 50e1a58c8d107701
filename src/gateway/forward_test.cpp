#include "gateway/forward.h"

#include <gmock/gmock.h>

#include "gateway/proxy_fixture.h"

namespace signalbox::gateway {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::post;
using testing::ScriptedPeer;
using testing::Wire;
using Kind = UpstreamError::Kind;

class ForwardTest : public testing::ProxyFixture {};

TEST_F(ForwardTest, RelaysRequestAndAnswerUnchanged) {
  ScriptedPeer peer;
  Wire client = proxy(at(peer.port()));
  client.send(post("/v1/x?q=1", "{ \"a\" : 1.0 }", "X-Own: 7\r\nConnection: x-hop\r\nX-Hop: 1\r\nTE: trailers\r\n"));
  Wire upstream = peer.accept();
  std::string head = upstream.read_until("\r\n\r\n");
  EXPECT_THAT(head, HasSubstr("POST /v1/x?q=1 HTTP/1.1\r\n"));
  EXPECT_THAT(head, HasSubstr("Host: 127.0.0.1:" + std::to_string(peer.port()) + "\r\n"));
  EXPECT_THAT(head, HasSubstr("X-Own: 7\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("X-Hop")));
  EXPECT_THAT(head, Not(HasSubstr("TE:")));
  EXPECT_EQ(upstream.read_exactly(13), "{ \"a\" : 1.0 }");
  upstream.send(
      "HTTP/1.1 418 Teapot\r\nContent-Type: a/b\r\nX-B: 2\r\nKeep-Alive: x\r\nX-VSR-Selected-Model: old\r\n"
      "Content-Length: 5\r\n\r\nhello");
  auto answer = client.read_answer();
  EXPECT_EQ(answer.status, 418);
  EXPECT_EQ(answer.body, "hello");
  EXPECT_THAT(answer.head, HasSubstr("X-B: 2\r\n"));
  EXPECT_THAT(answer.head, HasSubstr("x-vsr-selected-model: m1\r\n"));
  EXPECT_THAT(answer.head, Not(HasSubstr("old")));
  EXPECT_THAT(answer.head, Not(HasSubstr("Keep-Alive")));
  EXPECT_EQ(handler_->result().bytes, 5u);
  EXPECT_TRUE(handler_->result().complete);
  EXPECT_EQ(handler_->tail(), "hello");
}

// The gate: frame 2 is sent only after the client has seen frame 1. Any buffering would stop here for good.
TEST_F(ForwardTest, StreamPassesFrameByFrame) {
  ScriptedPeer peer;
  Wire client = proxy(at(peer.port()));
  client.send(post("/s", "{}"));
  Wire upstream = peer.accept();
  upstream.read_until("\r\n\r\n{}");
  upstream.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
  EXPECT_THAT(client.read_until("\r\n\r\n"), HasSubstr("Transfer-Encoding: chunked"));  // the head waits for nothing
  for (int i = 0; i < 5; ++i) {
    std::string frame = "data: " + std::to_string(i) + "\n\n";
    upstream.send("9\r\n" + frame + "\r\n");
    EXPECT_EQ(client.read_until(frame + "\r\n"), "9\r\n" + frame + "\r\n");
  }
  upstream.send("0\r\n\r\n");
  EXPECT_EQ(client.read_until("0\r\n\r\n"), "0\r\n\r\n");
}

TEST_F(ForwardTest, ResetInTheMiddleOfAStreamLeavesTheClientWithoutALastChunk) {
  ScriptedPeer peer;
  Wire client = proxy(at(peer.port()));
  client.send(post("/s", "{}"));
  Wire upstream = peer.accept();
  upstream.read_until("\r\n\r\n{}");
  upstream.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
  client.read_until("abc");
  upstream.reset();
  EXPECT_THAT(client.read_to_end(), Not(HasSubstr("0\r\n\r\n")));
  EXPECT_EQ(handler_->result().error->kind, Kind::reset_mid_body);
  EXPECT_FALSE(handler_->result().complete);
}

TEST_F(ForwardTest, CloseInTheMiddleOfAnAnnouncedBodyIsNotAWholeAnswer) {
  ScriptedPeer peer;
  Wire client = proxy(at(peer.port()));
  client.send(post("/s", "{}"));
  Wire upstream = peer.accept();
  upstream.read_until("\r\n\r\n{}");
  upstream.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
  upstream.close();
  auto answer = client.read_answer();
  EXPECT_EQ(answer.body, "abc");
  EXPECT_FALSE(answer.whole);
  EXPECT_EQ(handler_->result().error->kind, Kind::reset_mid_body);
  EXPECT_EQ(errors("reset_mid_body"), 1);
}

TEST_F(ForwardTest, BodyThatEndsWithTheConnectionIsWhole) {
  ScriptedPeer peer;
  Wire client = proxy(at(peer.port()));
  client.send(post("/s", "{}"));
  Wire upstream = peer.accept();
  upstream.read_until("\r\n\r\n{}");
  upstream.send("HTTP/1.1 200 OK\r\n\r\nto the end");
  upstream.close();
  auto answer = client.read_answer();
  EXPECT_EQ(answer.body, "to the end");
  EXPECT_TRUE(answer.whole);
}

// To a client of HTTP/1.0 only a reset can say that the body is not whole.
TEST_F(ForwardTest, BrokenAnswerIsAResetForHttp10) {
  ScriptedPeer peer;
  Wire client = proxy(at(peer.port()));
  client.send("POST /s HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}");
  Wire upstream = peer.accept();
  upstream.read_until("\r\n\r\n{}");
  upstream.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
  EXPECT_THAT(client.read_until("abc"), Not(HasSubstr("chunked")));
  upstream.close();
  errno = 0;
  EXPECT_FALSE(client.fill());
  EXPECT_EQ(errno, ECONNRESET);
}

TEST_F(ForwardTest, ClientThatLeavesCancelsTheUpstream) {
  ScriptedPeer peer;
  Wire client = proxy(at(peer.port()));
  client.send(post("/s", "{}"));
  Wire upstream = peer.accept();
  upstream.read_until("\r\n\r\n{}");
  client.close();                  // while the backend is still thinking
  EXPECT_TRUE(upstream.at_end());  // it sees our side closed
  EXPECT_EQ(handler_->result().error->kind, Kind::cancelled);
  server_->stop(10s);
  EXPECT_EQ(metric(R"(signalbox_http_requests_total{listener="gateway",status="499"})"), 1);
}

TEST_F(ForwardTest, ClientThatLeavesMidStreamCancelsTheUpstream) {
  ScriptedPeer peer;
  Wire client = proxy(at(peer.port()));
  client.send(post("/s", "{}"));
  Wire upstream = peer.accept();
  upstream.read_until("\r\n\r\n{}");
  upstream.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
  client.read_until("abc");
  client.close();
  EXPECT_TRUE(upstream.at_end());
  EXPECT_EQ(handler_->result().error->kind, Kind::cancelled);
}

// A client that does not read must stop our reading of the backend; else the whole stream would pile up here.
TEST_F(ForwardTest, SlowClientHoldsBackTheBackend) {
  ScriptedPeer peer;
  Wire client = proxy(at(peer.port()));
  client.send(post("/s", "{}"));
  Wire upstream = peer.accept();
  upstream.read_until("\r\n\r\n{}");
  constexpr std::size_t kTotal = 64u << 20;
  upstream.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kTotal) + "\r\n\r\n");
  std::atomic<std::size_t> sent{0};
  std::thread sender([&] {
    std::string block(1u << 20, 'q');
    for (std::size_t i = 0; i < kTotal; i += block.size()) {
      upstream.send(block);
      sent += block.size();
    }
  });
  // The kernel's socket buffers take some megabytes and then the sender stands still.
  std::size_t before = 1, now = 0;
  while (before != now || now == 0) {
    before = now;
    std::this_thread::sleep_for(200ms);
    now = sent;
  }
  EXPECT_LT(now, kTotal);
  auto answer = client.read_answer();
  EXPECT_EQ(answer.body.size(), kTotal);
  sender.join();
}

TEST_F(ForwardTest, HeadAnswerHasNoBody) {
  ScriptedPeer peer;
  Wire client = proxy(at(peer.port()));
  client.send("HEAD /h HTTP/1.1\r\nHost: t\r\n\r\n");
  Wire upstream = peer.accept();
  upstream.read_until("\r\n\r\n");
  upstream.send("HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n");
  EXPECT_THAT(client.read_answer(true).head, HasSubstr("Content-Length: 1234"));
}

TEST(TailCapture, KeepsTheEndWithinItsBound) {
  TailCapture tail(8);
  for (int i = 0; i < 1000; ++i) tail.on_bytes("abc");
  tail.on_bytes("0123");
  EXPECT_EQ(tail.tail(), "cabc0123");
  EXPECT_EQ(tail.total(), 3004u);
  EXPECT_FALSE(tail.whole());
  tail.on_bytes("a much longer piece");
  EXPECT_EQ(tail.tail(), "er piece");
}

}  // namespace
}  // namespace signalbox::gateway
