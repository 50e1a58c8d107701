// What every rule under routing.signals has in common.
#pragma once

#include <optional>
#include <string>

#include "config/describe.h"
#include "signals/scope.h"

namespace signalbox::signals {

struct RuleBase {
  std::string path;  // routing.signals.keywords[2], for messages
  std::string name;
  std::string description;
  std::optional<bool> security;  // ours; absent: the type's default
};

struct TextRule : RuleBase {
  Scope scope = Scope::last_user;  // ours
};

// Call first in a rule's describe(): names the object and its common keys.
void describe_rule(config::Visitor& v, RuleBase& rule, std::string_view type_name, std::string_view doc);
void describe_rule(config::Visitor& v, TextRule& rule, std::string_view type_name, std::string_view doc);

// {gt, gte, lt, lte} on a number; at least one bound, not both of a side, a non-empty range.
struct NumericPredicate {
  std::string path;
  std::optional<double> gt, gte, lt, lte;
  bool holds(double value) const;
  bool empty() const { return !gt && !gte && !lt && !lte; }
};
void describe(config::Visitor& v, NumericPredicate& predicate);

}  // namespace signalbox::signals

namespace signalbox::config {
class Diagnostics;
}
namespace signalbox::signals {
// Reports empty_predicate, double_bound, reversed_range at the predicate's path. True when it is usable.
bool check(const NumericPredicate& predicate, config::Diagnostics& diagnostics);
}  // namespace signalbox::signals
