// Which decision wins, and whether that is certain although some signals are still open.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "decision/belief.h"
#include "decision/program.h"
#include "decision/semantics.h"

namespace signalbox::decision {

struct Verdict {
  bool settled = false;               // no open signal can change the winner, its confidence or its matched rules
  std::optional<std::size_t> winner;  // settled: the winner, or none
  // Not settled: decisions that must be known better before it is.
  std::vector<std::size_t> relevant;
};

// Judges the beliefs of all decisions (same order as program.decisions). `eligible[i]` false leaves decision i out.
//
// Sound by monotonicity: in every ordering (priority, confidence, tiers) a higher confidence never lowers a decision, so
// an opponent is beaten for certain when it is beaten at the upper end of its confidence interval. Tier mode depends on
// which decisions match; while that is open, both orderings must agree.
Verdict judge(const Program& program, const Semantics& semantics, std::span<const Belief> beliefs,
              const std::vector<bool>& eligible);

// Does `winner` (or none) win whatever the open signals turn out to be? Less than settled: its confidence and its matched
// rules may still change.
bool surely_wins(const Program& program, const Semantics& semantics, std::span<const Belief> beliefs,
                 const std::vector<bool>& eligible, const std::optional<std::size_t>& winner);

}  // namespace signalbox::decision
