// The patterns that rules of one family look for in one scope's text, found in one pass.
//
// Internal to signals/. Filled while rules compile, built once, then immutable: find may be called by any thread.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "config/diagnostics.h"
#include "signals/scope.h"
#include "text/pattern_set.h"

namespace signalbox::signals {

// The matches of one pass, by pattern.
class Hits {
 public:
  Hits() = default;
  Hits(text::PatternMatches found, std::size_t patterns);
  bool empty() const { return matches_.empty(); }
  // In order of their begin; empty when the pattern does not occur.
  std::span<const text::PatternMatch> of(std::size_t pattern) const {
    if (pattern + 1 >= first_.size()) return {};
    return std::span(matches_).subspan(first_[pattern], first_[pattern + 1] - first_[pattern]);
  }

 private:
  std::vector<text::PatternMatch> matches_;
  std::vector<std::size_t> first_;  // of each pattern, and one past the last
};

class PatternPool {
 public:
  // The pattern's number; equal patterns share one. What is wrong with it is reported at `path` (then: nothing).
  std::optional<std::size_t> add(text::Pattern pattern, std::string_view path, config::Diagnostics& diagnostics);
  // Call once, after the last add. False when all patterns together are too much (reported at `path`).
  bool build(std::string_view path, config::Diagnostics& diagnostics);

  bool empty() const { return patterns_.empty(); }
  // At most `per_pattern` matches of each pattern: a flood of one cannot hide another.
  Hits find(std::string_view text, std::size_t per_pattern) const;

 private:
  using Key = std::tuple<text::Pattern::Kind, bool, text::Pattern::Edges, std::string>;
  std::vector<text::Pattern> patterns_;
  std::map<Key, std::size_t> numbers_;
  std::optional<text::PatternSet> set_;
};

// A pool for each scope: rules that read the same text share its pass.
class ScopePools {
 public:
  PatternPool& of(Scope scope) { return pools_[static_cast<std::size_t>(scope)]; }
  const PatternPool& of(Scope scope) const { return pools_[static_cast<std::size_t>(scope)]; }
  bool build(std::string_view path, config::Diagnostics& diagnostics);

 private:
  std::array<PatternPool, kScopes> pools_;
};

// The passes of one evaluation: a scope's text is searched when the first rule asks for it. One thread.
class ScopeHits {
 public:
  ScopeHits(const ScopePools& pools, std::size_t per_pattern) : pools_(pools), per_pattern_(per_pattern) {}
  const Hits& in(Scope scope, const ScopeText& text);

 private:
  const ScopePools& pools_;
  std::size_t per_pattern_;
  std::array<std::optional<Hits>, kScopes> hits_;
};

}  // namespace signalbox::signals
