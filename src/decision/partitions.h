// Partitions: of a group of rules at most one stays matched. Applied to a family's results before anything reads them.
#pragma once

#include <span>

#include "decision/program.h"
#include "decision/semantics.h"
#include "signals/signal.h"

namespace signalbox::decision {

// Every member must have been evaluated. An unknown member makes the whole group unknown.
void apply_partition(const Partition& partition, const Semantics& semantics, std::span<signals::SignalResult> results);

}  // namespace signalbox::decision
