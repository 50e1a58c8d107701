// tool_call (ours): predicates on the tool calls of a conversation. The rule struct and its checks.
//
//   tool_call:
//     - name: destructive_shell
//       tools: [shell, "bash_*", "re:run_.+"]
//       where:
//         - {argument: $.command, matches: '\brm\s+-[a-z]*r'}
//     - {name: big_refund, tools: [refund], where: [{argument: amount, gt: 1000}]}
//     - {name: failing, tools: [deploy], where: [{result: status, in: [failed, error]}]}
//     - {name: looping, repeated: {gte: 3}}
//     - {name: deep, depth: {gte: 10}}
//     - {name: made_up_tool, undeclared: true}
//
// A rule selects calls (tools, undeclared, where: all of them must hold for a call) and then asks how many there are
// (count; default: at least one), how often one of them was repeated, and how deep the tool loop is. Internal to
// signals/; a rule is plain data, owned by the configuration.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/diagnostics.h"
#include "signals/rule.h"

namespace signalbox::signals {

enum class CallScope : std::uint8_t { conversation, last_turn };
std::span<const config::EnumName> enum_names(CallScope);

struct WherePredicate {
  std::string path;
  std::optional<std::string> argument;  // JSON path into the call's arguments
  std::optional<std::string> result;    // JSON path into its results
  std::optional<std::string> equals;
  std::optional<std::vector<std::string>> in;
  std::optional<std::string> matches;
  std::optional<bool> exists;
  std::optional<double> gt, gte, lt, lte;

  NumericPredicate bounds() const { return {.path = path, .gt = gt, .gte = gte, .lt = lt, .lte = lte}; }
};
void describe(config::Visitor& v, WherePredicate& x);

struct ToolCallRule : RuleBase {
  CallScope scope = CallScope::conversation;
  std::vector<std::string> tools;
  bool undeclared = false;
  std::vector<WherePredicate> where;
  std::optional<NumericPredicate> count;
  std::optional<NumericPredicate> repeated;
  std::optional<NumericPredicate> depth;
};
void describe(config::Visitor& v, ToolCallRule& x);

// Reports what is wrong with a rule (patterns and paths apart). True when it can be evaluated.
bool check(const ToolCallRule& rule, config::Diagnostics& diagnostics);

}  // namespace signalbox::signals
