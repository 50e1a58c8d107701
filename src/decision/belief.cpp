#include "decision/belief.h"

#include <algorithm>

namespace signalbox::decision {

Belief resolve(Belief belief, OnUnknown on_unknown) {
  if (!belief.can_be_unknown || on_unknown == OnUnknown::keep || on_unknown == OnUnknown::block) return belief;
  belief.can_be_unknown = false;
  if (on_unknown == OnUnknown::no_match) {
    belief.can_miss = true;
    return belief;
  }
  belief.low = belief.can_match ? std::min(belief.low, 1.0) : 1.0;
  belief.high = 1.0;
  belief.can_match = true;
  return belief;
}

Belief negate(const Belief& child) {
  Belief result;
  result.can_match = child.can_miss;
  result.can_miss = child.can_match;
  result.can_be_unknown = child.can_be_unknown;
  result.low = result.high = result.can_match ? 1.0 : 0.0;
  // NOT reports neither its child's confidence nor its rules: a single truth value is enough.
  result.settled = child.single();
  return result;
}

Belief AllOf::result() const {
  if (count_ == 0) return Belief::match(0);
  if (settled_miss_) return Belief::miss();
  Belief result = acc_;
  result.can_be_unknown = all_match_or_unknown_ && any_unknown_;
  result.low = result.can_match ? low_ / count_ : 0;
  result.high = result.can_match ? high_ / count_ : 0;
  return result;
}

Belief AnyOf::result() const {
  if (count_ == 0) return Belief::miss();
  Belief result;
  result.can_match = can_match_;
  result.can_miss = all_miss_;
  result.can_be_unknown = no_child_matches_possible_ && any_unknown_;
  result.high = can_match_ ? high_ : 0;
  result.low = sure_ ? low_sure_ : (can_match_ ? low_possible_ : 0);
  const bool best_stands =
      best_confidence_ >= 0 && open_high_ <= best_confidence_ && open_high_before_ < best_confidence_;
  result.settled = all_settled_ || best_stands;
  if (result.settled && sure_) result.low = result.high = best_confidence_;
  return result;
}

}  // namespace signalbox::decision
