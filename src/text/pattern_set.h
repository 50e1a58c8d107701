// All literals and regexes of a recipe, compiled once and found together in one pass over a text.
//
// Promises: the result is what searching each pattern by itself would give (leftmost, not overlapping within one
// pattern; different patterns may overlap), at a cost nearly independent of their number and linear in the text,
// whatever the text. Regexes are RE2's: its syntax, its matches, its byte offsets. Literals follow text/unicode.h.
// A PatternSet is immutable once built: move it, share it by const reference, call find from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox::text {

struct Pattern {
  enum class Kind : std::uint8_t { literal, regex };
  enum class Edges : std::uint8_t {
    any,   // a substring
    word,  // must stand alone (at_word_edges), unless the literal has no word character at all
  };
  Kind kind = Kind::literal;
  std::string text;             // UTF-8; for regex in RE2 syntax
  bool case_sensitive = false;  // a regex may still say (?i) or (?-i)
  Edges edges = Edges::word;    // literals only
};

struct PatternError {
  enum class Code : std::uint8_t { empty, invalid_utf8, bad_regex, regex_too_large, too_many };
  Code code = Code::empty;
  std::size_t pattern = 0;  // index of the pattern
  std::string message;      // RE2's own words for a regex
  std::string fragment;     // the part of the regex RE2 blames
  std::size_t offset = 0;   // where the fragment stands in the pattern, in bytes (0 when RE2 names none)
};

struct PatternMatch {
  std::uint32_t pattern = 0;  // index of the pattern
  std::uint32_t begin = 0;    // bytes of the original text
  std::uint32_t end = 0;
  friend auto operator<=>(const PatternMatch&, const PatternMatch&) = default;
};

struct MatchLimits {
  std::size_t per_pattern = 64;
  std::size_t total = 4096;
};

struct PatternMatches {
  std::vector<PatternMatch> matches;  // ordered by pattern, then begin
  bool truncated = false;             // a limit cut the list short
};

class PatternSet {
 public:
  // RE2's memory limit for each regex (program and automaton cache).
  static constexpr std::int64_t kRegexMemory = std::int64_t{8} << 20;

  static std::expected<PatternSet, PatternError> build(std::vector<Pattern> patterns);

  PatternSet(PatternSet&&) noexcept;
  PatternSet& operator=(PatternSet&&) noexcept;
  ~PatternSet();

  std::size_t size() const;
  // Texts of less than 4 GiB.
  PatternMatches find(std::string_view text, const MatchLimits& limits = {}) const;

 private:
  struct Impl;
  explicit PatternSet(std::unique_ptr<Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

}  // namespace signalbox::text
