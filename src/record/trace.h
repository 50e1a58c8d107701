// How a decision was reached, as plain data: what explain, the eval API and replay records show.
//
// Field names follow VSR's eval trace (reference: `eval_trace[]`); `state` is ours and says what `matched` cannot.
#pragma once

#include <string>
#include <vector>

namespace signalbox::record {

struct TraceNode {
  std::string node_type;    // leaf | AND | OR | NOT
  std::string signal_type;  // leaf
  std::string signal_name;  // leaf
  std::string label;        // leaf of a classifier
  std::string state;        // match | no_match | unknown | assumed_match | assumed_no_match | skipped
  std::string reason;       // why it is unknown or assumed
  bool matched = false;
  double confidence = 0;
  std::vector<TraceNode> children;
};

struct DecisionTrace {
  std::string decision_name;
  std::string state;  // match | no_match | unknown | skipped
  bool matched = false;
  double confidence = 0;
  TraceNode root;
};

}  // namespace signalbox::record
