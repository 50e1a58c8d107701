// The configured rate limits: which budgets a request is charged to, and how much.
//
// Compiled once per configuration; immutable; part of the snapshot; any thread. The counts are the ledger's.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "auth/budget_ledger.h"
#include "auth/prices.h"
#include "auth/ratelimit_spec.h"
#include "config/diagnostics.h"

namespace signalbox::auth {

enum class Measure : std::uint8_t { requests, tokens, cost };
std::string_view to_string(Measure measure);

// Who asks for what.
struct BudgetSubject {
  std::string_view user{}, key{}, team{}, tenant{}, model{};
  std::span<const std::string> groups{};
};

// One budget of one request.
struct BudgetCharge {
  std::size_t rule = 0;
  Measure measure = Measure::requests;
  std::string subject;  // who shares it
};

class Budgets {
 public:
  // `known_keys`: names of API keys, for match.key. `priced`: the models that have prices; `served`: those that a
  // backend serves.
  struct World {
    std::set<std::string> keys{}, served{};
    std::vector<Prices> priced{};
  };
  static std::shared_ptr<const Budgets> compile(const RatelimitSpec& spec, const World& world,
                                                config::Diagnostics& diagnostics);

  bool empty() const { return rules_.empty(); }
  std::vector<BudgetCharge> charges_for(const BudgetSubject& subject) const;
  // Amounts for the ledger. `usage` is an estimate at admission and what was used at the end.
  std::int64_t amount(const BudgetCharge& charge, const Usage& usage, const Prices* prices) const;
  BudgetLedger::Charge ledger_charge(const BudgetCharge& charge, const Usage& estimate, const Prices* prices) const;
  // For people: a limit or a remainder in the measure's own unit (money has decimals).
  std::string shown(Measure measure, std::int64_t amount) const;

  const std::string& rule_name(const BudgetCharge& charge) const { return rules_[charge.rule].name; }
  bool fail_open() const { return fail_open_; }
  std::size_t max_subjects() const { return max_subjects_; }
  std::int64_t assumed_completion_tokens() const { return assumed_completion_tokens_; }

 private:
  enum Dimension : std::uint8_t { user = 1, key = 2, team = 4, tenant = 8, model = 16 };
  struct Rule {
    std::string name;
    BudgetMatchSpec match;
    std::uint8_t per = 0;
    std::int64_t requests = 0, tokens = 0, cost = 0;  // cost in billionths
    std::chrono::nanoseconds unit{};
  };
  class Compiler;
  static bool applies(const Rule& rule, const BudgetSubject& subject);
  static std::string subject_of(const Rule& rule, const BudgetSubject& subject);

  std::vector<Rule> rules_;
  bool fail_open_ = false;
  std::size_t max_subjects_ = 0;
  std::int64_t assumed_completion_tokens_ = 0;
};

}  // namespace signalbox::auth
