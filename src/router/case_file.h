// For the tests of this folder: routing cases written as text files (tests/cases/*.cases).
//
// A file holds configurations and, after each, the cases it judges:
//
//     version: v1                          # of the configurations that follow; v0.3 unless said
//     config <<<                           # what stands under `routing:` (the runner adds models small and big)
//     signals:
//       keywords: [{name: urgent, operator: OR, keywords: [urgent]}]
//     decisions:
//       - {name: hot, rules: {type: keyword, name: urgent}}
//     >>>
//     top <<<                              # optional: further top-level keys (recipes, entrypoints, global)
//     >>>                                  # a model folder that exists stands for a bag-of-words embedder
//     include: examples/quickstart.yaml    # instead of config: a whole configuration of this repository
//
//     case "insurgent is not urgent"
//     text: an insurgent\u{200B} word      # \u{HEX}, \n, \t, \r, \\ are escapes; line ends and outer blanks are cut
//     decision: -                          # none
//
// Request keys: text, repeat (the text that often, joined by newlines), image (files of examples/pictures), messages,
// tools, metadata (JSON), body (JSON as it stands), ask (the model asked for; auto), identity (user=… groups=a,b).
// Expectation keys, at least one: decision, outcome (forbidden | unavailable | unjudged), error (a code), recipe,
// model, confidence, rules and matched (exactly these, or with + in front at least these), unmatched, unknown, assumed,
// values (name=number). A line that begins with a blank continues the one above; # at the start of a line comments.
// A mistake becomes a case whose `fault` names it: it fails as a test, and the rest of the file still runs.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox::router::cases {

struct CaseConfig {
  std::string file;
  std::size_t line = 0;
  std::string version = "v0.3";
  std::string routing, top, include;
};

struct RoutingCase {
  std::string file;
  std::size_t line = 0;
  std::string name;
  std::string fault;  // what is wrong with the file here; "" when the case can run
  std::shared_ptr<const CaseConfig> config;
  std::map<std::string, std::string> fields;

  bool has(const std::string& key) const { return fields.contains(key); }
  std::string get(const std::string& key, const std::string& fallback = {}) const {
    const auto found = fields.find(key);
    return found == fields.end() ? fallback : found->second;
  }
};

std::vector<RoutingCase> parse_cases(std::string_view text, const std::string& file);

}  // namespace signalbox::router::cases
