#include "signals/pattern_pool.h"

#include <fmt/format.h>

#include "text/unicode.h"

namespace signalbox::signals {
namespace {

std::string_view code_of(text::PatternError::Code code) {
  using enum text::PatternError::Code;
  switch (code) {
    case empty:
      return "empty_pattern";
    case invalid_utf8:
      return "invalid_utf8";
    case bad_regex:
      return "bad_regex";
    case regex_too_large:
      return "regex_too_large";
    case too_many:
      return "too_many_patterns";
  }
  return "bad_pattern";
}

void report(const text::PatternError& error, std::string_view path, config::Diagnostics& diagnostics) {
  std::string message = error.message;
  if (!error.fragment.empty()) message += fmt::format(": \"{}\" at byte {}", error.fragment, error.offset);
  diagnostics.error(path, code_of(error.code), std::move(message));
}

}  // namespace

Hits::Hits(text::PatternMatches found, std::size_t patterns) : matches_(std::move(found.matches)) {
  if (matches_.empty()) return;
  first_.resize(patterns + 1);
  for (const text::PatternMatch& match : matches_) ++first_[match.pattern + 1];
  for (std::size_t i = 1; i < first_.size(); ++i) first_[i] += first_[i - 1];
}

std::optional<std::size_t> PatternPool::add(text::Pattern pattern, std::string_view path,
                                            config::Diagnostics& diagnostics) {
  const bool folds = pattern.kind == text::Pattern::Kind::literal && !pattern.case_sensitive;
  const Key key{pattern.kind, pattern.case_sensitive, pattern.edges, folds ? text::fold(pattern.text) : pattern.text};
  if (const auto known = numbers_.find(key); known != numbers_.end()) return known->second;
  // Built by itself first, so that the error names this pattern and the others stay usable.
  if (const auto alone = text::PatternSet::build({pattern}); !alone) {
    report(alone.error(), path, diagnostics);
    return std::nullopt;
  }
  const std::size_t number = patterns_.size();
  patterns_.push_back(std::move(pattern));
  numbers_.emplace(key, number);
  return number;
}

bool PatternPool::build(std::string_view path, config::Diagnostics& diagnostics) {
  if (patterns_.empty()) return true;
  auto set = text::PatternSet::build(patterns_);
  if (!set) {
    report(set.error(), path, diagnostics);
    return false;
  }
  set_ = std::move(*set);
  return true;
}

Hits PatternPool::find(std::string_view text, std::size_t per_pattern) const {
  if (!set_ || text.empty()) return {};
  return {set_->find(text, {.per_pattern = per_pattern, .total = per_pattern * patterns_.size()}), patterns_.size()};
}

bool ScopePools::build(std::string_view path, config::Diagnostics& diagnostics) {
  bool good = true;
  for (PatternPool& pool : pools_) good = pool.build(path, diagnostics) && good;
  return good;
}

const Hits& ScopeHits::in(Scope scope, const ScopeText& text) {
  std::optional<Hits>& hits = hits_[static_cast<std::size_t>(scope)];
  if (!hits) hits = pools_.of(scope).find(text.text, per_pattern_);
  return *hits;
}

}  // namespace signalbox::signals
