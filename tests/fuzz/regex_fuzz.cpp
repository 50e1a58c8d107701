// Patterns and a text from arbitrary bytes: PatternSet must agree with searching each RE2 by itself, and never crash.
//
// Input: lines of patterns, an empty line, then the text. A line that starts with 'l' or 'L' is a literal (caseless or
// not), with 'r' or 'R' a regex.
#include <re2/re2.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "text/pattern_set.h"
#include "text/unicode.h"

namespace {

using signalbox::text::Pattern;
using signalbox::text::PatternMatch;
using signalbox::text::PatternSet;

constexpr std::size_t kMaxPatterns = 12;
constexpr std::size_t kMaxText = 4096;
constexpr std::size_t kMaxPattern = 128;

void check(bool holds) {
  if (!holds) std::abort();
}

std::vector<Pattern> take_patterns(std::string_view& input) {
  std::vector<Pattern> patterns;
  while (!input.empty()) {
    const std::size_t end = std::min(input.find('\n'), input.size());
    const std::string_view line = input.substr(0, end);
    input.remove_prefix(std::min(end + 1, input.size()));
    if (line.empty()) break;
    const char kind = line.front();
    if (patterns.size() >= kMaxPatterns || line.size() > kMaxPattern) continue;
    patterns.push_back({.kind = kind == 'r' || kind == 'R' ? Pattern::Kind::regex : Pattern::Kind::literal,
                        .text = std::string(line.substr(1)),
                        .case_sensitive = kind == 'R' || kind == 'L'});
  }
  return patterns;
}

// A pattern that does not build alone must not build in company; drop it.
void keep_valid(std::vector<Pattern>& patterns) {
  std::erase_if(patterns, [](const Pattern& pattern) { return !PatternSet::build({pattern}).has_value(); });
}

std::vector<PatternMatch> naive(const Pattern& pattern, std::uint32_t id, std::string_view text) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_case_sensitive(pattern.case_sensitive);
  const RE2 regex(pattern.text, options);
  std::vector<PatternMatch> out;
  const re2::StringPiece subject(text.data(), text.size());
  re2::StringPiece match;
  std::size_t from = 0;
  std::size_t last = std::string_view::npos;
  while (from <= text.size() && regex.Match(subject, from, text.size(), RE2::UNANCHORED, &match, 1)) {
    const auto begin = static_cast<std::size_t>(match.data() - text.data());
    const std::size_t end = begin + match.size();
    if (!match.empty() || last != begin) {
      out.push_back({id, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
    }
    last = end;
    from = match.empty() ? end + std::max(1U, signalbox::text::decode_at(text, end).length) : end;
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  std::vector<Pattern> patterns = take_patterns(input);
  keep_valid(patterns);
  const std::string_view text = input.substr(0, kMaxText);
  const auto set = PatternSet::build(patterns);
  check(set.has_value());
  const auto found = set->find(text, {.per_pattern = 100000, .total = 10000000});
  check(!found.truncated);
  std::vector<std::vector<PatternMatch>> by_pattern(patterns.size());
  for (const PatternMatch& match : found.matches) {
    check(match.begin <= match.end && match.end <= text.size());
    by_pattern[match.pattern].push_back(match);
  }
  for (std::uint32_t i = 0; i < patterns.size(); ++i) {
    if (patterns[i].kind == Pattern::Kind::regex) {
      check(by_pattern[i] == naive(patterns[i], i, text));
      continue;
    }
    const std::string folded = signalbox::text::fold(patterns[i].text);
    for (const PatternMatch& match : by_pattern[i]) {
      check(signalbox::text::fold(text.substr(match.begin, match.end - match.begin)) == folded);
    }
  }
  return 0;
}
