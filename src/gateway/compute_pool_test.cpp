// The two lanes of the pool: order, bounds, and that neither starves the other.
#include "gateway/compute_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/test_blocker.h"

namespace signalbox::gateway {
namespace {

using ::testing::HasSubstr;
using testing::Blocker;
using testing::Signal;

TEST(ComputePoolLanes, WhileBothWaitEveryFourthJobIsSlow) {
  ComputePool pool(1, 100);
  Blocker blocker(pool, Lane::fast);
  ASSERT_TRUE(blocker.running());
  std::string order;
  for (int i = 0; i < 9; ++i) {
    pool.try_post([&] { order += 'f'; });
    pool.try_post([&] { order += 's'; }, Lane::slow);
  }
  blocker.release();
  pool.stop();
  EXPECT_EQ(order.substr(0, 12), "fffsfffsfffs");
  EXPECT_EQ(order.size(), 18u);
}

TEST(ComputePoolLanes, SlowJobsNeverHoldTheLastThread) {
  ComputePool pool(3, 100);
  Blocker first(pool, Lane::slow), second(pool, Lane::slow), third(pool, Lane::slow);
  ASSERT_TRUE(first.running());
  ASSERT_TRUE(second.running());
  Signal ran;
  pool.try_post([&] { ran.fire(); });
  EXPECT_TRUE(ran.wait());  // the thread that is left
  EXPECT_FALSE(third.started());
  first.release();
  EXPECT_TRUE(third.running());
  second.release();
  third.release();
  pool.stop();
}

TEST(ComputePoolLanes, OneThreadServesBothLanes) {
  ComputePool pool(1, 100);
  Signal fast, slow;
  pool.try_post([&] { slow.fire(); }, Lane::slow);
  pool.try_post([&] { fast.fire(); });
  EXPECT_TRUE(fast.wait());
  EXPECT_TRUE(slow.wait());
}

TEST(ComputePoolLanes, EachLaneHasItsOwnBound) {
  telemetry::Registry metrics;
  ComputePool pool(1, 2, &metrics);
  Blocker blocker(pool, Lane::fast);
  ASSERT_TRUE(blocker.running());
  EXPECT_TRUE(pool.try_post([] {}, Lane::slow));
  EXPECT_TRUE(pool.try_post([] {}, Lane::slow));
  EXPECT_FALSE(pool.try_post([] {}, Lane::slow));
  EXPECT_TRUE(pool.try_post([] {}));
  EXPECT_THAT(metrics.text(), HasSubstr("signalbox_compute_queue_depth{lane=\"slow\"} 2\n"));
  EXPECT_THAT(metrics.text(), HasSubstr("signalbox_compute_refused_total{lane=\"slow\"} 1\n"));
  blocker.release();
  pool.stop();
  EXPECT_THAT(metrics.text(), HasSubstr("signalbox_compute_queue_depth{lane=\"slow\"} 0\n"));
  EXPECT_THAT(metrics.text(), HasSubstr("signalbox_compute_wait_seconds_count{lane=\"slow\"} 2\n"));
}

TEST(ComputePoolLanes, StopRunsWhatWaitsInBothLanes) {
  ComputePool pool(4, 1000);
  std::atomic<int> ran{0};
  for (int i = 0; i < 500; ++i) {
    pool.try_post([&] { ++ran; }, Lane::slow);
    pool.try_post([&] { ++ran; });
  }
  pool.stop();
  EXPECT_EQ(ran, 1000);
}

// A reload may bring a model: its judgements wait for it on threads that a start without a model does not need.
TEST(ComputePoolGrowth, MoreThreadsTakeWhatWaits) {
  telemetry::Registry metrics;
  ComputePool pool(2, 100, &metrics);
  Blocker first(pool, Lane::slow), second(pool, Lane::slow), third(pool, Lane::slow);
  ASSERT_TRUE(first.running());
  EXPECT_FALSE(second.started());
  pool.grow_to(4);
  EXPECT_TRUE(second.running());
  EXPECT_TRUE(third.running());
  EXPECT_THAT(metrics.text(), HasSubstr("signalbox_compute_threads 4\n"));
  Signal ran;
  pool.try_post([&] { ran.fire(); });
  EXPECT_TRUE(ran.wait()) << "one thread is left for fast jobs, as from the start";
  for (Blocker* one : {&first, &second, &third}) one->release();
  pool.stop();
}

TEST(ComputePoolGrowth, ThreadsAreNeverTakenAwayNorAddedAfterTheEnd) {
  telemetry::Registry metrics;
  ComputePool pool(3, 100, &metrics);
  pool.grow_to(1);
  EXPECT_THAT(metrics.text(), HasSubstr("signalbox_compute_threads 3\n"));
  pool.stop();
  pool.grow_to(5);
  EXPECT_THAT(metrics.text(), HasSubstr("signalbox_compute_threads 3\n"));
}

TEST(ComputePoolLanes, RetryAfterIsBoundedAndStartsAtASecond) {
  ComputePool pool(2, 10);
  EXPECT_EQ(pool.retry_after(Lane::fast), std::chrono::seconds(1));
  EXPECT_EQ(pool.retry_after(Lane::slow), std::chrono::seconds(1));
}

}  // namespace
}  // namespace signalbox::gateway
