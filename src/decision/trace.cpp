// What a settled evaluation rested on: matched rules and the trace of every node.
#include "decision/evaluator.h"

namespace signalbox::decision {

using signals::Truth;

void Evaluator::matched_rules(NodeId id, std::vector<std::string>& rules) const {
  if (id == kNone) return;
  const RuleNode& node = program_.forest.nodes[id];
  switch (node.op) {
    case RuleNode::Op::leaf: {
      const RuleLeaf& leaf = program_.forest.leaves[node.first];
      rules.push_back(leaf.type + ":" + leaf.name);
      return;
    }
    case RuleNode::Op::negation:
      return;  // NOT reports no rules
    case RuleNode::Op::all_of:
      for (std::uint32_t i = 0; i < node.count; ++i) matched_rules(program_.forest.children[node.first + i], rules);
      return;
    case RuleNode::Op::any_of: {
      AnyOf any;
      for (std::uint32_t i = 0; i < node.count; ++i) any.add(this->node(program_.forest.children[node.first + i]));
      if (this->node(id).surely_matches()) matched_rules(program_.forest.children[node.first + any.best()], rules);
      return;
    }
  }
}

namespace {
std::string state_of(const Belief& belief) {
  if (belief.surely_matches()) return "match";
  if (belief.surely_misses()) return "no_match";
  return belief.settled ? "unknown" : "skipped";
}
}  // namespace

record::TraceNode Evaluator::trace(NodeId id) const {
  if (id == kNone) {
    record::TraceNode always;
    always.node_type = "AND";
    always.state = "match";
    always.matched = true;
    return always;
  }
  const RuleNode& node = program_.forest.nodes[id];
  if (node.op == RuleNode::Op::leaf) return trace_leaf(program_.forest.leaves[node.first]);
  const Belief belief = this->node(id);
  record::TraceNode result;
  result.node_type = node.op == RuleNode::Op::all_of ? "AND" : node.op == RuleNode::Op::any_of ? "OR" : "NOT";
  result.state = state_of(belief);
  result.matched = belief.surely_matches();
  result.confidence = result.matched ? belief.low : 0;
  for (std::uint32_t i = 0; i < node.count; ++i) {
    result.children.push_back(trace(program_.forest.children[node.first + i]));
  }
  return result;
}

record::TraceNode Evaluator::trace_leaf(const RuleLeaf& leaf) const {
  const Belief belief = this->leaf(leaf);
  record::TraceNode result;
  result.node_type = "leaf";
  result.signal_type = leaf.type;
  result.signal_name = leaf.name;
  result.label = leaf.label;
  result.state = state_of(belief);
  result.matched = belief.surely_matches();
  result.confidence = result.matched ? belief.low : 0;
  if (!unresolved(leaf).surely_unknown()) return result;
  result.reason = leaf.signal != kNone && results_[leaf.signal].truth == Truth::unknown
                      ? std::string(signals::to_string(results_[leaf.signal].reason))
                      : "unknown_input";  // of a projection, or of the filter of a composer
  if (result.state != "unknown") result.state = result.matched ? "assumed_match" : "assumed_no_match";
  return result;
}

}  // namespace signalbox::decision
