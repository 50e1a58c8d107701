// One eval response against what a probe expects of it.
//
// When the decision is undetermined (`determined: false`: signals that could not be evaluated could change it), nothing
// is judged. When it is determined, every expectation is checked, except those that name a signal which itself is
// unknown: they are listed as unchecked. Therefore `signal_errors` need not be empty as it must in VSR: an unknown
// signal that changes nothing is information.
//
// Pure; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "probes/probe_file.h"

namespace signalbox::probes {

// A probe's expectations with everything filled in.
struct Expectation {
  std::string decision;  // "": none matches
  std::string recipe = "default", model, alias, algorithm;
  std::vector<std::string> plugins, forbidden_plugins;
  NameMatch plugin_match = NameMatch::contains;
  NamesByType signals, forbidden_signals;
  NameMatch signal_match = NameMatch::contains;
  std::vector<std::string> recipe_decisions;  // each has one trace
};

struct Verdict {
  bool determined = true;
  std::vector<std::string> failures;   // sentences; empty when undetermined
  std::vector<std::string> unchecked;  // expectations on unknown signals
};

Verdict judge_response(const nlohmann::ordered_json& response, const Expectation& expected);

}  // namespace signalbox::probes
