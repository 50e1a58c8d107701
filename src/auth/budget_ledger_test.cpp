// Windows and the ledger: what is promised of every budget.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <thread>

#include "auth/budget_ledger.h"

namespace signalbox::auth {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using Time = SlidingWindow::Time;
using Why = BudgetLedger::Refusal::Why;

Time at(nanoseconds since) {
  return Time(since);
}
BudgetLedger::Charge charge(const std::string& key, std::int64_t amount, std::int64_t limit) {
  return {key, minutes(1), limit, amount};
}

TEST(Window, WhatWasUsedCountsForAWholeUnitAndNotMuchLonger) {
  SlidingWindow window(minutes(1));
  window.add(5, at(seconds(100)));
  EXPECT_EQ(window.used(at(seconds(160))), 5);
  EXPECT_EQ(window.used(at(seconds(162))), 0);
}

TEST(Window, WaitIsExactlyLongEnough) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    SlidingWindow window(minutes(1));
    nanoseconds now = seconds(50);
    for (int i = 0; i < 10; ++i) {
      now += milliseconds(random() % 9'000);
      window.add(random() % 12, at(now));
    }
    const std::int64_t used = window.used(at(now));
    const std::int64_t amount = 1 + static_cast<std::int64_t>(random() % 20);
    const std::int64_t limit = std::max<std::int64_t>(amount, used);
    const nanoseconds wait = window.wait_for(amount, limit, at(now));
    SlidingWindow later = window;
    EXPECT_LE(later.used(at(now + wait)) + amount, limit);
    SlidingWindow earlier = window;
    if (wait > nanoseconds(0)) EXPECT_GT(earlier.used(at(now + wait - nanoseconds(1))) + amount, limit);
  }
}

TEST(Window, RefundsEndWithTheWindow) {
  SlidingWindow window(minutes(1));
  const std::int64_t slot = window.add(10, at(seconds(100)));
  window.refund(slot, 4, at(seconds(130)));
  EXPECT_EQ(window.used(at(seconds(130))), 6);
  window.refund(slot, 6, at(seconds(300)));
  EXPECT_EQ(window.used(at(seconds(300))), 0) << "not below zero";
}

TEST(Window, AClockThatRunsBackwardsCountsAsStanding) {
  SlidingWindow window(minutes(1));
  window.add(5, at(seconds(100)));
  window.add(5, at(seconds(10)));
  EXPECT_EQ(window.used(at(seconds(10))), 10);
  EXPECT_EQ(window.used(at(seconds(162))), 0);
}

class Ledger : public testing::Test {
 protected:
  using Charges = std::vector<BudgetLedger::Charge>;
  auto reserve(const Charges& charges, nanoseconds now, std::size_t max = 1'000) {
    return BudgetLedger::reserve(ledger_, charges, max, at(now));
  }
  std::shared_ptr<BudgetLedger> ledger_ = std::make_shared<BudgetLedger>();
};

TEST_F(Ledger, AllChargesOrNone) {
  auto first = reserve({charge("a", 1, 10), charge("b", 1, 1)}, seconds(0));
  ASSERT_TRUE(first);
  const auto second = reserve({charge("a", 1, 10), charge("b", 1, 1)}, seconds(0));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().why, Why::used_up);
  EXPECT_EQ(second.error().charge, 1u);
  EXPECT_TRUE(reserve({charge("a", 9, 10)}, seconds(0))) << "the refused request has taken nothing of a";
}

TEST_F(Ledger, SettlingGivesBackWhatWasNotUsed) {
  auto reservation = reserve({charge("a", 100, 100)}, seconds(0));
  EXPECT_FALSE(reserve({charge("a", 1, 100)}, seconds(1)));
  reservation->settle(std::vector<std::int64_t>{30}, at(seconds(2)));
  EXPECT_TRUE(reserve({charge("a", 70, 100)}, seconds(2)));
  EXPECT_FALSE(reserve({charge("a", 1, 100)}, seconds(2)));
}

TEST_F(Ledger, WhatWasUsedBeyondTheReservationCountsFromTheEnd) {
  auto reservation = reserve({charge("a", 10, 100)}, seconds(0));
  reservation->settle(std::vector<std::int64_t>{95}, at(seconds(100)));
  const auto refused = reserve({charge("a", 20, 100)}, seconds(101));
  ASSERT_FALSE(refused) << "a long answer is not forgotten, though its beginning has left the window";
  EXPECT_EQ(refused.error().remaining, 15);
  EXPECT_GT(refused.error().retry_after, seconds(50));
  EXPECT_TRUE(reserve({charge("a", 20, 100)}, seconds(101) + refused.error().retry_after));
}

TEST_F(Ledger, ADroppedReservationStands) {
  {
    auto dropped = reserve({charge("a", 100, 100)}, seconds(0));
  }
  EXPECT_FALSE(reserve({charge("a", 1, 100)}, seconds(1)));
}

