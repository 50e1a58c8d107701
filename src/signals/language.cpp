// language: the one language that a text is mostly written in.
//
// v0.3 keeps VSR's fallback: a text whose language cannot be told, or is less certain than the lowest threshold of the
// recipe, counts as English at 0.5. Under v1 such a text is in no language at all.
#include <algorithm>
#include <array>
#include <cctype>

#include "signals/family.h"
#include "text/language.h"

namespace signalbox::signals {
namespace {

constexpr double kDefaultThreshold = 0.3;
constexpr double kFallbackConfidence = 0.5;
constexpr std::string_view kFallback = "en";

struct LanguageRule : TextRule {
  double threshold = 0;
};

void describe(config::Visitor& v, LanguageRule& x) {
  describe_rule(v, x, "LanguageSignal",
                "Matches when the text is in a language; the name is its ISO 639-1 code (zh, es).");
  v.field(
      "threshold", x.threshold,
      {.doc = "Certainty from which the rule matches. 0 or absent: 0.3, or the recipe's lowest.", .min = 0, .max = 1});
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

struct Compiled {
  Scope scope = Scope::last_user;
  std::string code;
  double threshold = 0;
};

struct Detected {
  std::string code;  // empty: none
  double confidence = 0;
  bool assumed = false;  // English because nothing was detected
};

class LanguageFamily final : public RuleFamily<Compiled> {
 public:
  LanguageFamily(double floor, bool assume_english) : floor_(floor), assume_english_(assume_english) {}

  Cost cost(std::size_t leaf, const evidence::Evidence& evidence) const override {
    return scope_cost(rules()[leaf].scope, evidence);
  }

  void evaluate(std::span<const std::size_t> wanted, EvalContext& context,
                std::span<SignalResult> results) const override {
    std::array<std::optional<Detected>, kScopes> by_scope;
    judge_each(wanted, results, [&](std::size_t leaf) {
      const Compiled& rule = rules()[leaf];
      const ScopeText& text = context.scopes.get(rule.scope);
      std::optional<Detected>& detected = by_scope[static_cast<std::size_t>(rule.scope)];
      if (!detected) detected = detect(text.text);
      return judge(rule, *detected, text);
    });
  }

 private:
  Detected detect(std::string_view text) const {
    const text::Language language = detector_.detect(text);
    if (language.code != "und" && language.confidence >= floor_) return {language.code, language.confidence, false};
    if (assume_english_) return {std::string(kFallback), kFallbackConfidence, true};
    return {};
  }

  static SignalResult judge(const Compiled& rule, const Detected& detected, const ScopeText& text) {
    const bool match = detected.code == rule.code && detected.confidence >= rule.threshold;
    // An assumption about pictures that were not read is none.
    if (!match || (detected.assumed && !text.complete)) return no_match_in(text);
    SignalResult result = SignalResult::matched();
    result.value = detected.confidence;
    if (detected.assumed) result.detail = "no language was detected with certainty; English is assumed";
    return result;
  }

  text::LanguageDetector detector_;
  double floor_;
  bool assume_english_;
};

bool is_code(std::string_view name) {
  return (name.size() == 2 || name.size() == 3) &&
         std::all_of(name.begin(), name.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

// The lowest threshold that is set, below which VSR takes no detection seriously.
double floor_of(const std::vector<LanguageRule>& rules) {
  double floor = 0;
  for (const LanguageRule& rule : rules) {
    if (rule.threshold > 0 && (floor == 0 || rule.threshold < floor)) floor = rule.threshold;
  }
  return floor == 0 ? kDefaultThreshold : floor;
}

std::unique_ptr<Family> compile(const std::vector<LanguageRule>& rules, const CompileContext& context,
                                config::Diagnostics& diagnostics) {
  const double floor = floor_of(rules);
  auto family = std::make_unique<LanguageFamily>(floor, !context.v1);
  for (Leaf& leaf : leaves_of(rules, context, diagnostics)) {
    const LanguageRule& rule = rules[leaf.rule];
    Compiled compiled{.scope = rule.scope, .code = lower(rule.name), .threshold = rule.threshold};
    if (!is_code(compiled.code)) {
      diagnostics.warning(config::join(rule.path, "name"), "unknown_language",
                          "the name of a language rule is the language's ISO 639-1 code, such as zh or es");
    }
    family->add(std::move(leaf), std::move(compiled));
  }
  return unless_empty(std::move(family));
}

}  // namespace

extern const Type kLanguage = with_rules<LanguageRule, compile>({
    .key = "language",
    .leaf = "language",
    .matched_key = "language",
    .header = "language",
    .doc = "The language that the text is written in.",
});

}  // namespace signalbox::signals
