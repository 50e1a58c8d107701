// Errors and warnings about a configuration, collected so that all of them are shown at once.
//
// Not thread-safe: one Diagnostics belongs to one load.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "config/node.h"

namespace signalbox::config {

enum class Severity : std::uint8_t { error, warning };

// One finding. `code` is a stable snake_case word (unknown_key, wrong_type, dangling_reference, …) that tools may
// match; `message` is a sentence that says what is wrong; `suggestion` says what to write instead and may be empty.
struct Diagnostic {
  Severity severity = Severity::error;
  std::string code;
  std::string path;
  std::string message;
  std::string suggestion;
  std::string file;
  std::uint32_t line = 0;    // 1-based; 0 when the place is not in a file
  std::uint32_t column = 0;  // 1-based
};

class Diagnostics {
 public:
  Diagnostics() = default;
  // Positions are looked up in `document`, which must outlive this object (or be null: no positions).
  explicit Diagnostics(const Document* document) : document_(document) {}

  void bind(const Document* document) { document_ = document; }
  // A second error of another code at one path is left out: it follows from the first (a text where a list belongs is
  // not an empty list, too).
  void error(std::string_view path, std::string_view code, std::string message, std::string suggestion = {});
  void warning(std::string_view path, std::string_view code, std::string message, std::string suggestion = {});
  // At an explicit position (used while there is no tree yet, or for a key rather than a value).
  void add(Severity severity, Mark mark, std::string_view path, std::string_view code, std::string message,
           std::string suggestion = {});

  // The first kMostItems findings; errors() and warnings() count the rest too.
  static constexpr std::size_t kMostItems = 10'000;
  const std::vector<Diagnostic>& items() const { return items_; }
  std::size_t errors() const { return errors_; }
  std::size_t warnings() const { return warnings_; }
  bool has_error_at(std::string_view path) const { return code_at_.contains(std::string(path)); }
  bool ok() const { return errors_ == 0; }
  // By file, line, column; stable.
  void sort();

 private:
  const Document* document_ = nullptr;
  std::vector<Diagnostic> items_;
  std::unordered_map<std::string, std::string> code_at_;  // of the first error at a path
  std::size_t errors_ = 0;
  std::size_t warnings_ = 0;
};

// The candidate nearest to `word` (Damerau-Levenshtein, at most a third of the word's length and at most 3 edits;
// case-insensitive equality counts as distance 0), or "" when none is near.
std::string nearest_name(std::string_view word, const std::vector<std::string>& candidates);
// `did you mean "x"?`, or "" when nothing is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

// `file:line:column: error: path: message (suggestion) [code]`, one line.
std::string to_text(const Diagnostic& diagnostic);

}  // namespace signalbox::config
