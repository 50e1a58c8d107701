// Giving a request up while it is read, computed or answered; see cancel_fixture.h.
#include "gateway/cancel_fixture.h"

#include <gmock/gmock.h>

#include "gateway/compute_await.h"

namespace signalbox::gateway {
namespace {

using namespace std::chrono_literals;
using testing::eventually;
using ::testing::HasSubstr;
using testing::post;
using testing::ScriptedPeer;
using testing::Signal;
using testing::Wire;
using Kind = UpstreamError::Kind;

class CancelClientTest : public testing::CancelTest {};
INSTANTIATE_TEST_SUITE_P(By, CancelClientTest, ::testing::ValuesIn(testing::kEveryWay), testing::name_of);

TEST_P(CancelClientTest, BeforeTheFirstByte) {
  Wire client = proxy(at(1));
  ASSERT_TRUE(eventually([this] { return server_->connections() == 1; }));
  give_up(client);
  expect_connections_gone();
}

TEST_P(CancelClientTest, InTheHeadOfTheRequest) {
  Wire client = proxy(at(1));
  client.send("POST /s HTTP/1.1\r\nHost: t\r\nContent-Le");
  ASSERT_TRUE(eventually([this] { return server_->connections() == 1; }));
  give_up(client);
  expect_connections_gone();
}

TEST_P(CancelClientTest, InTheBodyOfTheRequest) {
  Wire client = proxy(at(1));
  client.send("POST /s HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n");
  ASSERT_THAT(client.read_until("\r\n\r\n"), HasSubstr("100 Continue"));
  client.send("half");
  give_up(client);
  expect_connections_gone();
}

// Computes, then asks the backend.
class ComputingHandler final : public Handler {
 public:
  ComputingHandler(ComputePool& pool, Handler& then) : pool_(pool), then_(then) {}
  Task<void> handle(HttpRequest request, ResponseWriter& writer) override {
    co_await run(pool_, [this] {
      begun.fire();
      return go_on.wait();
    });
    left = writer.client_left().cancelled();
    co_await then_.handle(std::move(request), writer);
  }
  Signal begun, go_on;
  std::atomic<bool> left{false};

 private:
  ComputePool& pool_;
  Handler& then_;
};

// Work on the pool cannot be taken back; when it is done, nothing is asked of a backend any more.
TEST_P(CancelClientTest, OnTheComputePool) {
  ScriptedPeer peer;
  proxy(at(peer.port())).close();
  auto computing = std::make_shared<ComputingHandler>(pool_, *handler_);
  Wire client = Wire::connect(serve(computing, {}, "computing"));
  client.send(post("/s", "{}"));
  ASSERT_TRUE(computing->begun.wait());
  std::thread release([&] {
    eventually([&] { return metric(R"(signalbox_http_connections{listener="gateway"})") == 0; });
    std::this_thread::sleep_for(20ms);  // most likely after the news; both orders must be good
    computing->go_on.fire();
  });
  give_up(client);
  release.join();
  EXPECT_EQ(handler_->result().error->kind, Kind::cancelled);
  EXPECT_TRUE(eventually([this] { return server_->connections() == 0; }));
  EXPECT_EQ(metric(R"(signalbox_upstream_connections_opened_total{backend="b1"})"), 0);
}

TEST_P(CancelClientTest, WritingToASlowClient) {
  ScriptedPeer peer;
  Wire client = proxy(at(peer.port()));
  client.send(post("/s", "{}"));
  Wire upstream = peer.accept();
  upstream.read_until("\r\n\r\n{}");
  constexpr std::size_t kTotal = 64u << 20;
  upstream.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kTotal) + "\r\n\r\n");
  std::atomic<std::size_t> sent{0};
  std::thread sender([&] {
    const std::string block(1u << 18, 'q');
    for (std::size_t i = 0; i < kTotal; i += block.size()) {
      upstream.send(block);
      sent += block.size();
    }
  });
  std::size_t before = 0;
  ASSERT_TRUE(eventually([&] {  // until nobody takes more
    const std::size_t now = sent;
    std::this_thread::sleep_for(100ms);
    return now > 0 && now == std::exchange(before, now);
  }));
  EXPECT_LT(sent, kTotal);
  give_up(client);
  expect_cancelled();
  sender.join();  // its connection is gone, or it would stand still
}

TEST_P(CancelClientTest, Lingering) {
  Wire client = proxy(at(1));
  client.send("nonsense\r\n\r\nand more");
  ASSERT_EQ(client.read_answer().status, 400);
  ASSERT_TRUE(client.at_end());  // it has said all it had to say, and takes what still comes
  client.send("more");
  EXPECT_EQ(server_->connections(), 1u);
  give_up(client);
  expect_connections_gone();
}

// Between two requests nothing is answered, and nobody need be told.
TEST_P(CancelClientTest, IdleAfterAnAnswer) {
  ScriptedPeer peer;
  Wire client = proxy(at(peer.port()));
  client.send(post("/s", "{}"));
  Wire upstream = peer.accept();
  upstream.read_until("\r\n\r\n{}");
  upstream.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  ASSERT_EQ(client.read_answer().body, "ok");
  give_up(client);
  expect_connections_gone();
  EXPECT_EQ(errors("cancelled"), 0);
  EXPECT_EQ(metric(R"(signalbox_http_requests_total{listener="gateway",status="499"})"), 0);
}

}  // namespace
}  // namespace signalbox::gateway
