// Budgets: windows, the ledger's promises, and rules from the configuration.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <thread>

#include "auth/budgets.h"
#include "auth/glob.h"

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

TEST(Glob, StarsStandForAnyCharacters) {
  EXPECT_TRUE(glob_matches("*", ""));
  EXPECT_TRUE(glob_matches("gpt-*", "gpt-4o"));
  EXPECT_TRUE(glob_matches("*-mini", "gpt-4o-mini"));
  EXPECT_TRUE(glob_matches("a*b*c", "a-b-b-c"));
  EXPECT_TRUE(glob_matches("**", "x"));
  EXPECT_FALSE(glob_matches("", "x"));
  EXPECT_FALSE(glob_matches("gpt-*", "GPT-4"));
  EXPECT_FALSE(glob_matches("a*b", "a-b-c"));
  EXPECT_FALSE(glob_matches("a?c", "abc"));
  EXPECT_FALSE(glob_matches(std::string(50, '*') + "b", std::string(10'000, 'a')));
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

// ---- rules ------------------------------------------------------------------------------------------------------

struct Rules {
  config::Diagnostics diagnostics;
  std::shared_ptr<const Budgets> budgets;
  Rules(const std::vector<BudgetRuleSpec>& rules, const Budgets::World& world = {},
        const char* type = "local-limiter") {
    RatelimitSpec spec;
    spec.providers.emplace_back();
    spec.providers[0].path = "p";
    spec.providers[0].type = type;
    spec.providers[0].rules = rules;
    budgets = Budgets::compile(spec, world, diagnostics);
  }
  // "rule/measure subject" of every charge.
  std::vector<std::string> charges(const BudgetSubject& subject) const {
    std::vector<std::string> found;
    for (const BudgetCharge& one : budgets->charges_for(subject)) {
      found.push_back(budgets->rule_name(one) + "/" + std::string(to_string(one.measure)) + " " + one.subject);
    }
    return found;
  }
  std::vector<std::string> codes() const {
    std::vector<std::string> found;
    for (const config::Diagnostic& one : diagnostics.items()) found.push_back(one.code + " " + one.path);
    return found;
  }
};

BudgetRuleSpec rule(const std::string& name, BudgetMatchSpec match = {}, std::int64_t requests = 10) {
  BudgetRuleSpec spec;
  spec.path = name;
  spec.name = name;
  match.path = name + ".match";
  spec.match = match;
  spec.requests_per_unit = requests;
  return spec;
}

using testing::ElementsAre;
using testing::IsEmpty;

const std::vector<std::string> kGroups{"staff", "premium"};
const BudgetSubject kAnn{
    .user = "ann", .key = "ci", .team = "research", .tenant = "acme", .model = "small", .groups = kGroups};
const BudgetSubject kNobody{.model = "small"};

TEST(BudgetRules, CountPerUserAndModelAsVsrDoes) {
  EXPECT_THAT(Rules({rule("r")}).charges(kAnn), ElementsAre("r/requests u3:annm5:small"));
  EXPECT_THAT(Rules({rule("r", {.user = "ann", .group = "premium", .model = "small"})}).charges(kAnn),
              ElementsAre("r/requests u3:annm5:small"));
  EXPECT_THAT(Rules({rule("r", {.user = "bob"})}).charges(kAnn), IsEmpty());
  EXPECT_THAT(Rules({rule("r", {.group = "admin"})}).charges(kAnn), IsEmpty());
  EXPECT_THAT(Rules({rule("r", {.model = "large"})}).charges(kAnn), IsEmpty());
  EXPECT_THAT(Rules({rule("r", {.user = "*", .group = "*", .model = "*"})}).charges(kNobody),
              ElementsAre("r/requests u0:m5:small"));
}

TEST(BudgetRules, CountPerKeyOrTeamWhereTheyAreNamed) {
  EXPECT_THAT(Rules({rule("r", {.key = "*"})}).charges(kAnn), ElementsAre("r/requests k2:ci"));
  EXPECT_THAT(Rules({rule("r", {.team = "research"})}).charges(kAnn), ElementsAre("r/requests t8:research"));
  EXPECT_THAT(Rules({rule("r", {.key = "*"})}).charges(kNobody), IsEmpty()) << "there is no key to count for";
  EXPECT_THAT(Rules({rule("r", {.team = "*"})}).charges(kNobody), IsEmpty());
}

TEST(BudgetRules, PerSaysWhoSharesABudget) {
  BudgetRuleSpec all = rule("all"), each = rule("each");
  all.per.emplace();
  each.per = {"tenant", "user"};
  EXPECT_THAT(Rules({all, each}).charges(kAnn), ElementsAre("all/requests ", "each/requests u3:anno4:acme"));
}

TEST(BudgetRules, SeveralRulesAndMeasuresHoldAtOnce) {
  BudgetRuleSpec both = rule("both", {}, 5);
  both.tokens_per_unit = 100;
  EXPECT_THAT(Rules({rule("a"), both, rule("b", {.user = "bob"})}).charges(kAnn),
              ElementsAre("a/requests u3:annm5:small", "both/requests u3:annm5:small", "both/tokens u3:annm5:small"));
}

// Found while writing: "ab" + "c" and "a" + "bc" must not share a budget.
TEST(BudgetRules, SubjectsCannotBeForgedByNames) {
  BudgetRuleSpec spec = rule("r");
  spec.per = {"user", "team"};
  const Rules rules({spec});
  EXPECT_NE(rules.charges({.user = "at1:b", .team = "c"}), rules.charges({.user = "a", .team = "b1:c"}));
}

TEST(BudgetRules, CostFollowsThePrices) {
  const Prices prices{"small", "USD", 2.0, 10.0, 0.5};
  EXPECT_DOUBLE_EQ(cost_of({1'000'000, 100'000, 400'000}, prices), 0.6 * 2 + 0.4 * 0.5 + 1.0);
  EXPECT_DOUBLE_EQ(cost_of({1'000'000, 0, 5'000'000}, prices), 0.5) << "no more cached than prompt tokens";
  BudgetRuleSpec spec = rule("r", {}, 0);
  spec.cost_per_unit = 0.5;
  const Rules rules({spec}, {.keys = {}, .served = {"small"}, .priced = {prices}});
  EXPECT_THAT(rules.codes(), IsEmpty());
  const BudgetCharge cost = rules.budgets->charges_for(kAnn).at(0);
  const BudgetLedger::Charge charged = rules.budgets->ledger_charge(cost, {1'000, 1'000, 0}, &prices);
  EXPECT_EQ(charged.limit, 500'000'000);
  EXPECT_EQ(charged.amount, 12'000'000);
  EXPECT_EQ(rules.budgets->shown(Measure::cost, charged.limit), "0.500000");
}

TEST(BudgetRules, MistakesAreReportedWhereTheyStand) {
  EXPECT_THAT(Rules({rule("a", {}, 0)}).codes(), ElementsAre("empty_rule a"));
  EXPECT_THAT(Rules({rule("a"), rule("a")}).codes(), ElementsAre("duplicate_name a.name"));
  EXPECT_THAT(Rules({rule("a", {.key = "cii"})}, {.keys = {"ci"}, .served = {}, .priced = {}}).codes(),
              ElementsAre("dangling_reference a.match.key"));
  EXPECT_THAT(Rules({rule("a", {.key = "c*"})}, {.keys = {"ci"}, .served = {}, .priced = {}}).codes(), IsEmpty());
  BudgetRuleSpec cost = rule("a", {}, 0);
  cost.cost_per_unit = 1;
  const Prices usd{"small", "USD", 1, 1, {}}, eur{"large", "EUR", 1, 1, {}};
  EXPECT_THAT(Rules({cost}, {.keys = {}, .served = {"small", "free"}, .priced = {usd}}).codes(),
              ElementsAre("unpriced_model a.cost_per_unit"));
  EXPECT_THAT(Rules({cost}, {.keys = {}, .served = {}, .priced = {usd, eur}}).codes(),
              ElementsAre("mixed_currencies a.cost_per_unit"));
  cost.match.model = "small";
  EXPECT_THAT(Rules({cost}, {.keys = {}, .served = {"small", "free"}, .priced = {usd, eur}}).codes(), IsEmpty());
  EXPECT_THAT(Rules({}, {}, "envoy-ratelimit").codes(), ElementsAre("unsupported_protective p.type"));
}

}  // namespace
}  // namespace signalbox::auth
