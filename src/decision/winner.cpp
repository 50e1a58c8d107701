#include "decision/winner.h"

#include <algorithm>

namespace signalbox::decision {

namespace {

// The best of the decisions that surely match, in each ordering that is possible: tiers come first as soon as one
// matched decision has a tier.
struct Ordering {
  bool possible = false;
  std::optional<std::size_t> floor;
};

class Judge {
 public:
  Judge(const Program& program, const Semantics& semantics, std::span<const Belief> beliefs,
        const std::vector<bool>& eligible)
      : program_(program), semantics_(semantics), beliefs_(beliefs), eligible_(eligible) {
    find_orderings();
    if (tiered_.possible) tiered_.floor = floor(true);
    if (plain_.possible) plain_.floor = floor(false);
  }

  Verdict run() const {
    Verdict verdict;
    verdict.relevant.reserve(beliefs_.size());
    std::size_t unbeaten = 0;
    std::size_t last = 0;
    for (std::size_t i = 0; i < beliefs_.size(); ++i) {
      if (!may_match(i) || beaten(i)) continue;
      ++unbeaten;
      last = i;
      if (!beliefs_[i].settled) verdict.relevant.push_back(i);
    }
    verdict.decided = unbeaten == 0 || (unbeaten == 1 && beliefs_[last].surely_matches());
    verdict.settled = unbeaten == 0 || (verdict.decided && beliefs_[last].settled);
    if (verdict.decided && unbeaten == 1) verdict.winner = last;
    if (unbeaten > 1) add_tier_switches(verdict.relevant);
    return verdict;
  }

 private:
  bool may_match(std::size_t i) const { return eligible_[i] && beliefs_[i].can_match; }
  bool has_tier(std::size_t i) const { return program_.decisions[i].tier > 0; }

  void find_orderings() {
    plain_.possible = true;
    for (std::size_t i = 0; i < beliefs_.size(); ++i) {
      if (!has_tier(i) || !may_match(i)) continue;
      tiered_.possible = true;
      if (beliefs_[i].surely_matches()) plain_.possible = false;
    }
  }

  bool before(std::size_t a, double confidence_a, std::size_t b, double confidence_b, bool tiers) const {
    const CompiledDecision& x = program_.decisions[a];
    const CompiledDecision& y = program_.decisions[b];
    return semantics_.before({x.tier, confidence_a, x.priority, x.name}, {y.tier, confidence_b, y.priority, y.name},
                             tiers, program_.strategy);
  }

  std::optional<std::size_t> floor(bool tiers) const {
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < beliefs_.size(); ++i) {
      if (!eligible_[i] || !beliefs_[i].surely_matches()) continue;
      if (!best || before(i, beliefs_[i].low, *best, beliefs_[*best].low, tiers)) best = i;
    }
    return best;
  }

  bool beaten_in(const Ordering& ordering, std::size_t i, bool tiers) const {
    if (!ordering.floor || *ordering.floor == i) return false;
    return before(*ordering.floor, beliefs_[*ordering.floor].low, i, beliefs_[i].high, tiers);
  }

  bool beaten(std::size_t i) const {
    if (tiered_.possible && !beaten_in(tiered_, i, true)) return false;
    return !plain_.possible || has_tier(i) || beaten_in(plain_, i, false);
  }

  // While the ordering itself is open, decisions with a tier matter even when they cannot win.
  void add_tier_switches(std::vector<std::size_t>& relevant) const {
    if (!tiered_.possible || !plain_.possible) return;
    for (std::size_t i = 0; i < beliefs_.size(); ++i) {
      if (!has_tier(i) || !may_match(i) || beliefs_[i].settled) continue;
      if (std::find(relevant.begin(), relevant.end(), i) == relevant.end()) relevant.push_back(i);
    }
  }

  const Program& program_;
  const Semantics& semantics_;
  std::span<const Belief> beliefs_;
  const std::vector<bool>& eligible_;
  Ordering tiered_;
  Ordering plain_;
};

}  // namespace

Verdict judge(const Program& program, const Semantics& semantics, std::span<const Belief> beliefs,
              const std::vector<bool>& eligible) {
  return Judge(program, semantics, beliefs, eligible).run();
}

}  // namespace signalbox::decision
