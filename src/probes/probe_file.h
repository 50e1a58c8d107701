// A probe file as written: requests with the routing that is expected of them (schema_version v1).
//
// Text is taken literally: nothing in a probe file is expanded from the environment, so that a prompt may speak of
// $HOME. Keys that only a remote runner needs (endpoint, timeout, concurrency, routing_assets) are read and not used
// here. A loaded ProbeFile is complete: every request of it can be built. Plain values; immutable after load; any
// thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/describe.h"
#include "config/diagnostics.h"

namespace signalbox::probes {

// How a list of expected names is compared: all of them are there, or they and no others.
enum class NameMatch : std::uint8_t { contains, exact };
enum class Placement : std::uint8_t { before, after, around };

using NamesByType = std::map<std::string, std::vector<std::string>>;  // {keywords: [urgent], projection: [hard]}

struct ImageFixture {
  std::string path, description, media_type, data_base64, sha256;
};

struct Fixtures {
  std::map<std::string, ImageFixture> images;
};

// Lines of filler around a query.
struct Padding {
  std::string text;
  std::int64_t repeat = 1;
  Placement placement = Placement::after;
};

// A text part of one character, inserted so that the message's text reaches a number of bytes.
struct GeneratedText {
  std::int64_t message_index = 0, content_index = 0, target_text_bytes = 0;
  std::string character = "x";
};

struct Variant {
  std::string path, id, notes;
  std::optional<std::string> query;                       // this or
  std::optional<std::vector<config::AnyValue>> messages;  // OpenAI messages, with image_fixture parts
  std::vector<config::AnyValue> tools;
  std::optional<std::int64_t> repeat;
  std::optional<Padding> padding;
  std::optional<GeneratedText> generated_text;
  std::vector<std::string> tags;
  NamesByType expected_signals;  // besides the decision's
};

struct Robustness {
  std::optional<double> min_pass_rate;
};

struct DecisionProbes {
  std::string path, id, model, expected_algorithm, expected_alias, objective, notes;
  std::string expected_recipe = "default";
  std::optional<std::string> expected_decision;  // default: id; "" expects that no decision matches
  std::vector<std::string> expected_plugins, forbidden_plugins;
  NameMatch plugin_match = NameMatch::contains;
  NamesByType expected_signals, forbidden_signals;
  NameMatch signal_match = NameMatch::contains;
  Robustness robustness;
  std::vector<Variant> variants;

  const std::string& decision() const { return expected_decision ? *expected_decision : id; }
};

// Rates and shares are percentages.
struct Acceptance {
  std::optional<double> min_probe_pass_rate, min_decision_pass_rate;
};

struct Coverage {
  std::optional<double> min_signal_assertion_percent, min_projection_assertion_percent, min_algorithm_assertion_percent,
      min_plugin_assertion_percent;
  std::vector<std::string> required_request_shapes;
  std::map<std::string, std::int64_t> min_tag_counts;
  std::map<std::string, double> min_tag_pass_rate;
};

struct RoutingAssets {
  std::string yaml, dsl;
};

struct Evaluation {
  double request_timeout_seconds = 300;
  std::int64_t concurrency = 4;
};

struct ProbeFile {
  std::string schema_version = "v1", name, description, router_eval_endpoint;
  RoutingAssets routing_assets;
  Evaluation evaluation;
  Acceptance acceptance;
  Coverage coverage;
  Fixtures fixtures;
  std::vector<DecisionProbes> decisions;
};
void describe(config::Visitor& v, ProbeFile& x);

struct LoadedProbes {
  std::unique_ptr<config::Document> document;  // the diagnostics look positions up in it
  std::unique_ptr<config::Diagnostics> diagnostics;
  std::optional<ProbeFile> file;  // absent when there are errors
  bool unreadable = false;        // the file could not be read at all (exit code 2)
};

LoadedProbes load_probe_file(const std::string& path);
// One text; `name` stands for the file.
LoadedProbes load_probe_text(std::string_view yaml, const std::string& name);

}  // namespace signalbox::probes
