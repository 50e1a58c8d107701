#include "auth/ratelimit_spec.h"

#include <array>

namespace signalbox::auth {

std::span<const config::EnumName> enum_names(BudgetUnit) {
  static constexpr std::array<config::EnumName, 5> kNames{
      {{0, "second"}, {1, "minute"}, {2, "hour"}, {3, "day"}, {4, "month"}}};
  return kNames;
}

void describe(config::Visitor& v, BudgetMatchSpec& x) {
  v.object("BudgetMatch", "Which requests a rule counts: all that are named must fit; * stands for any characters.",
           &x.path);
  v.field("user", x.user, {.doc = "User."});
  v.field("group", x.group, {.doc = "One of the user's groups."});
  v.field("model", x.model, {.doc = "Model that was chosen."});
  v.field("key", x.key, {.doc = "Name of the API key.", .ours = true});
  v.field("team", x.team, {.doc = "Team.", .ours = true});
}

void describe(config::Visitor& v, BudgetRuleSpec& x) {
  static constexpr std::array<std::string_view, 5> kPer{"user", "key", "team", "tenant", "model"};
  v.object("BudgetRule", "A budget over any stretch of time as long as its unit. Of several rules that fit, all hold.",
           &x.path);
  v.field("name", x.name,
          {.doc = "Shown in metrics, and in the answer that refuses.", .required = true, .non_empty = true});
  v.field("match", x.match, {.doc = "Which requests it counts. Default: all."});
  v.field(
      "per", x.per,
      {.doc = "Who has a budget of their own; an empty list is one for all. Default: user and model, as in VSR; key "
              "or team where match names them.",
       .choices = kPer,
       .ours = true});
  v.field("requests_per_unit", x.requests_per_unit, {.doc = "Requests; 0 does not count them.", .min = 0, .max = 1e12});
  v.field("tokens_per_unit", x.tokens_per_unit,
          {.doc = "Tokens of prompts and completions; 0 does not count them.", .min = 0, .max = 1e15});
  v.field("cost_per_unit", x.cost_per_unit,
          {.doc = "Money, by providers.models[].pricing; 0 does not count it.", .min = 0, .max = 1e9, .ours = true});
  v.field("unit", x.unit, {.doc = "second, minute, hour, day, or month (30 days)."});
}

void describe(config::Visitor& v, RatelimitProviderSpec& x) {
  static constexpr std::array<std::string_view, 2> kTypes{"local-limiter", "envoy-ratelimit"};
  v.object("RatelimitProvider", "What counts.", &x.path);
  v.field("type", x.type,
          {.doc = "local-limiter counts in this process; envoy-ratelimit is not acted upon.",
           .required = true,
           .choices = kTypes});
  v.field("rules", x.rules, {.doc = "Budgets of local-limiter."});
  v.field("address", x.address, {.doc = "Of envoy-ratelimit; not acted upon."});
  v.field("domain", x.domain, {.doc = "Of envoy-ratelimit; not acted upon."});
}

void describe(config::Visitor& v, RatelimitSpec& x) {
  v.object("Ratelimit", "How much a client may ask for. Counts are this process's own and begin anew when it starts.",
           &x.path);
  v.field("fail_open", x.fail_open,
          {.doc = "Requests pass uncounted when their budget cannot be kept (max_subjects), instead of 429."});
  v.field("max_subjects", x.max_subjects,
          {.doc = "Most budgets kept at once (about 0.5 KB each); idle ones give way. Above it new ones are refused.",
           .min = 1,
           .max = 10'000'000,
           .ours = true});
  v.field("assumed_completion_tokens", x.assumed_completion_tokens,
          {.doc = "Tokens set aside for the answer to a request that sets no max_tokens.", .ours = true});
  v.field("providers", x.providers, {.doc = "What counts."});
}

}  // namespace signalbox::auth
