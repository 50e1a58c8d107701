// keyword: words and patterns in a text. The rule struct and its checks.
//
// Internal to signals/; a rule is plain data, owned by the configuration.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "config/diagnostics.h"
#include "signals/rule.h"

namespace signalbox::signals {

enum class KeywordOperator : std::uint8_t { all, any, none };  // AND, OR, NOR
enum class KeywordMethod : std::uint8_t { literal, regex, bm25, ngram, fuzzy };
std::span<const config::EnumName> enum_names(KeywordOperator);
std::span<const config::EnumName> enum_names(KeywordMethod);

struct KeywordRule : TextRule {
  KeywordOperator combine = KeywordOperator::any;  // key: operator
  std::vector<std::string> keywords;
  bool case_sensitive = false;
  KeywordMethod method = KeywordMethod::literal;
  bool fuzzy_match = false;
  std::int64_t fuzzy_threshold = 2;
  double bm25_threshold = 0.1;
  double ngram_threshold = 0.4;
  std::int64_t ngram_arity = 3;

  bool is_fuzzy() const { return fuzzy_match || method == KeywordMethod::fuzzy; }
};
void describe(config::Visitor& v, KeywordRule& x);

// Up to this, fuzzy_threshold is a number of edits (VSR); from kFuzzyPercent on, a similarity in percent. What lies
// between is neither: no word survives 11 edits, and 49 % alike is not alike.
inline constexpr std::int64_t kFuzzyEdits = 10;
inline constexpr std::int64_t kFuzzyPercent = 50;

// Reports what is wrong with a rule (patterns apart). True when it can be evaluated.
bool check(const KeywordRule& rule, config::Diagnostics& diagnostics);

}  // namespace signalbox::signals
