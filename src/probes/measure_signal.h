// What a signal measures of a request: its raw score, without what thresholds and decisions make of it.
//
// For `signalbox calibrate`. Signals are those that the default recipe uses. Blocks on models; any thread.
#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/image_reader.h"
#include "router/snapshot.h"

namespace signalbox::probes {

struct ScoredSignal {
  std::string name;         // as asked for: "embedding:billing", "classifier:topic:billing"
  std::string key;          // of the signal: "classifier:topic"
  std::string value;        // which of its named values; empty: the signal's own
  std::string fingerprint;  // of the model it is measured with; empty: none
  std::string model;        // for people: name, precision and dimension
};

// `name` is a signal's key, or that and the name of one of its values. The error is a sentence: no such signal, or it
// has no model.
std::expected<ScoredSignal, std::string> find_signal(const router::Snapshot& snapshot, std::string_view name);

struct MeasuredScore {
  std::optional<double> value;      // absent: `why`
  std::optional<double> threshold;  // that the configuration holds it against
  std::string why;                  // "unknown (timeout)", "no score"
};

// One score for each signal. `body` is an eval request. The error is a sentence: why it is no request. `images` may be
// null.
std::expected<std::vector<MeasuredScore>, std::string> measure(const router::Snapshot& snapshot, std::string_view body,
                                                               std::span<const ScoredSignal> signals,
                                                               evidence::ImageReader* images);

}  // namespace signalbox::probes
