#include "decision/winner.h"

namespace signalbox::decision {

namespace {

// Which orderings are possible: tiers come first as soon as one matched decision has a tier.
struct TierModes {
  bool may_be_on = false;
  bool may_be_off = true;
};

class Judge {
 public:
  Judge(const Program& program, const Semantics& semantics, std::span<const Belief> beliefs,
        const std::vector<bool>& eligible)
      : program_(program), semantics_(semantics), beliefs_(beliefs), eligible_(eligible), modes_(tier_modes()) {}

  Verdict run() const {
    Verdict verdict;
    const std::optional<std::size_t> best = best_settled_match();
    bool contested = false;
    for (std::size_t i = 0; i < beliefs_.size(); ++i) {
      if (!may_match(i) || i == best) continue;
      if (best && surely_before(*best, i)) continue;
      contested = true;
      if (!beliefs_[i].settled) verdict.relevant.push_back(i);
    }
    add_tier_switches(best, contested, verdict);
    verdict.settled = !contested;
    if (verdict.settled) verdict.winner = best;
    return verdict;
  }

  // Without a winner: nothing may match. With one: it matches, and at its lowest confidence beats all others at their
  // highest.
  bool surely_first(const std::optional<std::size_t>& winner) const {
    if (winner && !(eligible_[*winner] && beliefs_[*winner].surely_matches())) return false;
    for (std::size_t i = 0; i < beliefs_.size(); ++i) {
      if (i == winner || !may_match(i)) continue;
      if (!winner || !surely_before(*winner, i)) return false;
    }
    return true;
  }

 private:
  bool may_match(std::size_t i) const { return eligible_[i] && beliefs_[i].can_match; }

  TierModes tier_modes() const {
    TierModes modes;
    for (std::size_t i = 0; i < beliefs_.size(); ++i) {
      if (!may_match(i) || program_.decisions[i].tier == 0) continue;
      modes.may_be_on = true;
      if (beliefs_[i].surely_matches()) modes.may_be_off = false;
    }
    return modes;
  }

  Rank rank(std::size_t i, double confidence) const {
    const CompiledDecision& d = program_.decisions[i];
    return {d.tier, confidence, d.priority, d.name};
  }

  bool before(std::size_t a, double confidence_a, std::size_t b, double confidence_b, bool tiers) const {
    return semantics_.before(rank(a, confidence_a), rank(b, confidence_b), tiers, program_.strategy);
  }

  // Does `winner`, which matches for certain, come before `other` in every ordering and at every confidence that the two
  // may have?
  bool surely_before(std::size_t winner, std::size_t other) const {
    const double confidence = beliefs_[winner].low;
    const double highest = beliefs_[other].high;
    if (modes_.may_be_on && !before(winner, confidence, other, highest, true)) return false;
    return !modes_.may_be_off || before(winner, confidence, other, highest, false);
  }

  // The best decision that matches for certain with settled confidence and rules, in the ordering that holds (or, while
  // both are possible, one of the two: the contest then decides).
  std::optional<std::size_t> best_settled_match() const {
    const bool tiers = modes_.may_be_on && !modes_.may_be_off;
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < beliefs_.size(); ++i) {
      if (!eligible_[i] || !beliefs_[i].surely_matches() || !beliefs_[i].settled) continue;
      if (!best || before(i, beliefs_[i].low, *best, beliefs_[*best].low, tiers)) best = i;
    }
    return best;
  }

  // While the ordering itself is open, decisions with a tier matter even when they cannot win.
  void add_tier_switches(std::optional<std::size_t> best, bool contested, Verdict& verdict) const {
    if (!contested || !(modes_.may_be_on && modes_.may_be_off)) return;
    std::vector<bool> listed(beliefs_.size(), false);
    for (const std::size_t i : verdict.relevant) listed[i] = true;
    for (std::size_t i = 0; i < beliefs_.size(); ++i) {
      if (listed[i] || i == best || !may_match(i) || beliefs_[i].settled || program_.decisions[i].tier == 0) continue;
      verdict.relevant.push_back(i);
    }
  }

  const Program& program_;
  const Semantics& semantics_;
  std::span<const Belief> beliefs_;
  const std::vector<bool>& eligible_;
  const TierModes modes_;
};

}  // namespace

Verdict judge(const Program& program, const Semantics& semantics, std::span<const Belief> beliefs,
              const std::vector<bool>& eligible) {
  return Judge(program, semantics, beliefs, eligible).run();
}

bool surely_wins(const Program& program, const Semantics& semantics, std::span<const Belief> beliefs,
                 const std::vector<bool>& eligible, const std::optional<std::size_t>& winner) {
  return Judge(program, semantics, beliefs, eligible).surely_first(winner);
}

}  // namespace signalbox::decision
