// How a text is searched: it is folded once; one scan of the folded bytes finds the literals and, in the same index,
// the "atoms": strings without which a regex cannot match (RE2's FilteredRE2 derives them). Literals found are checked
// against the original (exact case, word edges); regexes whose atoms are all there run over the original text.
//
// The folding is per code point, so it is safe for atoms: wherever RE2 matches an ASCII atom in the original, caseless
// or not (including the Kelvin sign as k and the long s as s), the folded text holds the lower-case atom. Atoms with
// other characters are taken as always present.
//
// Some regexes have no atom but single bytes (a digit, "@"). One by one they would cost an automaton each, so several
// of them are asked together by an RE2::Set, which says which of them match at all; only those are searched for places.
#include "text/pattern_set.h"

#include <re2/filtered_re2.h>
#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>
#include <utility>

#include "text/literal_index.h"
#include "text/unicode.h"

namespace signalbox::text {
namespace {

constexpr std::size_t kMaxPatterns = 1U << 20;
constexpr std::uint32_t kAtom = 1U << 31;  // marks an id of the index as that of an atom

RE2::Options regex_options(bool case_sensitive) {
  RE2::Options options;
  options.set_log_errors(false);  // the pattern may hold what logs must not; the caller gets the message
  options.set_case_sensitive(case_sensitive);
  options.set_max_mem(PatternSet::kRegexMemory);
  return options;
}

bool has_word_char(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint c = decode_at(text, i);
    if (is_word_char(c.value)) return true;
    i += c.length;
  }
  return false;
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint c = decode_at(text, i);
    if (c.value == kReplacement && c.length == 1) return false;
    i += c.length;
  }
  return true;
}

std::uint32_t leading_ignorable(std::string_view text) {
  std::uint32_t length = 0;
  for (CodePoint c = decode_at(text, 0); c.length != 0 && fold(text.substr(length, c.length)).empty();
       c = decode_at(text, length)) {
    length += c.length;
  }
  return length;
}

std::unexpected<PatternError> failure(PatternError::Code code, std::size_t pattern, std::string message) {
  PatternError error;
  error.code = code;
  error.pattern = pattern;
  error.message = std::move(message);
  return std::unexpected(std::move(error));
}

std::expected<void, PatternError> check_regex(const Pattern& pattern, std::size_t index) {
  const RE2 regex(pattern.text, regex_options(pattern.case_sensitive));
  if (regex.ok()) return {};
  const bool large = regex.error_code() == RE2::ErrorPatternTooLarge;
  PatternError error;
  error.code = large ? PatternError::Code::regex_too_large : PatternError::Code::bad_regex;
  error.pattern = index;
  error.message = regex.error();
  error.fragment = regex.error_arg();
  const std::size_t at = pattern.text.find(error.fragment);
  if (at != std::string::npos) error.offset = at;
  return std::unexpected(std::move(error));
}

// The matches so far of one find(). A pattern's first match is always kept: a text that floods one pattern must not
// hide another.
class Collector {
 public:
  Collector(std::size_t patterns, const MatchLimits& limits) : limits_(limits), seen_(patterns) {}

  // Whether a match of `pattern` that begins here is still wanted.
  bool wants(std::uint32_t pattern, std::size_t begin) const { return begin >= seen_[pattern].end; }
  bool full(std::uint32_t pattern) const {
    const std::uint32_t count = seen_[pattern].count;
    return count != 0 && (count >= limits_.per_pattern || result_.matches.size() >= limits_.total);
  }

  // False when a limit is reached and nothing more of this pattern can be kept.
  bool add(std::uint32_t pattern, std::size_t begin, std::size_t end) {
    if (full(pattern)) {
      result_.truncated = true;
      return false;
    }
    seen_[pattern].end = static_cast<std::uint32_t>(end);
    ++seen_[pattern].count;
    result_.matches.push_back({pattern, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
    return true;
  }

  PatternMatches take() {
    std::ranges::sort(result_.matches);
    return std::move(result_);
  }

 private:
  struct Seen {
    std::uint32_t end = 0;
    std::uint32_t count = 0;
  };
  MatchLimits limits_;
  std::vector<Seen> seen_;
  PatternMatches result_;
};

// All matches of one regex, as repeated leftmost search: an empty match right after a match does not count.
void find_regex(const RE2& regex, std::uint32_t pattern, std::string_view text, Collector& out) {
  const re2::StringPiece subject(text.data(), text.size());
  re2::StringPiece match;
  std::size_t from = 0;
  std::size_t previous_end = std::string_view::npos;
  while (from <= text.size() && regex.Match(subject, from, text.size(), RE2::UNANCHORED, &match, 1)) {
    const auto begin = static_cast<std::size_t>(match.data() - text.data());
    const std::size_t end = begin + match.size();
    if (!match.empty() || begin != previous_end) {
      if (!out.add(pattern, begin, end)) return;
    }
    previous_end = end;
    from = match.empty() ? end + std::max(decode_at(text, end).length, 1U) : end;
  }
}

}  // namespace

struct PatternSet::Impl {
  struct Literal {
    std::uint32_t pattern = 0;
    bool case_sensitive = false;
    bool word = false;
    std::uint32_t leading_ignorable = 0;  // bytes of the literal that its folding dropped at the start
    std::string exact;                    // for case-sensitive ones
  };

