#include "decision/evaluator.h"

#include <optional>

namespace signalbox::decision {

using signals::SignalResult;
using signals::Truth;

Evaluator::Evaluator(const Program& program, const Semantics& semantics, std::span<const SignalResult> results,
                     std::span<const Knowledge> knowledge)
    : program_(program), semantics_(semantics), results_(results), knowledge_(knowledge),
      scores_(program.projections.scores.size()),
      outputs_(program.projections.output_names.size(), Belief::unknown()) {
  refresh();
}

Belief Evaluator::node(NodeId id) const {
  if (id == kNone) return Belief::match(0);
  const RuleNode& node = program_.forest.nodes[id];
  const std::span<const NodeId> children(program_.forest.children.data() + node.first,
                                         node.op == RuleNode::Op::leaf ? 0 : node.count);
  switch (node.op) {
    case RuleNode::Op::leaf:
      return leaf(program_.forest.leaves[node.first]);
    case RuleNode::Op::negation:
      return negate(this->node(children[0]));
    case RuleNode::Op::all_of: {
      AllOf all;
      for (const NodeId child : children) all.add(this->node(child));
      return all.result();
    }
    case RuleNode::Op::any_of: {
      AnyOf any;
      for (const NodeId child : children) any.add(this->node(child));
      return any.result();
    }
  }
  return Belief::unknown();
}

Belief Evaluator::leaf(const RuleLeaf& leaf) const {
  if (leaf.output != kNone) {
    return resolve(leaf.predicate ? compare_score(leaf) : outputs_[leaf.output], leaf.on_unknown);
  }
  const Belief belief = leaf.predicate ? predicate_belief(leaf) : signal_belief(leaf.signal);
  return resolve(with_composer(leaf.signal, belief), leaf.on_unknown);
}

Belief Evaluator::signal_belief(SignalId id) const {
  if (knowledge_[id] == Knowledge::open) return Belief::open();
  const SignalResult& result = results_[id];
  switch (result.truth) {
    case Truth::match:
      return Belief::match(semantics_.confidence(*program_.signals[id].type, result));
    case Truth::no_match:
      return Belief::miss();
    case Truth::unknown:
      return Belief::unknown();
  }
  return Belief::unknown();
}

namespace {
// The number a predicate compares: the label's score, else the raw value, else the confidence of a match (VSR §3.2). A
// signal that did not match and has no raw value has no number, and no predicate holds.
std::optional<double> predicate_value(const SignalResult& result, const std::string& label) {
  if (!label.empty()) {
    for (const auto& [name, value] : result.values) {
      if (name == label) return value;
    }
    return std::nullopt;
  }
  if (result.value) return result.value;
  if (result.truth != Truth::match) return std::nullopt;
  return result.confidence;
}
}  // namespace

Belief Evaluator::predicate_belief(const RuleLeaf& leaf) const {
  if (knowledge_[leaf.signal] == Knowledge::open) return Belief::open(1.0, 1.0);
  const SignalResult& result = results_[leaf.signal];
  if (result.truth == Truth::unknown) return Belief::unknown();
  const std::optional<double> value = predicate_value(result, leaf.label);
  return value && leaf.predicate->holds(*value) ? Belief::match(1.0) : Belief::miss();
}

// A composer filters a match by other signals: false removes it, unknown makes it unknown.
Belief Evaluator::with_composer(SignalId id, Belief belief) const {
  if (program_.composer[id] == kNone || belief.surely_misses()) return belief;
  const Belief filter = node(program_.composer[id]);
  if (filter.surely_matches()) return belief;
  Belief result = belief;
  result.can_match = belief.can_match && filter.can_match;
  result.can_miss = belief.can_miss || filter.can_miss;
  result.can_be_unknown = belief.can_be_unknown || filter.can_be_unknown;
  result.settled = filter.surely_misses() || (belief.settled && filter.single());
  if (filter.surely_misses()) result = Belief::miss();
  return result;
}

void Evaluator::collect_open(NodeId id, std::vector<bool>& needed) const {
  if (id == kNone || node(id).settled) return;
  const RuleNode& node = program_.forest.nodes[id];
  if (node.op == RuleNode::Op::leaf) {
    collect_leaf(program_.forest.leaves[node.first], needed);
    return;
  }
  for (std::uint32_t i = 0; i < node.count; ++i) collect_open(program_.forest.children[node.first + i], needed);
}

void Evaluator::collect_leaf(const RuleLeaf& leaf, std::vector<bool>& needed) const {
  if (leaf.output != kNone) {
    const std::uint32_t mapping = program_.projections.output_mapping[leaf.output];
    collect_score(program_.projections.mappings[mapping].score, needed);
    return;
  }
  if (knowledge_[leaf.signal] == Knowledge::open) needed[leaf.signal] = true;
  collect_open(program_.composer[leaf.signal], needed);
}

void Evaluator::collect_score(ScoreId id, std::vector<bool>& needed) const {
  if (!scores_[id].open) return;
  for (const ScoreInput& input : program_.projections.scores[id].inputs) {
    if (input.signal != kNone) {
      if (knowledge_[input.signal] == Knowledge::open) needed[input.signal] = true;
      collect_open(program_.composer[input.signal], needed);
    }
    if (input.score != kNone) collect_score(input.score, needed);
    if (input.output != kNone) {
      const std::uint32_t mapping = program_.projections.output_mapping[input.output];
      collect_score(program_.projections.mappings[mapping].score, needed);
    }
  }
}

}  // namespace signalbox::decision
