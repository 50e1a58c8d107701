#include "decision/reach.h"

#include <algorithm>

namespace signalbox::decision {

namespace {

// Scores form a graph in which one score may be an input of many: each is visited once.
class Walk {
 public:
  explicit Walk(const Program& program)
      : program_(program), found_(program.signals.size()), seen_(program.projections.scores.size(), false) {}

  void node(NodeId id) {
    if (id == kNone) return;
    const RuleNode& node = program_.forest.nodes[id];
    if (node.op == RuleNode::Op::leaf) return leaf(program_.forest.leaves[node.first]);
    for (std::uint32_t i = 0; i < node.count; ++i) this->node(program_.forest.children[node.first + i]);
  }

  void leaf(const RuleLeaf& leaf) {
    if (leaf.signal != kNone) signal(leaf.signal);
    if (leaf.output != kNone) output(leaf.output);
  }

  SignalSet take() { return std::move(found_); }

 private:
  void signal(SignalId id) {
    if (found_.contains(id)) return;
    found_.insert(id);
    node(program_.composer[id]);
    for (const Partition& partition : program_.projections.partitions) {
      if (std::find(partition.members.begin(), partition.members.end(), id) == partition.members.end()) continue;
      for (const SignalId member : partition.members) signal(member);
    }
  }

  void output(OutputId id) { score(program_.projections.mappings[program_.projections.output_mapping[id]].score); }

  void score(ScoreId id) {
    if (seen_[id]) return;
    seen_[id] = true;
    for (const ScoreInput& input : program_.projections.scores[id].inputs) {
      if (input.signal != kNone) signal(input.signal);
      if (input.score != kNone) score(input.score);
      if (input.output != kNone) output(input.output);
    }
  }

  const Program& program_;
  SignalSet found_;
  std::vector<bool> seen_;
};

}  // namespace

SignalSet reachable(const Program& program, NodeId root) {
  Walk walk(program);
  walk.node(root);
  return walk.take();
}

SignalSet reachable(const Program& program, const RuleLeaf& leaf) {
  Walk walk(program);
  walk.leaf(leaf);
  return walk.take();
}

}  // namespace signalbox::decision
