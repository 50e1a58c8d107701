// For the tests of this folder: a small configuration, and loading that must succeed.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "probes/probe_file.h"
#include "router/load.h"

namespace signalbox::probes::test {

// Keywords decide; one decision hangs on a signal whose model is missing.
inline constexpr std::string_view kConfig = R"(
version: v0.3
providers:
  defaults: {default_model: small}
  models:
    - {name: small, backend_refs: [{name: a, endpoint: "127.0.0.1:1"}]}
    - {name: large, backend_refs: [{name: b, endpoint: "127.0.0.1:1"}]}
routing:
  signals:
    keywords:
      - {name: urgent, operator: OR, keywords: [urgent]}
      - {name: code, operator: OR, keywords: [compile]}
      - {name: maybe, operator: OR, keywords: [maybe]}
      - {name: unused, operator: OR, keywords: [never]}
    context:
      - {name: long, min_tokens: 1K, max_tokens: 1M}
    embeddings:
      - {name: topic, threshold: 0.5, candidates: [a topic of some kind]}
  decisions:
    - name: fast
      priority: 100
      rules: {operator: OR, conditions: [{type: keyword, name: urgent}]}
      modelRefs: [{model: large}, {model: small}]
      algorithm: {type: static}
      plugins:
        - {type: system_prompt, configuration: {enabled: true, system_prompt: Be quick.}}
    - name: team
      priority: 90
      rules: {operator: AND, conditions: [{type: keyword, name: code}]}
      modelRefs: [{model: large}, {model: small}]
      algorithm: {type: fusion, fusion: {model: small}}
    - name: guess
      priority: 50
      rules: {operator: AND, conditions: [{type: keyword, name: maybe}, {type: embedding, name: topic}]}
      modelRefs: [{model: large}]
    - name: bulk
      priority: 20
      rules: {operator: OR, conditions: [{type: context, name: long}]}
      modelRefs: [{model: small}]
    - name: rest
      priority: 10
      modelRefs: [{model: small}]
)";

inline std::shared_ptr<const router::Snapshot> snapshot(std::string_view config = kConfig) {
  const router::Loaded loaded = router::load_text(config, "test.yaml", nullptr);
  for (const config::Diagnostic& item : loaded.diagnostics->items()) {
    if (item.severity == config::Severity::error) ADD_FAILURE() << config::to_text(item);
  }
  return loaded.snapshot;
}

inline ProbeFile probes(std::string_view yaml) {
  LoadedProbes loaded = load_probe_text(yaml, "probes.yaml");
  for (const config::Diagnostic& item : loaded.diagnostics->items()) ADD_FAILURE() << config::to_text(item);
  return loaded.file ? std::move(*loaded.file) : ProbeFile{};
}

// All findings of a file that must not load, one a line.
inline std::string findings(std::string_view yaml) {
  const LoadedProbes loaded = load_probe_text(yaml, "probes.yaml");
  EXPECT_FALSE(loaded.file.has_value());
  std::string text;
  for (const config::Diagnostic& item : loaded.diagnostics->items()) text += config::to_text(item) + "\n";
  return text;
}

}  // namespace signalbox::probes::test
