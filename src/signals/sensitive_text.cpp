#include "signals/sensitive_text.h"

#include <algorithm>
#include <cctype>

#include "evidence/data_uri.h"

namespace signalbox::signals {
namespace {

// No validator reports less.
constexpr double kLeastScore = 0.5;

char lower(char c) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

bool matches(std::string_view pattern, std::string_view text) {
  const bool any_before = pattern.starts_with('*');
  if (any_before) pattern.remove_prefix(1);
  const bool any_after = pattern.ends_with('*');
  if (any_after) pattern.remove_suffix(1);
  if (text.size() < pattern.size()) return false;
  if (!any_before && !any_after) return evidence::equals_ignoring_case(text, pattern);
  if (!any_before) return evidence::equals_ignoring_case(text.substr(0, pattern.size()), pattern);
  if (!any_after) return evidence::equals_ignoring_case(text.substr(text.size() - pattern.size()), pattern);
  return std::search(text.begin(), text.end(), pattern.begin(), pattern.end(),
                     [](char x, char y) { return lower(x) == lower(y); }) != text.end();
}

// Types whose text is a number and nothing else. An e-mail or web address may hold other data, which that it is allowed
// must not hide.
bool is_number(pii::Type type) {
  return type != pii::Type::email_address && type != pii::Type::domain_name && type != pii::Type::street_address &&
         type != pii::Type::secret;
}

// Numbers of types that a rule lets pass, by place: part of an allowed IBAN is no phone number.
class AllowedNumbers {
 public:
  AllowedNumbers(const std::vector<pii::Span>& found, const pii::TypeSet& judged) {
    std::vector<pii::Span> numbers;
    std::copy_if(found.begin(), found.end(), std::back_inserter(numbers),
                 [](const pii::Span& span) { return is_number(span.type); });
    numbers_ = pii::merge(std::move(numbers), ~judged, kLeastScore);
  }

  // Whether one that is surer covers all of the span.
  bool cover(const pii::Span& span) const {
    if (span.type == pii::Type::secret) return false;
    const auto after = std::upper_bound(numbers_.begin(), numbers_.end(), span.begin,
                                        [](std::size_t at, const pii::Span& number) { return at < number.begin; });
    if (after == numbers_.begin()) return false;
    const pii::Span& number = *std::prev(after);
    return number.end >= span.end && number.score > span.score;
  }

 private:
  std::vector<pii::Span> numbers_;
};

// History and tools may both hold a tool's result.
bool same_place(const Finding& a, const Finding& b) {
  return a.located && b.located && a.message == b.message && a.part == b.part && a.origin == b.origin &&
         a.page == b.page && a.begin == b.begin && a.end == b.end;
}

}  // namespace

bool AllowedValues::has(std::string_view text) const {
  return std::any_of(patterns_.begin(), patterns_.end(), [&](const std::string& p) { return matches(p, text); });
}

SignalResult Sensitive::match() && {
  SignalResult result = SignalResult::matched();
  result.value = count;
  result.values.assign(counts.begin(), counts.end());
  result.findings = std::move(findings);
  result.partial = is_partial();
  return result;
}

SignalResult Sensitive::no_match() const {
  if (truncated) return SignalResult::unknown(Reason::not_judged, "more was found than can be judged");
  if (!incomplete_why.empty()) {
    return SignalResult::unknown(Reason::not_judged, "a picture was not read: " + incomplete_why);
  }
  return {};
}

Sensitive SensitiveTexts::judge(const SensitiveRule& rule) {
  Sensitive result;
  for (const Scope scope : rule.scopes) {
    const ScopeText& text = scopes_.get(scope);
    if (!text.complete) result.incomplete_why = text.incomplete_why;
    if (rule.context_words.empty()) {
      judge(rule, text, candidates(scope, text), result);
    } else {
      pii::Options options;
      options.context_words = rule.context_words;
      judge(rule, text, pii::candidates(text.text, options), result);
    }
  }
  return result;
}

const pii::Found& SensitiveTexts::candidates(Scope scope, const ScopeText& text) {
  std::optional<pii::Found>& found = found_[static_cast<std::size_t>(scope)];
  if (!found) found = pii::candidates(text.text, {});
  return *found;
}

void SensitiveTexts::judge(const SensitiveRule& rule, const ScopeText& text, const pii::Found& found, Sensitive& into) {
  into.truncated = into.truncated || found.truncated;
  std::vector<pii::Span> counting;
  for (const pii::Span& span : found.spans) {
    if (!rule.types[pii::index(span.type)] || span.score < rule.threshold[pii::index(span.type)]) continue;
    const bool kind = rule.kinds.empty() || std::binary_search(rule.kinds.begin(), rule.kinds.end(), span.validator);
    // Before the merge: what is allowed must not hide what is not.
    if (kind && !rule.allowed.has(text.text.substr(span.begin, span.end - span.begin))) counting.push_back(span);
  }
  if (counting.empty()) return;
  const AllowedNumbers allowed(found.spans, rule.types);
  std::erase_if(counting, [&](const pii::Span& span) { return allowed.cover(span); });
  for (const pii::Span& span : pii::merge(std::move(counting), rule.types, kLeastScore)) {
    const std::string_view name = rule.name_kinds ? span.validator : pii::to_string(span.type);
    std::vector<Finding> located = text.locate_all(std::string(name), span.begin, span.end);
    if (std::any_of(into.findings.begin(), into.findings.end(),
                    [&](const Finding& f) { return same_place(f, located.front()); })) {
      continue;
    }
    into.count += 1;
    into.counts[std::string(name)] += 1;
    into.best = std::max(into.best, span.score);
    for (Finding& finding : located) {
      if (into.findings.size() < kMaxSensitiveFindings) {
        into.findings.push_back(std::move(finding));
      } else {
        into.truncated = true;
      }
    }
  }
}

Cost scopes_cost(const std::vector<Scope>& scopes, const evidence::Evidence& evidence) {
  Cost highest = Cost::instant;
  for (const Scope scope : scopes) highest = std::max(highest, scope_cost(scope, evidence));
  return highest;
}

}  // namespace signalbox::signals
