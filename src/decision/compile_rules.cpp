#include "decision/compile_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "signals/registry.h"

namespace signalbox::decision {

namespace {
constexpr int kMaxDepth = 64;
constexpr std::size_t kMaxNodes = 100'000;

std::vector<std::string> leaf_types() {
  std::vector<std::string> types{"projection"};
  for (const signals::Type* type : signals::registry()) types.emplace_back(type->leaf);
  return types;
}
}  // namespace

NodeId RuleCompiler::add(RuleNode node) {
  program_.forest.nodes.push_back(node);
  return static_cast<NodeId>(program_.forest.nodes.size() - 1);
}

NodeId RuleCompiler::never() {
  return add({.op = RuleNode::Op::any_of});
}

NodeId RuleCompiler::compile(const RuleSpec& rule, int depth) {
  if (depth > kMaxDepth || program_.forest.nodes.size() > kMaxNodes) {
    diagnostics_.error(rule.path, "rule_too_deep",
                       fmt::format("rules may nest {} levels and hold {} nodes", kMaxDepth, kMaxNodes));
    return never();
  }
  if (rule.is_empty()) return depth == 0 ? kNone : add({.op = RuleNode::Op::all_of});
  if (rule.is_leaf() && (rule.op || rule.conditions)) {
    diagnostics_.error(rule.path, "leaf_and_composite",
                       "a node is either a leaf (type, name) or a composite (operator, conditions), not both",
                       "move the leaf into conditions");
    return never();
  }
  const bool composed = rule.op || rule.conditions;
  return composed ? composite(rule, depth) : leaf(rule);
}

NodeId RuleCompiler::composite(const RuleSpec& rule, int depth) {
  const std::string op = rule.op.value_or("AND");
  static const std::vector<RuleSpec> kNothing;
  const std::vector<RuleSpec>& conditions = rule.conditions ? *rule.conditions : kNothing;
  if (rule.has_leaf_keys()) {
    diagnostics_.error(rule.path, "leaf_key_on_composite",
                       "predicate, label, on_error and on_unknown belong to leaves, not to an operator");
  }
  if (op == "NOT" && conditions.size() != 1) {
    diagnostics_.error(
        rule.path + ".conditions", "not_arity",
        fmt::format("NOT needs exactly one condition, found {}", conditions.size()),
        conditions.size() > 1 ? "wrap the conditions in one OR (none of them) or AND (not all of them)" : "");
    return never();
  }
  std::vector<NodeId> children;
  for (const RuleSpec& condition : conditions) children.push_back(compile(condition, depth + 1));
  RuleNode node;
  node.op = op == "NOT" ? RuleNode::Op::negation : op == "OR" ? RuleNode::Op::any_of : RuleNode::Op::all_of;
  node.first = static_cast<std::uint32_t>(program_.forest.children.size());
  node.count = static_cast<std::uint32_t>(children.size());
  program_.forest.children.insert(program_.forest.children.end(), children.begin(), children.end());
  return add(node);
}

NodeId RuleCompiler::leaf(const RuleSpec& rule) {
  RuleLeaf leaf;
  if (!check_leaf_keys(rule) || !resolve_name(rule, leaf)) return never();
  leaf.type = *rule.type;
  leaf.name = *rule.name;
  leaf.label = rule.label.value_or("");
  if (rule.predicate && signals::check(*rule.predicate, diagnostics_)) leaf.predicate = rule.predicate;
  leaf.on_unknown = on_unknown_of(rule, leaf);
  program_.forest.leaves.push_back(std::move(leaf));
  return add({.op = RuleNode::Op::leaf, .first = static_cast<std::uint32_t>(program_.forest.leaves.size() - 1)});
}

bool RuleCompiler::check_leaf_keys(const RuleSpec& rule) {
  bool usable = true;
  if (!rule.type || !rule.name) {
    diagnostics_.error(rule.path, "missing_key",
                       fmt::format("a leaf needs type and name; {} missing",
                                   rule.type ? "name is" : (rule.name ? "type is" : "both are")));
    return false;
  }
  const bool classifier = *rule.type == "classifier";
  if (!classifier && (rule.label || rule.on_error)) {
    diagnostics_.error(rule.path + (rule.label ? ".label" : ".on_error"), "classifier_only",
                       "label and on_error belong to classifier leaves", rule.on_error ? "use on_unknown" : "");
    usable = false;
  }
  if (classifier && (!rule.label || !rule.predicate)) {
    diagnostics_.error(rule.path, "classifier_leaf", "a classifier leaf needs label and predicate");
    usable = false;
  }
  if (*rule.type == "authz" && (rule.on_unknown == OnUnknown::match || rule.on_unknown == OnUnknown::no_match)) {
    diagnostics_.error(rule.path + ".on_unknown", "identity_assumed",
                       "a role is never assumed: without a verified identity the answer is 403",
                       "remove on_unknown, or set global.services.authz.fail_open");
    usable = false;
  }
  if (rule.on_error && rule.on_unknown) {
    diagnostics_.error(rule.path + ".on_error", "two_unknown_policies", "on_error and on_unknown say the same thing",
                       "keep on_unknown");
    usable = false;
  }
  return usable;
}

bool RuleCompiler::resolve_name(const RuleSpec& rule, RuleLeaf& leaf) {
  if (*rule.type == "projection") {
    const std::vector<std::string>& outputs = program_.projections.output_names;
    const auto it = std::find(outputs.begin(), outputs.end(), *rule.name);
    if (it == outputs.end()) {
      report_unknown_name(rule, outputs);
      return false;
    }
    leaf.output = static_cast<OutputId>(it - outputs.begin());
    return true;
  }
  if (signals::find_type(*rule.type) == nullptr) {
    diagnostics_.error(rule.path + ".type", "unknown_signal_type",
                       fmt::format("\"{}\" is not a signal type", *rule.type),
                       config::did_you_mean(*rule.type, leaf_types()));
    return false;
  }
  const std::optional<SignalId> id = program_.signals.find(*rule.type, *rule.name);
  if (!id) {
    if (program_.signals.is_unusable(*rule.type, *rule.name)) return false;
    report_unknown_name(rule, program_.signals.names(*rule.type));
    return false;
  }
  leaf.signal = *id;
  return true;
}

void RuleCompiler::report_unknown_name(const RuleSpec& rule, std::vector<std::string> candidates) {
  std::string suggestion = config::did_you_mean(*rule.name, candidates);
  for (const std::string& candidate : candidates) {  // `needs_reasoning` for `needs_reasoning:hard`
    if (suggestion.empty() && candidate.starts_with(*rule.name + ":")) {
      suggestion = fmt::format("name a level, such as \"{}\"", candidate);
    }
  }
  if (suggestion.empty() && candidates.empty())
    suggestion = fmt::format("no {} is declared in this recipe", *rule.type);
  diagnostics_.error(rule.path + ".name", "dangling_reference",
                     fmt::format("{} \"{}\" is not declared in this recipe", *rule.type, *rule.name), suggestion);
}

OnUnknown RuleCompiler::on_unknown_of(const RuleSpec& rule, const RuleLeaf& leaf) const {
  if (rule.on_unknown) return *rule.on_unknown;
  if (rule.on_error) return *rule.on_error == OnError::match ? OnUnknown::match : OnUnknown::no_match;
  return leaf.signal == kNone ? OnUnknown::keep : program_.signals[leaf.signal].on_unknown;
}

}  // namespace signalbox::decision
