#include "lifecycle/coalescer.h"

#include <gtest/gtest.h>

#include "telemetry/clock.h"

namespace signalbox::lifecycle {
namespace {

using namespace std::chrono_literals;

struct CoalescerTest : testing::Test {
  telemetry::ManualClock clock;
  Coalescer coalescer{250ms};
  bool take_after(std::chrono::milliseconds wait) {
    clock.advance(wait);
    return coalescer.take(clock.steady_now());
  }
  void change() { coalescer.changed(clock.steady_now()); }
};

TEST_F(CoalescerTest, NothingIsDueWithoutAChange) {
  EXPECT_FALSE(coalescer.due_at());
  EXPECT_FALSE(take_after(1h));
}

TEST_F(CoalescerTest, OneChangeIsDueOnceAfterTheQuietTime) {
  change();
  EXPECT_FALSE(take_after(249ms));
  EXPECT_TRUE(take_after(1ms));
  EXPECT_FALSE(take_after(1h));
}

TEST_F(CoalescerTest, ABurstIsOneAction) {
  int actions = 0;
  for (int i = 0; i < 10; ++i) {
    change();
    actions += take_after(100ms);
  }
  EXPECT_EQ(actions, 0);
  EXPECT_TRUE(take_after(150ms));
  EXPECT_FALSE(take_after(1h));
}

TEST_F(CoalescerTest, ChangesWithoutEndAreActedOnAllTheSame) {
  int actions = 0;
  for (int i = 0; i < 200; ++i) {  // 20 s of a change every 100 ms
    change();
    actions += take_after(100ms);
  }
  EXPECT_EQ(actions, 10) << "one every 2 s";
}

TEST_F(CoalescerTest, AChangeAfterTheActionBeginsANewBurst) {
  change();
  EXPECT_TRUE(take_after(250ms));
  change();
  EXPECT_FALSE(take_after(100ms));
  EXPECT_TRUE(take_after(150ms));
}

TEST_F(CoalescerTest, ForgottenChangesAreNotDue) {
  change();
  coalescer.forget();
  EXPECT_FALSE(take_after(1h));
}

TEST_F(CoalescerTest, WithoutQuietTimeAChangeIsDueAtOnce) {
  coalescer.set_quiet(-5ms);
  change();
  EXPECT_TRUE(take_after(0ms));
}

}  // namespace
}  // namespace signalbox::lifecycle
