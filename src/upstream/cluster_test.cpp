// Endpoints and their ejection, active health, retry budget, back-off: the state of a model's backends over time.
#include "upstream/cluster.h"

#include <gmock/gmock.h>

#include <atomic>
#include <barrier>
#include <thread>
#include <vector>

#include "upstream/backoff.h"
#include "upstream/fakes.h"
#include "upstream/health_tally.h"

namespace signalbox::upstream {
namespace {

using namespace std::chrono_literals;
using testing::at;
using testing::FixedRandom;
using testing::members;

ReliabilityPolicy ejecting(int consecutive, int max_percent, Nanoseconds base = 30s) {
  ReliabilityPolicy policy;
  policy.ejection = {consecutive, base, max_percent};
  return policy;
}

TEST(Ejection, AfterSoManyFailuresInARow) {
  const ReliabilityPolicy policy = ejecting(3, 50);
  Cluster cluster(policy, members(2, policy.ejection));
  EXPECT_EQ(cluster.report(0, true, at(0ms)), std::nullopt);
  EXPECT_EQ(cluster.report(0, true, at(1ms)), std::nullopt);
  EXPECT_EQ(cluster.report(0, false, at(2ms)), std::nullopt);  // a success ends the row
  EXPECT_EQ(cluster.report(0, true, at(3ms)), std::nullopt);
  EXPECT_EQ(cluster.report(0, true, at(4ms)), std::nullopt);
  EXPECT_EQ(cluster.report(0, true, at(5ms)), Nanoseconds(30s));
  EXPECT_TRUE(cluster.endpoint(0).ejected(at(5ms)));
  EXPECT_TRUE(cluster.endpoint(0).ejected(at(30'004ms)));
  EXPECT_FALSE(cluster.endpoint(0).ejected(at(30'005ms)));
}

// Two threads once counted the same number of ejected backends and each took another one out.
TEST(Ejection, NeverMoreThanTheBoundHoweverManyFailAtOnce) {
  const ReliabilityPolicy policy = ejecting(1, 50);
  constexpr std::size_t kBackends = 4;
  for (int round = 0; round < 500; ++round) {
    Cluster cluster(policy, members(kBackends, policy.ejection));
    std::barrier start(static_cast<std::ptrdiff_t>(kBackends));
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < kBackends; ++i) {
      threads.emplace_back([&, i] {
        start.arrive_and_wait();
        cluster.report(i, true, at(0ms));
      });
    }
    for (std::thread& thread : threads) thread.join();
    std::size_t out = 0;
    for (std::size_t i = 0; i < kBackends; ++i) out += cluster.endpoint(i).ejected(at(0ms)) ? 1 : 0;
    ASSERT_EQ(out, kBackends / 2) << "round " << round;
  }
}

TEST(Ejection, NeverWithoutAThreshold) {
  Cluster cluster(ReliabilityPolicy{}, members(2));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(cluster.report(0, true, at(0ms)), std::nullopt);
}

TEST(Ejection, EachOneLastsLongerAndGoodTimesAreForgiven) {
  Endpoint endpoint({1, 30s, 50});
  EXPECT_EQ(endpoint.eject(at(0s)), Nanoseconds(30s));
  EXPECT_EQ(endpoint.eject(at(31s)), Nanoseconds(60s));
  EXPECT_EQ(endpoint.eject(at(92s)), Nanoseconds(90s));
  EXPECT_EQ(endpoint.eject(at(182s + 20s)), Nanoseconds(60s));  // two of three forgiven
  EXPECT_EQ(endpoint.eject(at(262s + 1h)), Nanoseconds(30s));
}

TEST(Ejection, NoLongerThanFiveMinutesOrOneBaseTime) {
  Endpoint endpoint({1, 100s, 50});
  for (int i = 0; i < 9; ++i) endpoint.eject(at(0s));
  EXPECT_EQ(endpoint.eject(at(0s)), Nanoseconds(5min));
  Endpoint slow({1, 1h, 50});
  EXPECT_EQ(slow.eject(at(0s)), Nanoseconds(1h));
  EXPECT_EQ(slow.eject(at(0s)), Nanoseconds(1h));
}

TEST(Ejection, NoMoreThanTheShareOfTheBackends) {
  const ReliabilityPolicy half = ejecting(1, 50);
  Cluster three(half, members(3, half.ejection));
  EXPECT_TRUE(three.report(0, true, at(0ms)));
  EXPECT_FALSE(three.report(1, true, at(0ms)));  // two of three would be more than half
  Cluster one(half, members(1, half.ejection));
  EXPECT_FALSE(one.report(0, true, at(0ms)));
  const ReliabilityPolicy all = ejecting(1, 100);
  Cluster two(all, members(2, all.ejection));
  EXPECT_TRUE(two.report(0, true, at(0ms)));
  EXPECT_TRUE(two.report(1, true, at(0ms)));
}

TEST(Cluster, PicksOnlyWhatTakesRequestsUnlessItMust) {
  Cluster cluster(ReliabilityPolicy{}, members(2));
  FixedRandom random;
  cluster.endpoint(0).set_healthy(false);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(cluster.pick(at(0ms), {}, false, random), 1u);
  EXPECT_EQ(cluster.pick(at(0ms), BackendSet(0b10), false, random), std::nullopt);
  EXPECT_EQ(cluster.pick(at(0ms), BackendSet(0b10), true, random), 0u);
  Cluster one(ReliabilityPolicy{}, members(1));
  one.endpoint(0).set_healthy(false);
  EXPECT_EQ(one.pick(at(0ms), {}, false, random), std::nullopt);
  EXPECT_EQ(one.pick(at(0ms), {}, true, random), 0u);
}

// For ThreadSanitizer, and for the counts: what is shared by all I/O threads at once.
TEST(Cluster, ManyThreadsLoseNoCount) {
  const ReliabilityPolicy policy = ejecting(3, 50);
  Cluster cluster(policy, members(4, policy.ejection));
  SharedRandom random(5);
  std::atomic<int> ejections{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 2000; ++i) {
        const std::size_t picked = *cluster.pick(at(0ms), {}, false, random);
        cluster.endpoint(picked).begin();
        cluster.budget().on_request();
        ejections += cluster.report(picked, t == 0, at(0ms)) ? 1 : 0;
        static_cast<void>(cluster.budget().take(at(0ms)));
        cluster.endpoint(picked).end();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  int out = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(cluster.endpoint(i).active(), 0);
    out += cluster.endpoint(i).ejected(at(0ms)) ? 1 : 0;
  }
  EXPECT_EQ(out, ejections);
}

TEST(HealthTally, FirstCheckDecidesThenThreeFailuresAndTwoSuccesses) {
  HealthTally tally;
  EXPECT_FALSE(tally.add(false));
  EXPECT_FALSE(tally.add(true));
  EXPECT_TRUE(tally.add(true));
  EXPECT_TRUE(tally.add(false));
  EXPECT_TRUE(tally.add(false));
  EXPECT_TRUE(tally.add(true));  // the row begins anew
  EXPECT_TRUE(tally.add(false));
  EXPECT_TRUE(tally.add(false));
  EXPECT_FALSE(tally.add(false));
}

TEST(RetryBudget, LastingFailuresGetAShareOfTheRequests) {
  RetryBudget budget({0.2, 0, 3});
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(budget.take(at(0ms)));
  EXPECT_FALSE(budget.take(at(0ms)));
  int retried = 0;
  for (int i = 0; i < 1000; ++i) {
    budget.on_request();
    retried += budget.take(at(0ms)) ? 1 : 0;
  }
  EXPECT_EQ(retried, 200);
}

TEST(RetryBudget, TimeGivesALittleAndTheBucketHasARim) {
  RetryBudget budget({0, 10, 5});
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(budget.take(at(0ms)));
  EXPECT_FALSE(budget.take(at(99ms)));
  EXPECT_TRUE(budget.take(at(200ms)));
  int after_a_night = 0;
  while (budget.take(at(9h))) ++after_a_night;
  EXPECT_EQ(after_a_night, 5);
}

TEST(Backoff, GrowsToAQuarterOfASecondWithFullJitter) {
  SharedRandom random(3);
  Nanoseconds longest[6] = {};
  for (int i = 0; i < 2000; ++i) {
    for (int retry = 0; retry < 6; ++retry) longest[retry] = std::max(longest[retry], backoff(retry, random));
  }
  EXPECT_LE(longest[0], Nanoseconds(25ms));
  EXPECT_GT(longest[0], Nanoseconds(20ms));
  EXPECT_GT(longest[2], Nanoseconds(80ms));
  EXPECT_LE(longest[5], Nanoseconds(250ms));
  FixedRandom zero;
  EXPECT_EQ(backoff(4, zero), Nanoseconds(0));
}

}  // namespace
}  // namespace signalbox::upstream
