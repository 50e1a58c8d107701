// Rules from the configuration: whom they count for, and how much.
#include "auth/budgets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "auth/glob.h"

namespace signalbox::auth {
namespace {

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
