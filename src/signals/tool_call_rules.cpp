#include <array>

#include "signals/tool_call.h"

namespace signalbox::signals {
namespace {

constexpr std::array<config::EnumName, 2> kCallScopes{{
    {static_cast<int>(CallScope::conversation), "conversation"},
    {static_cast<int>(CallScope::last_turn), "last_turn"},
}};

bool check_subject(const WherePredicate& where, config::Diagnostics& diagnostics) {
  if (where.argument.has_value() != where.result.has_value()) return true;
  diagnostics.error(where.path, "where_subject", "a predicate reads either an argument or a result of the call",
                    "give exactly one of argument and result");
  return false;
}

bool check_operator(const WherePredicate& where, config::Diagnostics& diagnostics) {
  const NumericPredicate bounds = where.bounds();
  const int given = int{where.equals.has_value()} + int{where.in.has_value()} + int{where.matches.has_value()} +
                    int{where.exists.has_value()} + int{!bounds.empty()};
  if (given == 1) return bounds.empty() || check(bounds, diagnostics);
  if (given == 0) {
    diagnostics.error(where.path, "empty_predicate", "the predicate says nothing about the value",
                      "add equals, in, matches, exists or bounds");
  } else {
    diagnostics.error(where.path, "conflicting_predicate", "equals, in, matches, exists and bounds exclude one another",
                      "use one predicate for each");
  }
  return false;
}

bool check_numbers(const ToolCallRule& rule, config::Diagnostics& diagnostics) {
  bool good = true;
  for (const auto* number : {&rule.count, &rule.repeated, &rule.depth}) {
    if (*number) good = check(**number, diagnostics) && good;
  }
  return good;
}

}  // namespace

std::span<const config::EnumName> enum_names(CallScope) {
  return kCallScopes;
}

void describe(config::Visitor& v, WherePredicate& x) {
  v.object("ToolCallPredicate",
           "What one value in a call's arguments or results must be; it holds when any value that "
           "the path reaches does.",
           &x.path);
  v.field("argument", x.argument,
          {.doc = "JSON path into the arguments: $.command, amount, items[*].id; $ is the whole.", .ours = true});
  v.field("result", x.result,
          {.doc = "JSON path into the results. A result that is no JSON is one text, reached by $.", .ours = true});
  v.field("equals", x.equals, {.doc = "The value is this: text, number, true, false or null.", .ours = true});
  v.field("in", x.in, {.doc = "The value is one of these.", .non_empty = true, .ours = true});
  v.field("matches", x.matches, {.doc = "The value's text contains a match of this RE2 pattern.", .ours = true});
  v.field("exists", x.exists,
          {.doc = "true: the path reaches a text, number, boolean or null. false: it reaches none.", .ours = true});
  v.field("gt", x.gt, {.doc = "The value is a number greater than this.", .ours = true});
  v.field("gte", x.gte, {.doc = "The value is a number, this or greater.", .ours = true});
  v.field("lt", x.lt, {.doc = "The value is a number less than this.", .ours = true});
  v.field("lte", x.lte, {.doc = "The value is a number, this or less.", .ours = true});
}

void describe(config::Visitor& v, ToolCallRule& x) {
  describe_rule(v, x, "ToolCallSignal",
                "Matches on the tool calls that the model made. tools, undeclared and where select calls; count, "
                "repeated and depth bound numbers; everything given must hold.");
  v.field("scope", x.scope,
          {.doc = "Which calls are looked at: of the whole conversation, or since the last user "
                  "message.",
           .ours = true});
  v.field("tools", x.tools,
          {.doc = "Names of tools, exact or with * and ?; re: before an RE2 pattern for the whole name. Empty: all.",
           .ours = true});
  v.field("undeclared", x.undeclared, {.doc = "Only calls of tools that the request does not offer.", .ours = true});
  v.field("where", x.where, {.doc = "What the call's arguments or results must hold; all of the list.", .ours = true});
  v.field("count", x.count, {.doc = "Bounds on the number of selected calls. Without it one is enough.", .ours = true});
  v.field("repeated", x.repeated,
          {.doc = "Bounds on how often the same selected call (name and arguments) was made.", .ours = true});
  v.field("depth", x.depth, {.doc = "Bounds on the rounds of tool calls since the last user message.", .ours = true});
}

bool check(const ToolCallRule& rule, config::Diagnostics& diagnostics) {
  bool good = check_numbers(rule, diagnostics);
  for (const WherePredicate& where : rule.where) {
    const bool subject = check_subject(where, diagnostics);
    good = check_operator(where, diagnostics) && subject && good;
  }
  return good;
}

}  // namespace signalbox::signals
