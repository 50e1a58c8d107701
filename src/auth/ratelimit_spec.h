// `global.services.ratelimit` as written: how much a client may ask for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/describe.h"
#include "config/values.h"

namespace signalbox::auth {

enum class BudgetUnit : std::uint8_t { second, minute, hour, day, month };
std::span<const config::EnumName> enum_names(BudgetUnit);

struct BudgetMatchSpec {
  std::string path{}, user{}, group{}, model{}, key{}, team{};
};

struct BudgetRuleSpec {
  std::string path, name;
  BudgetMatchSpec match;
  std::optional<std::vector<std::string>> per;
  std::int64_t requests_per_unit = 0, tokens_per_unit = 0;
  double cost_per_unit = 0;
  BudgetUnit unit = BudgetUnit::minute;
};

struct RatelimitProviderSpec {
  std::string path, type, address, domain;
  std::vector<BudgetRuleSpec> rules;
};

struct RatelimitSpec {
  std::string path;
  bool fail_open = false;
  std::int64_t max_subjects = 100'000;
  config::TokenCount assumed_completion_tokens{1'000};
  std::vector<RatelimitProviderSpec> providers;
};

void describe(config::Visitor& v, BudgetMatchSpec& x);
void describe(config::Visitor& v, BudgetRuleSpec& x);
void describe(config::Visitor& v, RatelimitProviderSpec& x);
void describe(config::Visitor& v, RatelimitSpec& x);

}  // namespace signalbox::auth