  std::size_t patterns = 0;
  std::vector<Literal> literals;
  re2::FilteredRE2 regexes{1};
  std::vector<std::uint32_t> regex_pattern;  // regex id -> pattern index
  std::vector<int> atoms_always;             // atoms that must count as present
  std::vector<int> candidates_always;        // regexes that may match when no other atom is there
  std::vector<std::pair<char, int>> atom_bytes;
  std::size_t atom_count = 0;
  std::vector<int> weak_index;  // regex id -> its number in `weak`, or -1
  std::unique_ptr<RE2::Set> weak;
  LiteralIndex index;

  std::expected<void, PatternError> add(const Pattern& pattern, std::uint32_t id);
  void compile();
  void compile_weak();
  std::vector<int> drop_unmatched(std::vector<int> candidates, std::string_view text) const;
  void check_literal(const Literal& literal, std::string_view text, const FoldedText& folded, std::size_t begin,
                     std::size_t end, Collector& out) const;
  void run_regexes(std::string_view text, std::string_view folded, std::vector<int> atoms, Collector& out) const;

  std::vector<LiteralIndex::Needle> needles;  // only while building
  std::vector<bool> regex_case_sensitive;     // only while building
};

std::expected<void, PatternError> PatternSet::Impl::add(const Pattern& pattern, std::uint32_t id) {
  using Code = PatternError::Code;
  if (!is_utf8(pattern.text)) return failure(Code::invalid_utf8, id, "the pattern is not valid UTF-8");
  if (pattern.kind == Pattern::Kind::regex) {
    if (auto checked = check_regex(pattern, id); !checked) return checked;
    int regex = 0;
    regexes.Add(pattern.text, regex_options(pattern.case_sensitive), &regex);
    regex_pattern.push_back(id);
    regex_case_sensitive.push_back(pattern.case_sensitive);
    return {};
  }
  std::string folded = fold(pattern.text);
  if (folded.empty()) return failure(Code::empty, id, "the literal has no visible character");
  Literal literal{.pattern = id,
                  .case_sensitive = pattern.case_sensitive,
                  .word = pattern.edges == Pattern::Edges::word && has_word_char(pattern.text),
                  .leading_ignorable = leading_ignorable(pattern.text),
                  .exact = pattern.case_sensitive ? pattern.text : std::string()};
  needles.push_back({std::move(folded), static_cast<std::uint32_t>(literals.size())});
  literals.push_back(std::move(literal));
  return {};
}

void PatternSet::Impl::compile() {
  std::vector<std::string> atoms;
  if (!regex_pattern.empty()) regexes.Compile(&atoms);
  atom_count = atoms.size();
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    const int atom = static_cast<int>(i);
    if (atoms[i].empty() || !is_ascii(atoms[i])) {
      atoms_always.push_back(atom);
    } else if (atoms[i].size() == 1) {
      atom_bytes.emplace_back(atoms[i].front(), atom);
    } else {
      needles.push_back({std::move(atoms[i]), static_cast<std::uint32_t>(i) | kAtom});
    }
  }
  index = LiteralIndex(std::exchange(needles, {}));
  if (regex_pattern.empty()) return;
  regexes.AllPotentials(atoms_always, &candidates_always);
  compile_weak();
}

// Weak is what stays a candidate when no atom but single bytes is seen.
void PatternSet::Impl::compile_weak() {
  std::vector<int> cheap = atoms_always;
  for (const auto& [byte, atom] : atom_bytes) cheap.push_back(atom);
  std::vector<int> ids;
  regexes.AllPotentials(cheap, &ids);
  weak_index.assign(regex_pattern.size(), -1);
  if (ids.size() < 2) return;
  RE2::Options options = regex_options(true);
  options.set_max_mem(static_cast<std::int64_t>(ids.size()) * kRegexMemory);
  weak = std::make_unique<RE2::Set>(options, RE2::UNANCHORED);
  for (const int id : ids) {
    const auto at = static_cast<std::size_t>(id);
    const std::string flags = regex_case_sensitive[at] ? "(?-i:" : "(?i:";
    weak_index[at] = weak->Add(flags + regexes.GetRE2(id).pattern() + ")", nullptr);
    if (weak_index[at] < 0) return weak.reset();
  }
  if (!weak->Compile()) weak.reset();  // too large together: each is searched by itself
}

