// Rules and projections evaluated over what is known of the signals so far.
//
// Every node's belief is computed in one pass over the forest (children stand in front of their parents) whenever more
// became known; asking for one is then a look-up. One Evaluator belongs to one decision of one request. Not
// thread-safe.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "decision/belief.h"
#include "decision/program.h"
#include "decision/semantics.h"
#include "decision/signal_set.h"
#include "record/trace.h"
#include "signals/signal.h"

namespace signalbox::decision {

// What is known of one signal.
enum class Knowledge : std::uint8_t { open, known };

// What an unknown signal stands for.
enum class Unknowns : std::uint8_t {
  as_they_are,    // itself: each leaf's on_unknown decides
  blocking_open,  // a leaf with on_unknown: block that is or may become unknown may still be anything
  all_open,       // every unknown signal may still be anything
};

// A score as far as it is known.
struct ScoreBelief {
  Interval value;
  bool open = false;     // some input was not evaluated yet
  bool unknown = false;  // some input is unknown
};

class Evaluator {
 public:
  Evaluator(const Program& program, const Semantics& semantics, std::span<const signals::SignalResult> results,
            std::span<const Knowledge> knowledge);

  // A copy of `start` that looks at other results, of which as little is known. Spares computing what is true of every
  // request before anything is known of it.
  Evaluator(const Evaluator& start, std::span<const signals::SignalResult> results,
            std::span<const Knowledge> knowledge);

  // Recomputes everything from results and knowledge. Call after either changed.
  void refresh();

  // Takes unknown signals differently from now on, and recomputes everything.
  void assume(Unknowns unknowns);

  // A decision's rule; kNone: a match of confidence 0.
  Belief node(NodeId id) const { return id == kNone ? Belief::match(0) : nodes_[id]; }
  Belief leaf(const RuleLeaf& leaf) const;
  // The leaf as it is before on_unknown.
  Belief unresolved(const RuleLeaf& leaf) const;
  const Belief& output(OutputId id) const { return outputs_[id]; }
  const ScoreBelief& score(ScoreId id) const { return scores_[id]; }

  // Adds the open signals that could still change this node.
  void collect_open(NodeId id, SignalSet& needed);
  // "type:name" of the leaves that a settled match rests on, in VSR's order.
  void matched_rules(NodeId id, std::vector<std::string>& rules) const;
  record::TraceNode trace(NodeId id) const;

 private:
  bool is_open(SignalId id) const;
  void compute_signals();
  void compute_nodes(NodeId begin, NodeId end);
  void compute_projections();
  Belief computed(const RuleNode& node) const;
  Belief predicate_belief(const RuleLeaf& leaf) const;
  Belief compare_score(const RuleLeaf& leaf) const;
  Belief with_composer(SignalId id, Belief belief) const;
  void compute_score(ScoreId id);
  void compute_mapping(const Mapping& mapping);
  Interval input_value(const ScoreInput& input, ScoreBelief& into) const;
  Interval signal_value(const ScoreInput& input, ScoreBelief& into) const;
  Interval output_value(const ScoreInput& input, ScoreBelief& into) const;
  Interval raw_value(const ScoreInput& input, ScoreBelief& into) const;
  void collect_node(NodeId id, SignalSet& needed);
  void collect_signal(SignalId id, SignalSet& needed);
  void collect_output(OutputId id, SignalSet& needed);
  void collect_score(ScoreId id, SignalSet& needed);
  record::TraceNode trace_leaf(const RuleLeaf& leaf) const;

  const Program& program_;
  const Semantics& semantics_;
  std::span<const signals::SignalResult> results_;
  std::span<const Knowledge> knowledge_;
  Unknowns unknowns_ = Unknowns::as_they_are;
  std::vector<Belief> signals_;  // by SignalId, without composer; a known one is computed once
  std::vector<Belief> nodes_;    // by NodeId
  std::vector<ScoreBelief> scores_;
  std::vector<Belief> outputs_;
  std::vector<std::uint8_t> collected_;  // by ScoreId: visited by the present collect_open
};

}  // namespace signalbox::decision
