// Giving a request up in the pause between two attempts at a backend; see cancel_fixture.h.
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

class CancelRetryTest : public testing::CancelTest {
 protected:
  std::shared_ptr<const router::Snapshot> load() const {
    const std::string config = R"(
providers:
  models:
    - name: m
      reliability: {retry_count: 5, retry_on: connect-failure}
      backend_refs: [{name: b1, endpoint: "127.0.0.1:)" +
                               std::to_string(refusing_.port()) +
                               R"("}]
routing: {modelCards: [{name: m}]}
)";
    return router::load_text(config, "test", config::process_environment()).snapshot;
  }
  double cancelled() const { return metric(R"(llm_request_errors_total{model="m",reason="cancelled"})"); }

  Refusing refusing_;
  telemetry::RealClock clock_;
  SnapshotSource snapshots_{load()};
  auth::AccessState clients_;
};
INSTANTIATE_TEST_SUITE_P(By, CancelRetryTest, ::testing::ValuesIn(testing::kEveryWay), testing::name_of);

TEST_P(CancelRetryTest, InThePauseBetweenTwoAttempts) {
  const std::uint16_t port =
      serve(make_chat_service({snapshots_, *client_, pool_, nullptr, log_, metrics_, clock_, clients_}));
  // The pauses are random and 300 ms together on average: a machine that stands still for longer misses them all.
  for (int attempt = 0; attempt < 5 && cancelled() == 0; ++attempt) {
    const double before = metric(R"(signalbox_upstream_errors_total{backend="b1",kind="connect_failed"})");
    Wire client = Wire::connect(port);
    client.send(testing::post("/v1/chat/completions", R"({"model":"m","messages":[{"role":"user","content":"x"}]})"));
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

}  // namespace
}  // namespace signalbox::gateway
