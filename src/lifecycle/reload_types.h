// What a reload is asked for by, and what became of it. Plain values.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostics.h"
#include "router/snapshot.h"

namespace signalbox::lifecycle {

enum class Source : std::uint8_t { file, signal, api };
std::string_view to_string(Source source);

enum class Outcome : std::uint8_t {
  applied,
  unchanged,        // the files say what is in force already
  unreadable,       // a file cannot be read
  too_large,        // the files together exceed max_document_bytes
  invalid,          // mistakes: see the diagnostics
  missing_models,   // security signals without a model, and the process was not started with --degraded
  over_memory_cap,  // with the new snapshot the process would hold more than it may
  refused,          // something that is renewed with the configuration says no (a certificate that cannot be read)
  failed            // an exception
};
std::string_view to_string(Outcome outcome);
constexpr bool is_good(Outcome outcome) {
  return outcome == Outcome::applied || outcome == Outcome::unchanged;
}

struct ReloadResult {
  Source source = Source::file;
  Outcome outcome = Outcome::failed;
  std::string message;      // a sentence; no values out of the configuration
  std::string fingerprint;  // of what is in force now, whatever the outcome
  std::vector<config::Diagnostic> diagnostics;
  std::vector<std::string> needs_restart;  // paths that differ from what the process was started with
  std::chrono::system_clock::time_point at;

  bool good() const { return is_good(outcome); }
  std::size_t errors() const;
};

// Something beside the snapshot that a reload renews: certificates, keys, tokens. All hooks are called on the reload
// thread, for every reload that SIGHUP or the API asks for, and for file changes that alter the configuration or one of
// `files`. The first hook that refuses ends the reload: nothing is changed then, nor was anything before.
struct Reloadable {
  std::string name;
  // Reads and checks what `next` asks for. Returns what puts it into force (called after the swap; must not fail), or a
  // sentence that says why not.
  std::function<std::expected<std::function<void()>, std::string>(const router::Snapshot& next)> prepare;
  // Files that `next` needs and whose change is a reason to reload; may be empty.
  std::function<std::vector<std::string>(const router::Snapshot& next)> files = {};
};

}  // namespace signalbox::lifecycle
