#include "signals/rule.h"

#include <fmt/format.h>

#include <cmath>

#include "config/diagnostics.h"

namespace signalbox::signals {

void describe_rule(config::Visitor& v, RuleBase& rule, std::string_view type_name, std::string_view doc) {
  v.object(type_name, doc, &rule.path);
  v.field("name", rule.name,
          {.doc = "Name by which decisions and projections refer to this rule.", .required = true, .non_empty = true});
  v.field("description", rule.description, {.doc = "For people; not evaluated."});
  v.field("security", rule.security,
          {.doc = "An unknown result counts as a match, and decisions that use this rule are security decisions. "
                  "Without it the default of the signal type holds.",
           .ours = true});
}

void describe_rule(config::Visitor& v, TextRule& rule, std::string_view type_name, std::string_view doc) {
  describe_rule(v, static_cast<RuleBase&>(rule), type_name, doc);
  v.field("scope", rule.scope, {.doc = "Which text of the request is read.", .ours = true});
}

void describe(config::Visitor& v, NumericPredicate& predicate) {
  v.object("NumericPredicate", "Bounds on a number; at least one, at most one of a side.", &predicate.path);
  v.field("gt", predicate.gt, {.doc = "The value is greater than this."});
  v.field("gte", predicate.gte, {.doc = "The value is this or greater."});
  v.field("lt", predicate.lt, {.doc = "The value is less than this."});
  v.field("lte", predicate.lte, {.doc = "The value is this or less."});
}

bool NumericPredicate::holds(double value) const {
  return (!gt || value > *gt) && (!gte || value >= *gte) && (!lt || value < *lt) && (!lte || value <= *lte);
}

namespace {

bool check_finite(const NumericPredicate& predicate, config::Diagnostics& diagnostics) {
  const std::pair<std::string_view, const std::optional<double>&> bounds[] = {
      {"gt", predicate.gt}, {"gte", predicate.gte}, {"lt", predicate.lt}, {"lte", predicate.lte}};
  bool good = true;
  for (const auto& [key, bound] : bounds) {
    if (!bound || std::isfinite(*bound)) continue;
    diagnostics.error(config::join(predicate.path, key), "not_finite", "the bound is not a finite number");
    good = false;
  }
  return good;
}

bool check_sides(const NumericPredicate& predicate, config::Diagnostics& diagnostics) {
  const bool double_lower = predicate.gt && predicate.gte;
  const bool double_upper = predicate.lt && predicate.lte;
  if (double_lower) {
    diagnostics.error(predicate.path, "double_bound", "gt and gte bound the same side", "keep one of them");
  }
  if (double_upper) {
    diagnostics.error(predicate.path, "double_bound", "lt and lte bound the same side", "keep one of them");
  }
  return !double_lower && !double_upper;
}

bool check_range(const NumericPredicate& predicate, config::Diagnostics& diagnostics) {
  const std::optional<double> low = predicate.gt ? predicate.gt : predicate.gte;
  const std::optional<double> high = predicate.lt ? predicate.lt : predicate.lte;
  if (!low || !high) return true;
  const bool open = predicate.gt || predicate.lt;
  if (*low < *high || (*low == *high && !open)) return true;
  diagnostics.error(predicate.path, "reversed_range",
                    fmt::format("no number lies between the lower bound {} and the upper bound {}", *low, *high));
  return false;
}

}  // namespace

bool check(const NumericPredicate& predicate, config::Diagnostics& diagnostics) {
  if (predicate.empty()) {
    diagnostics.error(predicate.path, "empty_predicate", "the predicate has no bound", "add gt, gte, lt or lte");
    return false;
  }
  if (!check_finite(predicate, diagnostics) || !check_sides(predicate, diagnostics)) return false;
  return check_range(predicate, diagnostics);
}

}  // namespace signalbox::signals
