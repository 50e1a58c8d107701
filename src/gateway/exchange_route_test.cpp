// Where the body that goes upstream is made.
#include "gateway/exchange_route.h"

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "auth/access_state.h"
#include "config/load.h"
#include "gateway/test_blocker.h"
#include "router/load.h"

namespace signalbox::gateway {
namespace {

using testing::Blocker;
using testing::Signal;

constexpr std::string_view kConfig = R"(
providers: {models: [{name: m, provider_model_id: theirs, backend_refs: [{endpoint: "127.0.0.1:9"}]}]}
routing: {modelCards: [{name: m}]}
)";

class ExchangeRouteTest : public ::testing::Test {
 protected:
  ~ExchangeRouteTest() override {
    pool_.stop();
    io_.stop();
  }
  static std::shared_ptr<const router::Snapshot> load() {
    return router::load_text(kConfig, "test", config::process_environment()).snapshot;
  }
  // As it is before a backend is asked.
  std::shared_ptr<Exchange> judged(std::size_t bytes) {
    auto exchange = std::make_shared<Exchange>();
    exchange->snapshot = snapshots_.get();
    exchange->received = std::chrono::steady_clock::now();
    exchange->http.body =
        R"({"model":"m","messages":[{"role":"user","content":")" + std::string(bytes, 'x') + R"("}]})";
    EXPECT_FALSE(read_request(*exchange).has_value());
    judge(*exchange, nullptr, nullptr);
    apply_policy(*exchange);
    return exchange;
  }
  static Task<void> prepare(std::shared_ptr<ExchangeRoute> route, std::shared_ptr<Signal> done) {
    co_await route->prepare(0, 0);
    done->fire();
  }

  telemetry::NullLogger log_;
  telemetry::Registry metrics_;
  telemetry::RealClock clock_;
  SnapshotSource snapshots_{load()};
  IoThreads io_{1};
  ComputePool pool_{1, 1};
  UpstreamClient upstream_{io_, metrics_};
  auth::AccessState clients_;
  std::shared_ptr<UpstreamRegistry> registry_ = std::make_shared<UpstreamRegistry>(
      ChatServices{snapshots_, upstream_, pool_, nullptr, log_, metrics_, clock_, clients_});
};

// It was spliced on the I/O thread once, which held up every other stream of that thread.
TEST_F(ExchangeRouteTest, LargeBodyIsSplicedOnThePool) {
  const auto exchange = judged(Judging::kLargeBody + 1);
  const auto route = std::make_shared<ExchangeRoute>(exchange, registry_->of(*exchange->snapshot), pool_);
  ASSERT_TRUE(route->needs_preparing());
  Blocker blocker(pool_);
  ASSERT_TRUE(blocker.running());
  const auto done = std::make_shared<Signal>();
  asio::co_spawn(io_.impl().executor(0), prepare(route, done), asio::detached);
  while (pool_.queued() == 0) std::this_thread::yield();
  EXPECT_FALSE(done->fired());  // while the pool's only thread is busy
  blocker.release();
  ASSERT_TRUE(done->wait());
  const auto body = route->request(0, 0).body;
  EXPECT_TRUE(body->starts_with(R"({"model":"theirs",)"));
  EXPECT_EQ(body->size(), exchange->request->body().size() + std::string_view("theirs").size() - 1);
  EXPECT_EQ(route->request(0, 0).body, body);  // and once only
}

TEST_F(ExchangeRouteTest, FullPoolDoesNotFailTheRequest) {
  const auto exchange = judged(Judging::kLargeBody + 1);
  const auto route = std::make_shared<ExchangeRoute>(exchange, registry_->of(*exchange->snapshot), pool_);
  Blocker blocker(pool_);
  ASSERT_TRUE(blocker.running());
  ASSERT_TRUE(pool_.try_post([] {}, Lane::slow));  // its lane holds one
  const auto done = std::make_shared<Signal>();
  asio::co_spawn(io_.impl().executor(0), prepare(route, done), asio::detached);
  ASSERT_TRUE(done->wait());
  EXPECT_TRUE(route->request(0, 0).body->starts_with(R"({"model":"theirs",)"));
}

TEST_F(ExchangeRouteTest, SmallBodyNeedsNoPool) {
  const auto exchange = judged(1000);
  ExchangeRoute route(exchange, registry_->of(*exchange->snapshot), pool_);
  EXPECT_FALSE(route.needs_preparing());
  EXPECT_TRUE(route.request(0, 0).body->starts_with(R"({"model":"theirs",)"));
}

}  // namespace
}  // namespace signalbox::gateway
