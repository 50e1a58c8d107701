// Rules and projections evaluated over what is known of the signals so far.
//
// One Evaluator belongs to one decision of one request; it holds scratch space and is refreshed whenever more signals
// became known. Not thread-safe.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "decision/belief.h"
#include "decision/program.h"
#include "decision/semantics.h"
#include "record/trace.h"
#include "signals/signal.h"

namespace signalbox::decision {

// What is known of one signal.
enum class Knowledge : std::uint8_t { open, known };

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

  // Recomputes projections from results and knowledge. Call after either changed.
  void refresh();

  // A decision's rule; kNone: a match of confidence 0.
  Belief node(NodeId id) const;
  Belief leaf(const RuleLeaf& leaf) const;
  const Belief& output(OutputId id) const { return outputs_[id]; }
  const ScoreBelief& score(ScoreId id) const { return scores_[id]; }

  // Open signals that could still change this node; appends to `needed` (marks by SignalId).
  void collect_open(NodeId id, std::vector<bool>& needed) const;
  // "type:name" of the leaves that a settled match rests on, in VSR's order.
  void matched_rules(NodeId id, std::vector<std::string>& rules) const;
  record::TraceNode trace(NodeId id) const;

 private:
  Belief signal_belief(SignalId id) const;
  Belief predicate_belief(const RuleLeaf& leaf) const;
  Belief compare_score(const RuleLeaf& leaf) const;
  Belief with_composer(SignalId id, Belief belief) const;
  void compute_score(ScoreId id);
  void compute_mapping(const Mapping& mapping);
  Interval input_value(const ScoreInput& input, ScoreBelief& into) const;
  Interval signal_value(const ScoreInput& input, ScoreBelief& into) const;
  void collect_leaf(const RuleLeaf& leaf, std::vector<bool>& needed) const;
  void collect_score(ScoreId id, std::vector<bool>& needed) const;
  record::TraceNode trace_leaf(const RuleLeaf& leaf) const;

  const Program& program_;
  const Semantics& semantics_;
  std::span<const signals::SignalResult> results_;
  std::span<const Knowledge> knowledge_;
  std::vector<ScoreBelief> scores_;
  std::vector<Belief> outputs_;
};

}  // namespace signalbox::decision
