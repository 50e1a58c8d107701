#include <fmt/format.h>

#include <array>

#include "signals/keyword.h"
#include "text/unicode.h"

namespace signalbox::signals {
namespace {

using config::EnumName;
using config::join;

constexpr std::array<EnumName, 3> kOperators{{
    {static_cast<int>(KeywordOperator::all), "AND"},
    {static_cast<int>(KeywordOperator::any), "OR"},
    {static_cast<int>(KeywordOperator::none), "NOR"},
}};
constexpr std::array<EnumName, 6> kMethods{{
    {static_cast<int>(KeywordMethod::literal), "literal"},
    {static_cast<int>(KeywordMethod::literal), ""},
    {static_cast<int>(KeywordMethod::regex), "regex"},
    {static_cast<int>(KeywordMethod::bm25), "bm25"},
    {static_cast<int>(KeywordMethod::ngram), "ngram"},
    {static_cast<int>(KeywordMethod::fuzzy), "fuzzy"},
}};

bool check_keywords(const KeywordRule& rule, config::Diagnostics& diagnostics) {
  const std::string path = join(rule.path, "keywords");
  if (rule.keywords.empty()) {
    diagnostics.error(path, "empty_list", "the rule has no keywords");
    return false;
  }
  bool good = true;
  for (std::size_t i = 0; i < rule.keywords.size(); ++i) {
    if (rule.keywords[i].find_first_not_of(" \t\r\n") != std::string::npos) continue;
    diagnostics.error(join(path, i), "empty_keyword", "an empty keyword matches nothing or everything");
    good = false;
  }
  return good;
}

bool check_range(const KeywordRule& rule, std::string_view key, double value, double low, double high,
                 config::Diagnostics& diagnostics) {
  if (value >= low && value <= high) return true;
  diagnostics.error(join(rule.path, key), "out_of_range", fmt::format("{} is not within {} and {}", value, low, high));
  return false;
}

bool check_fuzzy(const KeywordRule& rule, config::Diagnostics& diagnostics) {
  const std::int64_t t = rule.fuzzy_threshold;
  if ((t >= 0 && t <= kFuzzyEdits) || (t >= kFuzzyPercent && t <= 100)) return true;
  diagnostics.error(
      join(rule.path, "fuzzy_threshold"), "out_of_range",
      fmt::format("{} is neither a number of edits (0 to 10) nor a similarity in percent (50 to 100)", t));
  return false;
}

void warn_fuzzy_regex(const KeywordRule& rule, config::Diagnostics& diagnostics) {
  if (!rule.is_fuzzy() || rule.method != KeywordMethod::regex) return;
  diagnostics.warning(join(rule.path, "fuzzy_match"), "fuzzy_regex",
                      "keywords of method regex are compared letter by letter as words when the regex missed",
                      "use method: fuzzy with plain words");
}

// VSR's trap: two edits make "but" of "bug" and nearly any short word of another.
void warn_short_keywords(const KeywordRule& rule, config::Diagnostics& diagnostics) {
  if (!rule.is_fuzzy() || rule.fuzzy_threshold > kFuzzyEdits) return;
  for (std::size_t i = 0; i < rule.keywords.size(); ++i) {
    const auto letters = static_cast<std::int64_t>(text::to_code_points(rule.keywords[i]).size());
    if (letters > 2 * rule.fuzzy_threshold) continue;
    diagnostics.warning(join(join(rule.path, "keywords"), i), "short_fuzzy_keyword",
                        fmt::format("{} edits turn \"{}\" into many other words (version: v1 also asks for 50 % "
                                    "likeness)",
                                    rule.fuzzy_threshold, rule.keywords[i]),
                        "lower fuzzy_threshold, or give it in percent");
  }
}

}  // namespace

std::span<const EnumName> enum_names(KeywordOperator) {
  return kOperators;
}
std::span<const EnumName> enum_names(KeywordMethod) {
  return kMethods;
}

void describe(config::Visitor& v, KeywordRule& x) {
  describe_rule(v, x, "KeywordSignal", "Matches words, phrases or patterns in a text.");
  v.field("operator", x.combine,
          {.doc = "AND: every keyword occurs. OR: at least one does. NOR: none does.", .required = true});
  v.field("keywords", x.keywords, {.doc = "Words, phrases, or patterns (method regex).", .required = true});
  v.field("case_sensitive", x.case_sensitive, {.doc = "Whether case matters; folding is Unicode's."});
  v.field("method", x.method,
          {.doc = "literal (default): words and phrases standing alone as words. regex: RE2 patterns. bm25: word "
                  "statistics with stemming. ngram: similar spelling by letter groups. fuzzy: literal, or few typing "
                  "errors away."});
  v.field("fuzzy_match", x.fuzzy_match,
          {.doc = "Also accept words with typing errors when the keyword itself is absent."});
  v.field("fuzzy_threshold", x.fuzzy_threshold,
          {.doc = "0 to 10: how many letters may be added, dropped or changed. 50 to 100: similarity in percent.",
           .min = 0,
           .max = 100});
  v.field("bm25_threshold", x.bm25_threshold, {.doc = "Score from which a keyword matches (method bm25).", .min = 0});
  v.field("ngram_threshold", x.ngram_threshold,
          {.doc = "Similarity from which a keyword matches (method ngram).", .min = 0, .max = 1});
  v.field("ngram_arity", x.ngram_arity, {.doc = "Letters in a group (method ngram).", .min = 2, .max = 8});
}

bool check(const KeywordRule& rule, config::Diagnostics& diagnostics) {
  bool good = check_keywords(rule, diagnostics);
  if (rule.is_fuzzy()) good = check_fuzzy(rule, diagnostics) && good;
  if (rule.method == KeywordMethod::bm25) {
    good = check_range(rule, "bm25_threshold", rule.bm25_threshold, 0, 1e6, diagnostics) && good;
  }
  if (rule.method == KeywordMethod::ngram) {
    good = check_range(rule, "ngram_threshold", rule.ngram_threshold, 0, 1, diagnostics) && good;
    good = check_range(rule, "ngram_arity", static_cast<double>(rule.ngram_arity), 2, 8, diagnostics) && good;
  }
  warn_fuzzy_regex(rule, diagnostics);
  warn_short_keywords(rule, diagnostics);
  return good;
}

}  // namespace signalbox::signals
