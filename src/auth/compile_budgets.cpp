// From the configuration's text to rules, with every mistake reported where it stands.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "auth/budgets.h"
#include "auth/glob.h"

namespace signalbox::auth {

namespace {

std::chrono::nanoseconds length_of(BudgetUnit unit) {
  using std::chrono::hours;
  static constexpr std::array<std::chrono::nanoseconds, 5> kLengths{std::chrono::seconds(1), std::chrono::minutes(1),
                                                                    hours(1), hours(24), hours(24 * 30)};
  return kLengths[static_cast<std::size_t>(unit)];
}

}  // namespace

class Budgets::Compiler {
 public:
  Compiler(const World& world, config::Diagnostics& diagnostics) : world_(world), diagnostics_(diagnostics) {}

  std::shared_ptr<const Budgets> run(const RatelimitSpec& spec) {
    out_->fail_open_ = spec.fail_open;
    out_->max_subjects_ = static_cast<std::size_t>(spec.max_subjects);
    out_->assumed_completion_tokens_ = spec.assumed_completion_tokens.tokens;
    for (const RatelimitProviderSpec& provider : spec.providers) {
      if (provider.type == "local-limiter") {
        for (const BudgetRuleSpec& rule : provider.rules) add(rule);
      } else if (provider.type == "envoy-ratelimit") {
        diagnostics_.warning(config::join(provider.path, "type"), "unsupported_protective",
                             "envoy-ratelimit is not acted upon: this provider limits nothing",
                             "state its limits as rules of a local-limiter");
      }
    }
    return out_;
  }

 private:
  void add(const BudgetRuleSpec& spec) {
    if (!spec.name.empty() && !names_.insert(spec.name).second) {
      error(spec.path, "name", "duplicate_name", fmt::format("rule \"{}\" is declared twice", spec.name));
    }
    if (spec.requests_per_unit == 0 && spec.tokens_per_unit == 0 && spec.cost_per_unit == 0) {
      error(spec.path, "", "empty_rule", "a rule needs requests_per_unit, tokens_per_unit or cost_per_unit");
    }
    check_key(spec);
    if (spec.cost_per_unit > 0) check_prices(spec);
    Rule rule;
    rule.name = spec.name;
    rule.match = spec.match;
    rule.per = per_of(spec);
    rule.requests = spec.requests_per_unit;
    rule.tokens = spec.tokens_per_unit;
    rule.cost = static_cast<std::int64_t>(std::ceil(spec.cost_per_unit * 1e9));
    rule.unit = length_of(spec.unit);
    out_->rules_.push_back(std::move(rule));
  }

  void error(const std::string& path, std::string_view key, std::string_view code, std::string message,
             std::string suggestion = {}) {
    diagnostics_.error(key.empty() ? path : config::join(path, key), code, std::move(message), std::move(suggestion));
  }

  void check_key(const BudgetRuleSpec& spec) {
    const std::string& pattern = spec.match.key;
    const bool known = std::any_of(world_.keys.begin(), world_.keys.end(),
                                   [&](const std::string& name) { return glob_matches(pattern, name); });
    if (pattern.empty() || pattern == "*" || known) return;
    error(spec.match.path, "key", "dangling_reference", fmt::format("no API key is called \"{}\"", pattern),
          config::did_you_mean(pattern, {world_.keys.begin(), world_.keys.end()}));
  }

  // Money that is not counted is a hole in the budget, and two currencies have no sum.
  void check_prices(const BudgetRuleSpec& spec) {
    std::set<std::string> currencies, priced;
    for (const Prices& prices : world_.priced) {
      priced.insert(prices.model);
      if (covers(spec, prices.model)) currencies.insert(prices.currency);
    }
    for (const std::string& name : world_.served) {
      if (!covers(spec, name) || priced.contains(name)) continue;
      error(spec.path, "cost_per_unit", "unpriced_model",
            fmt::format("model \"{}\" has no prices: this budget would not count it", name),
            "state its pricing (0 where it is free), or narrow match.model");
    }
    if (currencies.size() > 1) {
      error(spec.path, "cost_per_unit", "mixed_currencies",
            "the models of this budget have prices in several currencies", "one rule for each, with match.model");
    }
  }

  static bool covers(const BudgetRuleSpec& spec, const std::string& name) {
    return spec.match.model.empty() || glob_matches(spec.match.model, name);
  }

  static std::uint8_t per_of(const BudgetRuleSpec& spec) {
    static constexpr std::array<std::pair<std::string_view, Dimension>, 5> kNames{
        {{"user", user}, {"key", key}, {"team", team}, {"tenant", tenant}, {"model", model}}};
    unsigned per = 0;
    if (spec.per) {
      for (const auto& [name, dimension] : kNames) {
        if (std::find(spec.per->begin(), spec.per->end(), name) != spec.per->end()) per |= dimension;
      }
      return static_cast<std::uint8_t>(per);
    }
    if (!spec.match.key.empty()) per |= key;
    if (!spec.match.team.empty()) per |= team;
    return static_cast<std::uint8_t>(per != 0 ? per : unsigned{user} | unsigned{model});
  }

  const World& world_;
  config::Diagnostics& diagnostics_;
  std::shared_ptr<Budgets> out_ = std::make_shared<Budgets>();
  std::set<std::string> names_;
};

std::shared_ptr<const Budgets> Budgets::compile(const RatelimitSpec& spec, const World& world,
                                                config::Diagnostics& diagnostics) {
  return Compiler(world, diagnostics).run(spec);
}

}  // namespace signalbox::auth
