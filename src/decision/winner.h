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
  bool decided = false;               // no open signal can change which decision wins, or that none does
  std::optional<std::size_t> winner;  // decided: the winner, or none
  // Not settled: decisions that must be known better before it is.
  std::vector<std::size_t> relevant;
};

// Judges the beliefs of all decisions (same order as program.decisions). `eligible[i]` false leaves decision i out.
//
// Sound by monotonicity: in every ordering (priority, confidence, tiers) a higher confidence never lowers a decision.
// So a decision is beaten for certain when one that surely matches comes before it, the one at the lower end of its
// confidence interval and the other at its upper end. Tier mode depends on which decisions match; while that is open, a
// decision is beaten only when it is beaten in both orderings (one with a tier: in tier mode, which its match turns
// on). The winner is decided when one decision is left unbeaten and surely matches: being beaten has no cycles.
Verdict judge(const Program& program, const Semantics& semantics, std::span<const Belief> beliefs,
              const std::vector<bool>& eligible);

}  // namespace signalbox::decision
