// The demands that a probe file makes of its own results (acceptance) and of itself (coverage).
//
// Pure; any thread.
#pragma once

#include <vector>

#include "probes/probe_file.h"
#include "probes/report.h"
#include "router/snapshot.h"

namespace signalbox::probes {

// Rates over `report`'s tallies. A rate of nothing (every probe needs a model) is met.
std::vector<Criterion> judge_acceptance(const ProbeFile& file, const ProbeReport& report);

// Shares of the recipes that the file speaks of: signals and projection outputs named in expectations, decisions with
// an expected algorithm, plugins of decisions that are expected; request shapes; numbers of probes by tag. Percentages
// are compared as VSR writes them, rounded to one decimal. A share of nothing is 100.
std::vector<Criterion> judge_coverage(const ProbeFile& file, const router::Snapshot& snapshot);

// See run.h. Takes the report's acceptance and coverage into account.
bool is_ok(const ProbeFile& file, const ProbeReport& report);

}  // namespace signalbox::probes