TEST_F(Ledger, WhatCanNeverFitIsSaidSo) {
  const auto refused = reserve({charge("a", 101, 100)}, seconds(0));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().why, Why::never_fits);
}

TEST_F(Ledger, MemoryIsBoundedAndIdleBudgetsGiveWay) {
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(reserve({charge(std::to_string(i), 1, 10)}, seconds(0), 50));
  const auto refused = reserve({charge("one more", 1, 10)}, seconds(1), 50);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().why, Why::too_many_subjects);
  EXPECT_EQ(ledger_->subjects(), 50u);
  EXPECT_TRUE(reserve({charge("3", 1, 10)}, seconds(1), 50)) << "those that are kept go on";
  EXPECT_TRUE(reserve({charge("one more", 1, 10)}, seconds(63), 50));
  EXPECT_LE(ledger_->subjects(), 50u);
}

TEST_F(Ledger, BudgetsOfRunningRequestsDoNotGiveWay) {
  std::vector<BudgetLedger::Reservation> running;
  for (int i = 0; i < 50; ++i)
    running.push_back(std::move(*reserve({charge(std::to_string(i), 5, 10)}, seconds(0), 50)));
  EXPECT_FALSE(reserve({charge("one more", 1, 10)}, seconds(1'000), 50)) << "windows are empty, requests still run";
  for (auto& one : running) one.settle(std::vector<std::int64_t>{10}, at(seconds(1'000)));
  EXPECT_FALSE(reserve({charge("7", 6, 10)}, seconds(1'001), 50));
  EXPECT_TRUE(reserve({charge("7", 5, 10)}, seconds(1'001), 50));
}

TEST_F(Ledger, IdleBudgetsAreReclaimedAheadOfNeed) {
  for (int i = 0; i < 2'000; ++i) {
    static_cast<void>(reserve({charge(std::to_string(i), 1, 10)}, seconds(i), 100'000));
  }
  EXPECT_LT(ledger_->subjects(), 200u) << "a minute's worth, and some";
}

// The promise: in every stretch of time as long as the unit, no more is used than the limit, beyond what requests used
// above their own reservation; and that holds up those who come later.
TEST_F(Ledger, NeverMoreThanTheLimitInAnyUnitOfTime) {
  constexpr std::int64_t kLimit = 1'000;
  struct Use {
    nanoseconds when;
    std::int64_t amount;
  };
  struct Running {
    BudgetLedger::Reservation reservation;
    nanoseconds begun, ends;
    std::int64_t reserved, actual;
  };
  for (unsigned seed = 1; seed <= 20; ++seed) {
    std::mt19937 random(seed);
    ledger_ = std::make_shared<BudgetLedger>();
    std::vector<Use> uses, excess;
    std::vector<Running> running;
    nanoseconds now = seconds(1'000);
    std::size_t admitted = 0;
    for (int step = 0; step < 1'500; ++step) {
      now += milliseconds(1 + random() % 400);
      std::erase_if(running, [&](Running& one) {
        if (one.ends > now) return false;
        one.reservation.settle(std::vector<std::int64_t>{one.actual}, at(now));
        uses.push_back({one.begun, std::min(one.actual, one.reserved)});
        if (one.actual > one.reserved) excess.push_back({now, one.actual - one.reserved});
        return true;
      });
      const std::int64_t reserved = 1 + static_cast<std::int64_t>(random() % 120);
      auto reservation = reserve({charge("a", reserved, kLimit)}, now);
      if (!reservation) continue;
      ++admitted;
      const bool honest = random() % 4 != 0;  // one in four uses more than it said
      const std::int64_t actual =
          static_cast<std::int64_t>(random() % static_cast<unsigned>(honest ? reserved + 1 : 2 * reserved));
      running.push_back({std::move(*reservation), now, now + milliseconds(random() % 90'000), reserved, actual});
    }
    for (const Running& one : running) uses.push_back({one.begun, one.reserved});
    ASSERT_GT(admitted, 50u);
    const auto within = [](const std::vector<Use>& all, nanoseconds from) {
      std::int64_t sum = 0;
      for (const Use& use : all) sum += use.when > from - minutes(1) && use.when <= from ? use.amount : 0;
      return sum;
    };
    // At every admission: everything of the last minute, the excess of others included.
    for (const Use& use : uses) {
      ASSERT_LE(within(uses, use.when) + within(excess, use.when), kLimit) << "seed " << seed;
    }
  }
}

TEST_F(Ledger, ParallelRequestsDoNotOvershoot) {
  std::atomic<int> admitted{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 500; ++i) {
        auto reservation = reserve({charge("a", 1, 700), charge("b" + std::to_string(i), 1, 4)}, seconds(1), 100'000);
        if (reservation) ++admitted;
        if (reservation) reservation->settle(std::vector<std::int64_t>{1, 1}, at(seconds(1)));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(admitted, 700);
}

}  // namespace
}  // namespace signalbox::auth
