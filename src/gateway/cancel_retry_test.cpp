// Giving a request up in the pause between two attempts at a backend, and when a backend has sent the head of its
// answer alone; see cancel_fixture.h.
#include <gmock/gmock.h>

#include "auth/access_state.h"
#include "config/load.h"
#include "gateway/cancel_fixture.h"
#include "gateway/chat_service.h"
#include "router/load.h"

namespace signalbox::gateway {
namespace {

using testing::eventually;
using testing::Wire;

// A port that refuses: bound, and nobody listens.
class Refusing {
 public:
  Refusing() : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = testing::loopback(0);
    ::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    socklen_t size = sizeof address;
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  ~Refusing() { ::close(fd_); }
  std::uint16_t port() const { return port_; }

 private:
  int fd_;
  std::uint16_t port_ = 0;
};

// The chat service before one backend that is tried again.
class CancelChatTest : public testing::CancelTest {
 protected:
  static constexpr const char* kAsk = R"({"model":"m","messages":[{"role":"user","content":"x"}]})";

  static std::shared_ptr<const router::Snapshot> backend_at(std::uint16_t port, const std::string& retry_on) {
    const std::string config = R"(
providers:
  models:
    - name: m
      reliability: {retry_count: 5, retry_on: ")" +
                               retry_on + R"("}
      backend_refs: [{name: b1, endpoint: "127.0.0.1:)" +
                               std::to_string(port) +
                               R"("}]
routing: {modelCards: [{name: m}]}
)";
    return router::load_text(config, "test", config::process_environment()).snapshot;
  }
  std::uint16_t serve_chat(SnapshotSource& snapshots) {
    return serve(make_chat_service({snapshots, *client_, pool_, nullptr, log_, metrics_, clock_, clients_}));
  }
  double cancelled() const { return metric(R"(llm_request_errors_total{model="m",reason="cancelled"})"); }

  telemetry::RealClock clock_;
  auth::AccessState clients_;
};

class CancelRetryTest : public CancelChatTest {
 protected:
  Refusing refusing_;
  SnapshotSource snapshots_{backend_at(refusing_.port(), "connect-failure")};
};
INSTANTIATE_TEST_SUITE_P(By, CancelRetryTest, ::testing::ValuesIn(testing::kEveryWay), testing::name_of);

TEST_P(CancelRetryTest, InThePauseBetweenTwoAttempts) {
  const std::uint16_t port = serve_chat(snapshots_);
  // The pauses are random and 300 ms together on average: a machine that stands still for longer misses them all.
  for (int attempt = 0; attempt < 5 && cancelled() == 0; ++attempt) {
    const double before = metric(R"(signalbox_upstream_errors_total{backend="b1",kind="connect_failed"})");
    Wire client = Wire::connect(port);
    client.send(testing::post("/v1/chat/completions", kAsk));
    ASSERT_TRUE(eventually(
        [&] { return metric(R"(signalbox_upstream_errors_total{backend="b1",kind="connect_failed"})") > before; }));
    give_up(client);
    ASSERT_TRUE(eventually([this] { return server_->connections() == 0; }));
    if (GetParam() == testing::GivenUpBy::server_stop) break;  // there is only one
    if (cancelled() > 0) {
      EXPECT_LT(metric(R"(signalbox_upstream_errors_total{backend="b1",kind="connect_failed"})") - before, 6);
    }
  }
  EXPECT_EQ(cancelled(), 1);
  expect_connections_gone();
  EXPECT_EQ(metric(R"(signalbox_upstream_active_requests{backend="b1"})"), 0);
}

class CancelAnswerTest : public CancelChatTest {
 protected:
  testing::ScriptedPeer peer_;
  SnapshotSource snapshots_{backend_at(peer_.port(), "reset")};
};
INSTANTIATE_TEST_SUITE_P(By, CancelAnswerTest, ::testing::ValuesIn(testing::kEveryWay), testing::name_of);

// The head is held back until a body follows; whoever leaves meanwhile has not been failed by the backend.
TEST_P(CancelAnswerTest, BetweenHeadAndBody) {
  Wire client = Wire::connect(serve_chat(snapshots_));
  client.send(testing::post("/v1/chat/completions", kAsk));
  Wire upstream = peer_.accept();
  upstream.read_until("x\"}]}");
  upstream.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n");
  ASSERT_TRUE(
      eventually([this] { return metric(R"(signalbox_upstream_first_byte_seconds_count{backend="b1"})") == 1; }));
  give_up(client);
  EXPECT_TRUE(upstream.at_end());
  ASSERT_TRUE(eventually([this] { return cancelled() == 1; }));
  expect_connections_gone();
  EXPECT_EQ(metric(R"(signalbox_upstream_retries_total{backend="b1"})"), 0);
  EXPECT_EQ(metric(R"(signalbox_upstream_active_requests{backend="b1"})"), 0);
}

}  // namespace
}  // namespace signalbox::gateway
