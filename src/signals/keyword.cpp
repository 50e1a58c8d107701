// keyword: words, phrases and patterns in a text.
//
// All literals and regexes of a scope, of whatever rule, are found in one pass (PatternPool), so the cost of a keyword
// family hardly depends on how many rules it has. bm25, ngram and fuzzy go through the text once a rule; fuzzy is asked
// only about a rule whose literals did not settle it.
#include "signals/keyword.h"

#include <algorithm>

#include "signals/family.h"
#include "signals/keyword_alike.h"
#include "signals/pattern_pool.h"

namespace signalbox::signals {
namespace {

// Of each keyword; more places say nothing new.
constexpr std::size_t kPlaces = 8;

struct Compiled {
  Scope scope = Scope::last_user;
  KeywordOperator combine = KeywordOperator::any;
  std::vector<std::string> keywords;
  std::vector<std::size_t> patterns;  // one per keyword, or none (bm25, ngram)
  std::optional<AlikeWords> alike;
};

// Which keywords of a rule occur in a text, and where.
class Occurrences {
 public:
  Occurrences(const Compiled& rule, const ScopeText& text) : rule_(rule), text_(text), found_(rule.keywords.size()) {}

  void add_patterns(const Hits& hits) {
    for (std::size_t i = 0; i < rule_.patterns.size(); ++i) {
      for (const text::PatternMatch& place : hits.of(rule_.patterns[i])) add(i, place.begin, place.end);
    }
  }

  void add_alike(const AlikeWords& words) {
    for (const Alike& alike : words.find(text_.text)) {
      if (found_[alike.keyword]) continue;
      if (alike.located) {
        add(alike.keyword, alike.begin, alike.end);
      } else {
        found_[alike.keyword] = true;
        note({.what = rule_.keywords[alike.keyword]});
      }
    }
  }

  // Whether further occurrences could still change the rule's result.
  bool settled() const { return rule_.combine == KeywordOperator::all ? count() == found_.size() : count() > 0; }

  SignalResult result() && {
    const std::size_t matched = count();
    if (rule_.combine == KeywordOperator::none) {
      return matched > 0 ? SignalResult{} : nothing(SignalResult::matched());
    }
    if (!settled()) return nothing(SignalResult{});
    SignalResult result = SignalResult::matched();
    result.value = 0.5 + 0.5 * static_cast<double>(matched) / static_cast<double>(found_.size());
    result.findings = std::move(findings_);
    return result;
  }

 private:
  std::size_t count() const { return static_cast<std::size_t>(std::count(found_.begin(), found_.end(), true)); }

  // What rests on the absence of words holds only when everything was read.
  SignalResult nothing(SignalResult when_read) const { return text_.complete ? when_read : no_match_in(text_); }

  void add(std::size_t keyword, std::size_t begin, std::size_t end) {
    found_[keyword] = true;
    note(text_.locate(rule_.keywords[keyword], begin, end));
  }

  void note(Finding finding) {
    if (findings_.size() < kMaxFindings) findings_.push_back(std::move(finding));
  }

  const Compiled& rule_;
  const ScopeText& text_;
  std::vector<bool> found_;
  std::vector<Finding> findings_;
};

// Whether a pattern of the rule occurs at all: for most rules of most requests the answer is no, and the last question.
bool any_of(const Compiled& rule, const Hits& hits) {
  if (hits.empty()) return false;
  return std::any_of(rule.patterns.begin(), rule.patterns.end(), [&](std::size_t p) { return !hits.of(p).empty(); });
}

class KeywordFamily final : public RuleFamily<Compiled> {
 public:
  explicit KeywordFamily(ScopePools pools) : pools_(std::move(pools)) {}

  Cost cost(std::size_t leaf, const evidence::Evidence& evidence) const override {
    return scope_cost(rules()[leaf].scope, evidence);
  }

