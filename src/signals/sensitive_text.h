// What the rules of pii and secrets have in common: which texts they read, what the validators of pii/ see in them, and
// which of it a rule lets pass.
//
// Internal to signals/. A SensitiveTexts belongs to one evaluate call and asks the validators once for each text; a
// SensitiveRule is immutable once compiled. Findings name types and places, never the text.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pii/pii.h"
#include "signals/scope.h"
#include "signals/signal.h"

namespace signalbox::signals {

// Texts that are no secret wherever they stand: exact but for case, with a '*' at either end for anything.
class AllowedValues {
 public:
  AllowedValues() = default;
  explicit AllowedValues(std::vector<std::string> patterns) : patterns_(std::move(patterns)) {}
  bool has(std::string_view text) const;

 private:
  std::vector<std::string> patterns_;
};

struct SensitiveRule {
  std::vector<Scope> scopes;
  pii::TypeSet types;                           // that the rule judges
  std::array<double, pii::kTypes> threshold{};  // score from which a span counts
  std::vector<std::string> kinds;               // of secrets; empty: all
  std::vector<pii::ContextWord> context_words;
  AllowedValues allowed;
  bool name_kinds = false;  // findings name the kind of secret rather than the type
};

// More than other signals keep: a plugin takes out what they name, and must know all of it.
inline constexpr std::size_t kMaxSensitiveFindings = 1024;

// What a rule does not let pass.
struct Sensitive {
  std::vector<Finding> findings;
  std::map<std::string, double> counts;  // by type or kind
  double best = 0;                       // the highest score
  double count = 0;
  bool truncated = false;      // there was more than was looked at, or than findings hold
  std::string incomplete_why;  // empty: all pictures in scope were read

  SignalResult match() &&;
  // Whether there may be more than the findings say.
  bool is_partial() const { return truncated || !incomplete_why.empty(); }
  // Unknown when something was not read, else no match.
  SignalResult no_match() const;
};

class SensitiveTexts {
 public:
  explicit SensitiveTexts(TextScopes& scopes) : scopes_(scopes) {}
  Sensitive judge(const SensitiveRule& rule);

 private:
  const pii::Found& candidates(Scope scope, const ScopeText& text);
  void judge(const SensitiveRule& rule, const ScopeText& text, const pii::Found& found, Sensitive& into);

  TextScopes& scopes_;
  std::array<std::optional<pii::Found>, kScopes> found_;
};

Cost scopes_cost(const std::vector<Scope>& scopes, const evidence::Evidence& evidence);

}  // namespace signalbox::signals
