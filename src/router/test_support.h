// For tests of router/: configurations from text, requests from JSON, and what was found or decided.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/evidence.h"
#include "protocol/request.h"
#include "router/judge.h"
#include "router/load.h"

namespace signalbox::router {

inline std::optional<std::string> no_variables(const std::string&) {
  return std::nullopt;
}

inline Loaded loaded(std::string_view yaml) {
  return load_text(yaml, "config.yaml", no_variables);
}

// A configuration that must be free of errors.
inline std::shared_ptr<const Snapshot> snapshot_of(std::string_view yaml) {
  const Loaded result = loaded(yaml);
  if (!result.snapshot) throw std::invalid_argument(config::to_text(result.diagnostics->items().front()));
  return result.snapshot;
}

// "path code: message" of everything that was found.
inline std::vector<std::string> said(const Loaded& result) {
  std::vector<std::string> texts;
  for (const config::Diagnostic& d : result.diagnostics->items())
    texts.push_back(d.path + " " + d.code + ": " + d.message);
  return texts;
}

// "code path" of every warning.
inline std::vector<std::string> warnings_of(std::string_view yaml) {
  const Loaded result = loaded(yaml);
  std::vector<std::string> said;
  for (const config::Diagnostic& d : result.diagnostics->items()) {
    said.push_back((d.severity == config::Severity::error ? "ERROR " : "") + d.code + " " + d.path);
  }
  return said;
}

inline protocol::Request parsed(std::string_view body) {
  std::expected<protocol::Request, protocol::Error> request = protocol::parse_openai_chat(body);
  if (!request) throw std::invalid_argument(request.error().message);
  return std::move(*request);
}

// Judges one user message sent to `model`. The text must outlive the result.
inline Judgement judge_text(const Snapshot& snapshot, std::string_view model, std::string_view text,
                            const JudgeOptions& options = {}) {
  return judge_request(snapshot, model, evidence::from_text(text), options);
}

}  // namespace signalbox::router
