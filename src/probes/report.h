// What became of a probe file: per probe, per decision, per group of tags, and whether the whole counts as passed.
//
// Plain values; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox::probes {

enum class Status : std::uint8_t {
  passed,
  failed,
  needs_model,  // signals that could not be evaluated leave the decision open
};
std::string_view to_string(Status status);

// What a signal measured and what it was held against.
struct Score {
  std::string signal;  // "embedding:billing"
  std::string state;   // match, no_match
  double value = 0, threshold = 0;
};

struct ProbeResult {
  std::string id, decision;  // of the variant, of its entry in the file
  Status status = Status::failed;
  std::string expected_decision, actual_decision;  // "": none
  std::vector<std::string> failures;               // sentences
  std::vector<std::string> unchecked;              // expectations on unknown signals, while the decision is determined
  std::vector<std::string> unknown_signals;        // "kb:best_math (model_missing)"
  std::vector<Score> scores;                       // where RunOptions::scores asks for them
  std::vector<std::string> tags;                   // with their groups: language:zh and language
};

struct Tally {
  std::size_t total = 0, passed = 0, failed = 0, needs_model = 0;
  void add(Status status);
  // Percent of the probes that could be judged; strict: of all. Absent when there are none.
  std::optional<double> pass_rate(bool strict) const;
};

// One demand of `acceptance` or `coverage`.
struct Criterion {
  std::string name;  // "min_tag_counts.language"
  double required = 0;
  std::optional<double> actual;  // absent: nothing could be judged
  bool met = true;
};

struct ProbeReport {
  std::string name;
  bool strict = false;
  Tally all;
  std::vector<ProbeResult> probes;                       // in file order
  std::vector<std::pair<std::string, Tally>> decisions;  // in file order
  std::map<std::string, Tally> tags;
  std::vector<Criterion> acceptance;  // rates, also those per tag
  std::vector<Criterion> coverage;    // what the file asserts of the configuration
  bool ok = false;                    // exit code 0; see run.h
};

// {total, passed, failed, needs_model, ok, probes[{id, decision, status, failures[], …}], decisions, tags, …}
nlohmann::ordered_json report_json(const ProbeReport& report);
// For a terminal: what did not pass and why, with its scores, then the sums. `verbose` lists the passed probes too.
std::string report_text(const ProbeReport& report, bool verbose = false);

}  // namespace signalbox::probes
