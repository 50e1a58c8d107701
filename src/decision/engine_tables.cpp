#include <algorithm>

#include "decision/engine.h"
#include "decision/reach.h"

namespace signalbox::decision {

using signals::Cost;

namespace {

std::vector<bool> whole_families(const Program& program) {
  std::vector<bool> whole(program.signals.families(), false);
  for (std::uint32_t f = 0; f < whole.size(); ++f) whole[f] = program.signals.family(f).coupled();
  for (const Partition& partition : program.projections.partitions) {
    for (const SignalId id : partition.members) whole[program.signals[id].family] = true;
  }
  return whole;
}

SignalSet assumable_signals(const Program& program) {
  SignalSet result(program.signals.size());
  const auto assumes = [](OnUnknown policy) { return policy == OnUnknown::match || policy == OnUnknown::no_match; };
  for (const RuleLeaf& leaf : program.forest.leaves) {
    if (leaf.signal != kNone && assumes(leaf.on_unknown)) result.insert(leaf.signal);
  }
  for (const Score& score : program.projections.scores) {
    for (const ScoreInput& input : score.inputs) {
      if (input.signal != kNone && assumes(program.signals[input.signal].on_unknown)) result.insert(input.signal);
    }
  }
  return result;
}

}  // namespace

EngineTables::EngineTables(const Program& p, const Semantics& s)
    : program(&p),
      semantics(s),
      whole(whole_families(p)),
      used(p.signals.size()),
      identity(p.signals.size()),
      assumable(assumable_signals(p)),
      all_open(p.signals.size(), Knowledge::open),
      nothing_known(p, s, {}, all_open) {
  for (SignalId id = 0; id < p.signals.size(); ++id) {
    places.push_back({p.signals[id].family, p.signals[id].leaf});
    if (!p.used[id]) continue;
    used.insert(id);
    if (p.signals[id].identity) identity.insert(id);
  }
  for (std::uint32_t i = 0; i < p.forest.leaves.size(); ++i) {
    const RuleLeaf& leaf = p.forest.leaves[i];
    if (leaf.on_unknown == OnUnknown::block) blockers.push_back({i, reachable(p, leaf)});
  }
}

Cost EngineTables::cost(SignalId id, const evidence::Evidence& evidence) const {
  const Place& entry = places[id];
  const signals::Family& family = program->signals.family(entry.family);
  if (!whole[entry.family]) return family.cost(entry.leaf, evidence);
  Cost cost = Cost::instant;
  for (std::size_t leaf = 0; leaf < family.leaves().size(); ++leaf) cost = std::max(cost, family.cost(leaf, evidence));
  return cost;
}

}  // namespace signalbox::decision
