#include "auth/budgets.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "auth/glob.h"

namespace signalbox::auth {

namespace {

constexpr double kBillionths = 1e9;  // money is counted in billionths of a currency unit
constexpr double kMostMoney = 9e9;   // as many units as an integer of billionths holds

bool fits(const std::string& pattern, std::string_view value) {
  return pattern.empty() || glob_matches(pattern, value);
}

// `key` and `team` are ours: "*" there means that there is one.
bool fits_present(const std::string& pattern, std::string_view value) {
  return pattern.empty() || (!value.empty() && glob_matches(pattern, value));
}

}  // namespace

std::string_view to_string(Measure measure) {
  switch (measure) {
    case Measure::requests:
      return "requests";
    case Measure::tokens:
      return "tokens";
    case Measure::cost:
      return "cost";
  }
  return "requests";
}

double cost_of(const Usage& usage, const Prices& prices) {
  const std::int64_t cached = std::clamp<std::int64_t>(usage.cached_tokens, 0, usage.prompt_tokens);
  const double prompt = static_cast<double>(usage.prompt_tokens - cached) * prices.prompt +
                        static_cast<double>(cached) * prices.cached.value_or(prices.prompt);
  return (prompt + static_cast<double>(usage.completion_tokens) * prices.completion) / 1e6;
}

bool Budgets::applies(const Rule& rule, const BudgetSubject& subject) {
  const BudgetMatchSpec& match = rule.match;
  if (!fits(match.user, subject.user) || !fits(match.model, subject.model)) return false;
  if (!fits_present(match.key, subject.key) || !fits_present(match.team, subject.team)) return false;
  if (match.group.empty() || match.group == "*") return true;
  return std::any_of(subject.groups.begin(), subject.groups.end(),
                     [&](const std::string& group) { return glob_matches(match.group, group); });
}

// Each part with its length in front: no two subjects read the same.
std::string Budgets::subject_of(const Rule& rule, const BudgetSubject& subject) {
  std::string text;
  const auto append = [&](Dimension dimension, char tag, std::string_view value) {
    if ((rule.per & dimension) != 0) text += fmt::format("{}{}:{}", tag, value.size(), value);
  };
  append(user, 'u', subject.user);
  append(key, 'k', subject.key);
  append(team, 't', subject.team);
  append(tenant, 'o', subject.tenant);
  append(model, 'm', subject.model);
  return text;
}

std::vector<BudgetCharge> Budgets::charges_for(const BudgetSubject& subject) const {
  std::vector<BudgetCharge> charges;
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    const Rule& rule = rules_[i];
    if (!applies(rule, subject)) continue;
    const std::string who = subject_of(rule, subject);
    if (rule.requests > 0) charges.push_back({i, Measure::requests, who});
    if (rule.tokens > 0) charges.push_back({i, Measure::tokens, who});
    if (rule.cost > 0) charges.push_back({i, Measure::cost, who});
  }
  return charges;
}

std::int64_t Budgets::amount(const BudgetCharge& charge, const Usage& usage, const Prices* prices) const {
  switch (charge.measure) {
    case Measure::requests:
      return 1;
    case Measure::tokens:
      return usage.prompt_tokens + usage.completion_tokens;
    case Measure::cost:
      if (prices == nullptr) return 0;
      return static_cast<std::int64_t>(std::ceil(std::min(cost_of(usage, *prices), kMostMoney) * kBillionths));
  }
  return 0;
}

BudgetLedger::Charge Budgets::ledger_charge(const BudgetCharge& charge, const Usage& estimate,
                                            const Prices* prices) const {
  const Rule& rule = rules_[charge.rule];
  BudgetLedger::Charge result;
  result.unit = rule.unit;
  result.limit = charge.measure == Measure::requests ? rule.requests
                 : charge.measure == Measure::tokens ? rule.tokens
                                                     : rule.cost;
  result.amount = amount(charge, estimate, prices);
  result.key = fmt::format("{}:{}/{}/{}/{}", rule.name.size(), rule.name, to_string(charge.measure), rule.unit.count(),
                           charge.subject);
  return result;
}

std::string Budgets::shown(Measure measure, std::int64_t amount) const {
  if (measure != Measure::cost) return fmt::format("{}", amount);
  return fmt::format("{:.6f}", static_cast<double>(amount) / kBillionths);
}

}  // namespace signalbox::auth
