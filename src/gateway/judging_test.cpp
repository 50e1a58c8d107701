// Where requests are judged: what runs on the pool, and what is not run at all.
#include "gateway/judging.h"

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "auth/access_state.h"
#include "config/load.h"
#include "gateway/test_blocker.h"
#include "gateway/upstream.h"

#include "router/load.h"

namespace signalbox::gateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::Blocker;
using testing::Signal;

constexpr std::string_view kConfig = R"(
providers: {models: [{name: m, backend_refs: [{endpoint: "127.0.0.1:9"}]}]}
routing: {modelCards: [{name: m}]}
)";

std::string body_of(std::size_t bytes) {
  return R"({"model":"m","messages":[{"role":"user","content":")" + std::string(bytes, 'x') + R"("}]})";
}

// Stands for read_request, and answers so that judging ends with it; notes the thread.
std::optional<Reply> noting_reader(Exchange& exchange) {
  exchange.http.path = "ran";
  exchange.http.query = std::to_string(std::hash<std::thread::id>()(std::this_thread::get_id()));
  return Reply{json_response(418, "{}"), "error", "ran"};
}

class JudgingTest : public ::testing::Test {
 protected:
  JudgingTest() : snapshots_(load()) {}
  ~JudgingTest() override {
    pool_.stop();
    io_.stop();
  }

  static std::shared_ptr<const router::Snapshot> load() {
    return router::load_text(kConfig, "test", config::process_environment()).snapshot;
  }
  ExchangePtr exchange_of(std::size_t bytes) {
    ExchangePtr exchange = std::make_shared<Exchange>();
    exchange->snapshot = snapshots_.get();
    exchange->received = std::chrono::steady_clock::now();
    exchange->http.body = body_of(bytes);
    return exchange;
  }

  struct Run {
    CancelToken left;
    std::optional<Reply> reply;
    Signal done;
  };
  static Task<void> play(Judging& judging, ExchangePtr exchange, std::shared_ptr<Run> run) {
    run->reply = co_await judging.judge(exchange, run->left, &noting_reader);
    run->done.fire();
  }
  std::shared_ptr<Run> start(ExchangePtr exchange) {
    auto run = std::make_shared<Run>();
    asio::co_spawn(io_.impl().executor(0), play(judging_, std::move(exchange), run), asio::detached);
    return run;
  }

  telemetry::NullLogger log_;
  telemetry::Registry metrics_;
  telemetry::RealClock clock_;
  SnapshotSource snapshots_;
  IoThreads io_{1};
  ComputePool pool_{1, 1};
  UpstreamClient upstream_{io_, metrics_};
  auth::AccessState clients_;
  Admission admission_{metrics_};
  Judging judging_{{snapshots_, upstream_, pool_, nullptr, log_, metrics_, clock_, clients_}, admission_};
};

TEST_F(JudgingTest, SmallRequestsStayOnTheirThreadAndLargeOnesLeaveIt) {
  Blocker blocker(pool_);
  ASSERT_TRUE(blocker.running());  // what needs the pool cannot end
  const ExchangePtr small = exchange_of(1000), large = exchange_of(Judging::kLargeBody + 1);
  const auto quick = start(small), slow = start(large);
  EXPECT_TRUE(quick->done.wait());
  EXPECT_EQ(quick->reply->reason, "ran");
  EXPECT_FALSE(slow->done.fired());
  blocker.release();
  EXPECT_TRUE(slow->done.wait());
  EXPECT_EQ(slow->reply->reason, "ran");
  EXPECT_NE(small->http.query, large->http.query);
}

TEST_F(JudgingTest, FullLaneIs503WithRetryAfter) {
  Blocker blocker(pool_);
  ASSERT_TRUE(blocker.running());
  const auto waits = start(exchange_of(Judging::kLargeBody + 1));
  const auto refused = start(exchange_of(Judging::kLargeBody + 1));
  ASSERT_TRUE(refused->done.wait());
  EXPECT_EQ(refused->reply->response.status, 503);
  EXPECT_EQ(refused->reply->response.headers.get("retry-after"), "1");
  EXPECT_THAT(metrics_.text(), HasSubstr("signalbox_overload_refused_total{reason=\"judgement_queue\"} 1\n"));
  blocker.release();
  EXPECT_TRUE(waits->done.wait());
}

TEST_F(JudgingTest, JobOfAClientThatLeftIsNotRun) {
  Blocker blocker(pool_);
  ASSERT_TRUE(blocker.running());
  const ExchangePtr exchange = exchange_of(Judging::kLargeBody + 1);
  const auto run = start(exchange);
  while (pool_.queued() == 0) std::this_thread::yield();
  Signal cancelled;
  asio::post(io_.impl().executor(0), [&] {
    run->left.cancel();
    cancelled.fire();
  });
  ASSERT_TRUE(cancelled.wait());
  blocker.release();
  ASSERT_TRUE(run->done.wait());
  EXPECT_EQ(exchange->http.path, "");
  EXPECT_EQ(run->reply->reason, "cancelled");  // it was counted as "overloaded" once
  EXPECT_EQ(run->reply->response.status, 499);
  EXPECT_THAT(metrics_.text(), Not(HasSubstr("signalbox_overload_refused_total{")));
  EXPECT_THAT(metrics_.text(), HasSubstr("signalbox_compute_dropped_total{reason=\"client_left\"} 1\n"));
}

TEST_F(JudgingTest, JobPastItsDeadlineIsNotRun) {
  const ExchangePtr exchange = exchange_of(Judging::kLargeBody + 1);
  exchange->received -= exchange->snapshot->deadline;
  const auto run = start(exchange);
  ASSERT_TRUE(run->done.wait());
  EXPECT_EQ(exchange->http.path, "");
  EXPECT_EQ(run->reply->response.status, 503);
  EXPECT_EQ(run->reply->reason, "deadline");
  EXPECT_THAT(metrics_.text(), HasSubstr("signalbox_compute_dropped_total{reason=\"deadline\"} 1\n"));
}

}  // namespace
}  // namespace signalbox::gateway