  void evaluate(std::span<const std::size_t> wanted, EvalContext& context,
                std::span<SignalResult> results) const override {
    ScopeHits hits(pools_, kPlaces);
    judge_each(wanted, results, [&](std::size_t leaf) {
      const Compiled& rule = rules()[leaf];
      const ScopeText& text = context.scopes.get(rule.scope);
      const Hits& found = hits.in(rule.scope, text);
      const bool plain = text.complete && !rule.alike && rule.combine != KeywordOperator::none;
      if (plain && !any_of(rule, found)) return SignalResult{};
      Occurrences occurrences(rule, text);
      occurrences.add_patterns(found);
      if (rule.alike && !occurrences.settled()) occurrences.add_alike(*rule.alike);
      return std::move(occurrences).result();
    });
  }

 private:
  ScopePools pools_;
};

class Compiler {
 public:
  Compiler(const CompileContext& context, config::Diagnostics& diagnostics)
      : context_(context), diagnostics_(diagnostics) {}

  std::optional<Compiled> compile(const KeywordRule& rule) {
    if (!check(rule, diagnostics_)) return std::nullopt;
    Compiled compiled;
    compiled.scope = rule.scope;
    compiled.combine = rule.combine;
    compiled.keywords = rule.keywords;
    if (rule.method == KeywordMethod::bm25) {
      compiled.alike = AlikeWords::bm25(rule, tokenizer());
    } else if (rule.method == KeywordMethod::ngram) {
      compiled.alike = AlikeWords::ngram(rule);
    } else {
      if (!add_patterns(rule, compiled.patterns)) return std::nullopt;
    }
    // VSR's flag fuzzy_match adds typing errors to its literals and regexes only.
    if (!compiled.alike && rule.is_fuzzy()) compiled.alike = AlikeWords::fuzzy(rule, context_.v1);
    return compiled;
  }

  ScopePools pools;

 private:
  bool add_patterns(const KeywordRule& rule, std::vector<std::size_t>& numbers) {
    const auto kind = rule.method == KeywordMethod::regex ? text::Pattern::Kind::regex : text::Pattern::Kind::literal;
    bool good = true;
    for (std::size_t i = 0; i < rule.keywords.size(); ++i) {
      const std::string path = config::join(config::join(rule.path, "keywords"), i);
      const auto number = pools.of(rule.scope).add({kind, rule.keywords[i], rule.case_sensitive}, path, diagnostics_);
      if (number) numbers.push_back(*number);
      good = good && number;
    }
    return good;
  }

  // Dictionaries are loaded when the first bm25 rule needs them.
  std::shared_ptr<const text::Tokenizer> tokenizer() {
    if (!tokenizer_) tokenizer_ = std::make_shared<const text::Tokenizer>();
    return tokenizer_;
  }

  const CompileContext& context_;
  config::Diagnostics& diagnostics_;
  std::shared_ptr<const text::Tokenizer> tokenizer_;
};

std::unique_ptr<Family> compile(const std::vector<KeywordRule>& rules, const CompileContext& context,
                                config::Diagnostics& diagnostics) {
  Compiler compiler(context, diagnostics);
  std::vector<std::pair<Leaf, Compiled>> usable;
  for (Leaf& leaf : leaves_of(rules, context, diagnostics)) {
    if (auto compiled = compiler.compile(rules[leaf.rule])) usable.emplace_back(std::move(leaf), std::move(*compiled));
  }
  if (!compiler.pools.build(config::join(context.signals_path, "keywords"), diagnostics)) return nullptr;
  auto family = std::make_unique<KeywordFamily>(std::move(compiler.pools));
  for (auto& [leaf, compiled] : usable) family->add(std::move(leaf), std::move(compiled));
  return unless_empty(std::move(family));
}

}  // namespace

extern const Type kKeyword = with_rules<KeywordRule, compile>({
    .key = "keywords",
    .leaf = "keyword",
    .matched_key = "keywords",
    .header = "keywords",
    .doc = "Words, phrases and patterns in a text.",
});

}  // namespace signalbox::signals
