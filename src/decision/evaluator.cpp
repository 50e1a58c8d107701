#include "decision/evaluator.h"

#include <algorithm>
#include <optional>

namespace signalbox::decision {

using signals::SignalResult;
using signals::Truth;

Evaluator::Evaluator(const Program& program, const Semantics& semantics, std::span<const SignalResult> results,
                     std::span<const Knowledge> knowledge)
    : program_(program),
      semantics_(semantics),
      results_(results),
      knowledge_(knowledge),
      signals_(program.signals.size(), Belief::open()),
      nodes_(program.forest.nodes.size()),
      scores_(program.projections.scores.size()),
      outputs_(program.projections.output_names.size(), Belief::unknown()) {
  refresh();
}

Evaluator::Evaluator(const Evaluator& start, std::span<const SignalResult> results,
                     std::span<const Knowledge> knowledge)
    : Evaluator(start) {
  results_ = results;
  knowledge_ = knowledge;
}

void Evaluator::assume(Unknowns unknowns) {
  unknowns_ = unknowns;
  std::fill(signals_.begin(), signals_.end(), Belief::open());
  refresh();
}

// Composers look at signals, projections at signals and composers, decisions at all of them.
void Evaluator::refresh() {
  compute_signals();
  compute_nodes(0, program_.composer_nodes);
  compute_projections();
  compute_nodes(program_.composer_nodes, static_cast<NodeId>(nodes_.size()));
}

bool Evaluator::is_open(SignalId id) const {
  return knowledge_[id] == Knowledge::open || (unknowns_ == Unknowns::all_open && results_[id].truth == Truth::unknown);
}

void Evaluator::compute_signals() {
  for (SignalId id = 0; id < signals_.size(); ++id) {
    if (signals_[id].settled || is_open(id)) continue;
    const SignalResult& result = results_[id];
    signals_[id] = result.truth == Truth::match
                       ? Belief::match(semantics_.confidence(*program_.signals[id].type, result))
                       : (result.truth == Truth::no_match ? Belief::miss() : Belief::unknown());
  }
}

void Evaluator::compute_nodes(NodeId begin, NodeId end) {
  for (NodeId id = begin; id < end; ++id) nodes_[id] = computed(program_.forest.nodes[id]);
}

Belief Evaluator::computed(const RuleNode& node) const {
  if (node.plain) return signals_[node.signal];
  if (node.op == RuleNode::Op::leaf) return leaf(program_.forest.leaves[node.first]);
  const std::span<const NodeId> children(program_.forest.children.data() + node.first, node.count);
  if (node.op == RuleNode::Op::negation) return negate(nodes_[children[0]]);
  if (node.op == RuleNode::Op::all_of) {
    AllOf all;
    for (const NodeId child : children) all.add(nodes_[child]);
    return all.result();
  }
  AnyOf any;
  for (const NodeId child : children) any.add(nodes_[child]);
  return any.result();
}

Belief Evaluator::unresolved(const RuleLeaf& leaf) const {
  if (leaf.output != kNone) return leaf.predicate ? compare_score(leaf) : outputs_[leaf.output];
  return with_composer(leaf.signal, leaf.predicate ? predicate_belief(leaf) : signals_[leaf.signal]);
}

Belief Evaluator::leaf(const RuleLeaf& leaf) const {
  const Belief belief = unresolved(leaf);
  if (unknowns_ == Unknowns::blocking_open && leaf.on_unknown == OnUnknown::block && belief.can_be_unknown) {
    return leaf.predicate ? Belief::open(1, 1) : Belief::open();
  }
  return resolve(belief, leaf.on_unknown);
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
  if (is_open(leaf.signal)) return Belief::open(1.0, 1.0);
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

void Evaluator::collect_open(NodeId id, SignalSet& needed) {
  collected_.assign(scores_.size(), 0);
  collect_node(id, needed);
}

void Evaluator::collect_node(NodeId id, SignalSet& needed) {
  if (id == kNone || nodes_[id].settled) return;
  const RuleNode& node = program_.forest.nodes[id];
  if (node.op != RuleNode::Op::leaf) {
    for (std::uint32_t i = 0; i < node.count; ++i) collect_node(program_.forest.children[node.first + i], needed);
    return;
  }
  if (node.plain) return needed.insert(node.signal);  // open, else the node would be settled
  const RuleLeaf& leaf = program_.forest.leaves[node.first];
  if (leaf.output != kNone) return collect_output(leaf.output, needed);
  collect_signal(leaf.signal, needed);
}

void Evaluator::collect_signal(SignalId id, SignalSet& needed) {
  if (knowledge_[id] == Knowledge::open) needed.insert(id);
  collect_node(program_.composer[id], needed);
}

void Evaluator::collect_output(OutputId id, SignalSet& needed) {
  collect_score(program_.projections.mappings[program_.projections.output_mapping[id]].score, needed);
}

void Evaluator::collect_score(ScoreId id, SignalSet& needed) {
  if (!scores_[id].open || collected_[id] != 0) return;
  collected_[id] = 1;  // a score may be an input of many
  for (const ScoreInput& input : program_.projections.scores[id].inputs) {
    if (input.signal != kNone) collect_signal(input.signal, needed);
    if (input.score != kNone) collect_score(input.score, needed);
    if (input.output != kNone) collect_output(input.output, needed);
  }
}

}  // namespace signalbox::decision
