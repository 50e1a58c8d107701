// What is known of a truth value while some signals are still open.
//
// A rule tree is evaluated in Kleene's three-valued logic (true, false, unknown). To decide which signals may be
// skipped, the same tree is evaluated over *sets* of truth values: a signal that was not evaluated could still become
// any of the three, with any confidence in [0,1]. A Belief is such a set with bounds on the confidence; it
// over-approximates (occurrences of one signal in two places are treated as independent), so "settled" is never claimed
// wrongly. With every signal evaluated, each Belief is a single value and the evaluation is exactly Kleene's.
//
// Reference: S. C. Kleene, Introduction to Metamathematics (1952), §64 (strong three-valued logic).
#pragma once

#include <algorithm>
#include <cstdint>

namespace signalbox::decision {

struct Belief {
  bool can_match = false;
  bool can_miss = false;
  bool can_be_unknown = false;
  // No open signal can change the truth, the confidence or the matched rules.
  bool settled = true;
  // Bounds of the confidence in case of a match.
  double low = 0;
  double high = 0;

  static Belief match(double confidence) { return {true, false, false, true, confidence, confidence}; }
  static Belief miss() { return {false, true, false, true, 0, 0}; }
  static Belief unknown() { return {false, false, true, true, 0, 0}; }
  // Nothing is known yet.
  static Belief open(double low = 0, double high = 1) { return {true, true, true, false, low, high}; }

  bool surely_matches() const { return can_match && !can_miss && !can_be_unknown; }
  bool surely_misses() const { return !can_match && can_miss && !can_be_unknown; }
  bool surely_unknown() const { return !can_match && !can_miss && can_be_unknown; }
  bool single() const { return can_match + can_miss + can_be_unknown == 1; }
};

// What a leaf does with an unknown signal. Resolved at the leaf, before any operator, NOT included.
enum class OnUnknown : std::uint8_t { keep, no_match, match, block };

// The leaf's belief after on_unknown: unknown becomes a miss or a match of confidence 1.0. keep and block leave it.
Belief resolve(Belief belief, OnUnknown on_unknown);

Belief negate(const Belief& child);

// AND: all children; confidence is their arithmetic mean (VSR). Empty: a match of confidence 0.
class AllOf {
 public:
  void add(const Belief& child);
  Belief result() const;

 private:
  Belief acc_{true, false, false, true, 0, 0};
  bool settled_miss_ = false;
  bool all_match_or_unknown_ = true;
  bool any_unknown_ = false;
  double low_ = 0, high_ = 0;
  std::uint32_t count_ = 0;
};

// OR: any child; confidence is the maximum, and the matched rules are those of the first child that reaches it (VSR).
// Empty: a miss.
class AnyOf {
 public:
  void add(const Belief& child);
  Belief result() const;
  // Index of the child whose rules are the matched ones (meaningful when the result surely matches and is settled).
  std::uint32_t best() const { return best_; }

 private:
  std::uint32_t count_ = 0;
  bool can_match_ = false, all_miss_ = true, sure_ = false, any_unknown_ = false, all_settled_ = true;
  bool no_child_matches_possible_ = true;  // every child could end without a match
  double low_sure_ = 0;                    // largest lower bound among sure matches
  double low_possible_ = 2;                // smallest lower bound among possible matches
  double high_ = 0;
  // The first child that surely matches, is settled, and has the largest confidence.
  std::uint32_t best_ = 0;
  double best_confidence_ = -1;
  // Bounds of the unsettled children, split at best_: they must not be able to take its place.
  double open_high_ = -1;         // highest of all unsettled children
  double open_high_before_ = -1;  // highest of the unsettled children in front of best_
};

// In the header because the engine calls them for every node of every rule.
inline void AllOf::add(const Belief& child) {
  ++count_;
  acc_.can_match = acc_.can_match && child.can_match;
  acc_.can_miss = acc_.can_miss || child.can_miss;
  acc_.settled = acc_.settled && child.settled;
  settled_miss_ = settled_miss_ || child.surely_misses();
  all_match_or_unknown_ = all_match_or_unknown_ && (child.can_match || child.can_be_unknown);
  any_unknown_ = any_unknown_ || child.can_be_unknown;
  low_ += child.low;
  high_ += child.high;
}

inline void AnyOf::add(const Belief& child) {
  const std::uint32_t index = count_++;
  all_miss_ = all_miss_ && child.can_miss;
  any_unknown_ = any_unknown_ || child.can_be_unknown;
  all_settled_ = all_settled_ && child.settled;
  no_child_matches_possible_ = no_child_matches_possible_ && (child.can_miss || child.can_be_unknown);
  if (child.can_match) {
    can_match_ = true;
    high_ = std::max(high_, child.high);
    low_possible_ = std::min(low_possible_, child.low);
  }
  if (child.surely_matches()) {
    sure_ = true;
    low_sure_ = std::max(low_sure_, child.low);
    if (child.settled && child.low > best_confidence_) {
      best_ = index;
      best_confidence_ = child.low;
      open_high_before_ = open_high_;
    }
  }
  if (!child.settled && child.can_match) open_high_ = std::max(open_high_, child.high);
}

}  // namespace signalbox::decision