// Asks the weak candidates together which of them match at all.
std::vector<int> PatternSet::Impl::drop_unmatched(std::vector<int> candidates, std::string_view text) const {
  const auto number = [&](int regex) { return weak_index[static_cast<std::size_t>(regex)]; };
  if (!weak || std::ranges::count_if(candidates, [&](int regex) { return number(regex) >= 0; }) < 2) return candidates;
  std::vector<int> hits;
  RE2::Set::ErrorInfo error{};
  const bool matched = weak->Match(re2::StringPiece(text.data(), text.size()), &hits, &error);
  if (!matched && error.kind != RE2::Set::kNoError) return candidates;  // the automaton ran out of memory
  std::ranges::sort(hits);
  std::erase_if(candidates,
                [&](int regex) { return number(regex) >= 0 && !std::ranges::binary_search(hits, number(regex)); });
  return candidates;
}

void PatternSet::Impl::check_literal(const Literal& literal, std::string_view text, const FoldedText& folded,
                                     std::size_t begin, std::size_t end, Collector& out) const {
  if (!folded.at_character(begin) || !folded.at_character(end)) return;
  Range range = folded.original(begin, end);
  if (literal.case_sensitive) {
    if (range.begin < literal.leading_ignorable) return;
    range.begin -= literal.leading_ignorable;
    range.end = range.begin + literal.exact.size();
    if (text.substr(range.begin, literal.exact.size()) != literal.exact) return;
  }
  if (!out.wants(literal.pattern, range.begin) || splits_character(text, range.end)) return;
  if (literal.word && !at_word_edges(text, range.begin, range.end)) return;
  out.add(literal.pattern, range.begin, range.end);
}

void PatternSet::Impl::run_regexes(std::string_view text, std::string_view folded, std::vector<int> atoms,
                                   Collector& out) const {
  for (const auto& [byte, atom] : atom_bytes) {
    if (folded.find(byte) != std::string_view::npos) atoms.push_back(atom);
  }
  std::vector<int> candidates = candidates_always;
  if (!atoms.empty()) {
    atoms.insert(atoms.end(), atoms_always.begin(), atoms_always.end());
    regexes.AllPotentials(atoms, &candidates);
  }
  for (const int regex : drop_unmatched(std::move(candidates), text)) {
    find_regex(regexes.GetRE2(regex), regex_pattern[static_cast<std::size_t>(regex)], text, out);
  }
}

std::expected<PatternSet, PatternError> PatternSet::build(std::vector<Pattern> patterns) {
  if (patterns.size() > kMaxPatterns) return failure(PatternError::Code::too_many, kMaxPatterns, "too many patterns");
  auto impl = std::make_unique<Impl>();
  impl->patterns = patterns.size();
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    if (auto added = impl->add(patterns[i], static_cast<std::uint32_t>(i)); !added) {
      return std::unexpected(std::move(added.error()));
    }
  }
  impl->compile();
  return PatternSet(std::move(impl));
}

PatternMatches PatternSet::find(std::string_view text, const MatchLimits& limits) const {
  const FoldedText folded(text);
  Collector out(impl_->patterns, limits);
  std::vector<bool> atom_seen(impl_->atom_count);
  std::vector<int> atoms;
  impl_->index.scan(folded.bytes(), [&](std::uint32_t id, std::size_t begin, std::size_t end) {
    if ((id & kAtom) == 0) {
      impl_->check_literal(impl_->literals[id], text, folded, begin, end, out);
    } else if (const std::uint32_t atom = id & ~kAtom; !atom_seen[atom]) {
      atom_seen[atom] = true;
      atoms.push_back(static_cast<int>(atom));
    }
  });
  if (!impl_->regex_pattern.empty()) impl_->run_regexes(text, folded.bytes(), std::move(atoms), out);
  return out.take();
}

PatternSet::PatternSet(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PatternSet::PatternSet(PatternSet&&) noexcept = default;
PatternSet& PatternSet::operator=(PatternSet&&) noexcept = default;
PatternSet::~PatternSet() = default;

std::size_t PatternSet::size() const {
  return impl_->patterns;
}

}  // namespace signalbox::text
