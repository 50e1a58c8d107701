// jailbreak: attempts to talk a model out of its rules. A security signal: unknown counts as a match.
//
// Every text in question (jailbreak_texts.h) is judged as it was sent and as it reads without disguises; the worst
// decides. What could not be judged leaves the rule unknown, unless something else was an attack already.
#include <fmt/format.h>

#include <algorithm>

#include "signals/jailbreak_judge.h"
#include "signals/jailbreak_texts.h"
#include "signals/label_family.h"
#include "signals/similarity_family.h"

namespace signalbox::signals {
namespace {

// The worst that was found so far, and why something was not judged.
struct Verdict {
  std::optional<Risk> risk;
  const JudgedText* text = nullptr;
  const disguise::View* view = nullptr;  // null: as it was sent
  std::optional<SignalResult> unknown;
  std::size_t judged = 0;
};

std::string what_of(const Verdict& verdict) {
  std::string what = verdict.risk->phrase.empty() ? "attack" : verdict.risk->phrase;
  if (verdict.view != nullptr) what += " (" + disguise::to_string(verdict.view->steps) + ")";
  return what;
}

void describe_verdict(const Verdict& verdict, const JailbreakSettings& settings, SignalResult& result) {
  const Risk& risk = *verdict.risk;
  result.value = risk.value;
  result.values = {{"threshold", settings.threshold}, {"judged", static_cast<double>(verdict.judged)}};
  if (risk.classifier && risk.margin) result.values.emplace_back("classifier", *risk.classifier);
  if (risk.margin) result.values.emplace_back("margin", *risk.margin);
  if (verdict.view != nullptr) {
    result.detail = fmt::format("as it reads after {}", disguise::to_string(verdict.view->steps));
    if (verdict.view->excerpt) result.detail += ", what was encoded alone";
  }
  if (risk.windows > 1) {
    result.detail += fmt::format("{}window {} of {}", result.detail.empty() ? "" : "; ", risk.window + 1, risk.windows);
  }
}

// A contrastive score is a difference and may be below 0.
SignalResult result_of(const Verdict& verdict, const JailbreakSettings& settings) {
  SignalResult result;
  if (verdict.risk) describe_verdict(verdict, settings, result);
  if (verdict.risk && verdict.risk->value >= settings.threshold) {
    tell(result, verdict.risk->value);
    const bool sent = verdict.view == nullptr;
    const std::size_t begin = sent ? verdict.risk->begin : 0;
    const std::size_t end = sent ? verdict.risk->end : verdict.text->text.size();
    result.findings.push_back(verdict.text->locate(what_of(verdict), begin, end));
    return result;
  }
  return verdict.unknown.value_or(std::move(result));
}

class JailbreakFamily final : public RuleFamily<JailbreakJudge> {
 public:
  Cost cost(std::size_t leaf, const evidence::Evidence& evidence) const override {
    const JailbreakSettings& settings = rules()[leaf].settings();
    if (settings.method != JailbreakMethod::patterns) return Cost::model;
    return settings.images ? scope_cost(Scope::image_text, evidence) : Cost::scan;
  }
  std::string_view missing_model(std::size_t leaf) const override { return rules()[leaf].missing_model(); }
  const models::ModelInfo* measured_by(std::size_t leaf) const override { return rules()[leaf].measured_by(); }
  bool reads_pictures(std::size_t leaf) const override { return rules()[leaf].settings().images; }

  void evaluate(std::span<const std::size_t> wanted, EvalContext& context,
                std::span<SignalResult> results) const override {
    JailbreakTexts texts(context);
    judge_each(wanted, results, [&](std::size_t leaf) { return judge(rules()[leaf], texts, context); });
  }

 private:
  static SignalResult judge(const JailbreakJudge& rule, JailbreakTexts& texts, EvalContext& context) {
    const JudgedTexts judged = texts.of(rule.settings());
    Verdict verdict;
    if (!judged.incomplete_why.empty()) {
      verdict.unknown = SignalResult::unknown(Reason::not_judged, "a picture was not read: " + judged.incomplete_why);
    }
    for (const JudgedText& text : judged.texts) {
      if (!judge_one(rule, text, nullptr, context, verdict)) break;
      const disguise::Views& views = texts.views_of(text.text);
      if (!views.complete) {
        verdict.unknown = SignalResult::unknown(Reason::not_judged, "the text is encoded more deeply than is undone");
      }
      const bool all = std::ranges::all_of(
          views.views, [&](const disguise::View& view) { return judge_one(rule, text, &view, context, verdict); });
      if (!all) break;
    }
    return result_of(verdict, rule.settings());
  }

  // False where the model fails: it would fail for the next text as well, and each attempt takes its time.
  static bool judge_one(const JailbreakJudge& rule, const JudgedText& text, const disguise::View* view,
                        EvalContext& context, Verdict& verdict) {
    std::expected<Risk, SignalResult> risk = rule.judge(view != nullptr ? view->text : text.text, context);
    if (!risk) {
      verdict.unknown = std::move(risk.error());
      return false;
    }
    ++verdict.judged;
    if (verdict.risk && verdict.risk->value >= risk->value) return true;
    verdict.risk = std::move(*risk);
    verdict.text = &text;
    verdict.view = view;
    return true;
  }
};

// The labels whose probabilities together are the risk.
std::optional<std::vector<std::size_t>> positive_labels(const JailbreakRule& rule, const LearnedModels& learned,
                                                        config::Diagnostics& diagnostics) {
  const bool asked = rule.method == JailbreakMethod::classifier || rule.method == JailbreakMethod::hybrid;
  if (!asked) return std::vector<std::size_t>();
  std::vector<std::vector<std::string_view>> spellings;
  for (const std::string& label : learned.jailbreak_labels) spellings.push_back({label});
  std::vector<std::size_t> labels = labels_of(learned.jailbreak, spellings, rule.path, diagnostics);
  if (diagnostics.has_error_at(rule.path)) return std::nullopt;
  return labels;
}

std::unique_ptr<Family> compile(const std::vector<JailbreakRule>& rules, const CompileContext& context,
                                config::Diagnostics& diagnostics) {
  auto family = std::make_unique<JailbreakFamily>();
  const LearnedModels& learned = learned_of(context);
  for (Leaf& leaf : leaves_of(rules, context, diagnostics, true)) {
    const JailbreakRule& rule = rules[leaf.rule];
    if (!check(rule, context.v1, diagnostics)) continue;
    const std::optional<std::vector<std::size_t>> labels = positive_labels(rule, learned, diagnostics);
    if (!labels) continue;
    JailbreakJudge judge(rule, resolve(rule, context.v1, learned.jailbreak.threshold), learned.jailbreak, *labels,
                         embedding_of(context), context.v1);
    judge.preload(rule.path, diagnostics);
    family->add(std::move(leaf), std::move(judge));
  }
  if (!family->empty()) disguise::prepare();
  return unless_empty(std::move(family));
}

}  // namespace

extern const Type kJailbreak = with_rules<JailbreakRule, compile>({
    .key = "jailbreak",
    .leaf = "jailbreak",
    .matched_key = "jailbreak",
    .header = "jailbreak",
    .doc = "Attempts to talk a model out of its rules.",
    .security = true,
    .needs_model = true,
});

}  // namespace signalbox::signals
