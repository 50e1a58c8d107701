// Which signals a rule can reach: its leaves, the filters of their composers, the inputs of their projections, and the
// partitions that these belong to. Used when a recipe is compiled, never on the request path.
#pragma once

#include "decision/program.h"
#include "decision/signal_set.h"

namespace signalbox::decision {

// Of a whole tree; nothing for kNone.
SignalSet reachable(const Program& program, NodeId root);
SignalSet reachable(const Program& program, const RuleLeaf& leaf);

}  // namespace signalbox::decision
