// pii: personal data of types that are not allowed. A security signal: unknown counts as a match.
//
// Validators (src/pii) find the types that a format defines. A type that only a model finds, or finds better, and that
// the rule does not allow leaves the rule unknown (model_missing), unless a validator found a violation already: that
// nothing was found never means that nothing is there.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "signals/family.h"
#include "signals/pii_rules.h"
#include "signals/sensitive_text.h"

namespace signalbox::signals {
namespace {

struct Compiled {
  SensitiveRule rule;
  std::string needs_model;  // why; empty: validators judge all of the rule's types
};

std::string needs_model(const pii::TypeSet& judged) {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < pii::kTypes; ++i) {
    const auto type = static_cast<pii::Type>(i);
    if (judged[i] && pii::coverage(type) != pii::Coverage::full) names.push_back(pii::to_string(type));
  }
  if (names.empty()) return {};
  return fmt::format("no PII model is installed for {}; types: lists what validators judge alone",
                     fmt::join(names, ", "));
}

class PiiFamily final : public RuleFamily<Compiled> {
 public:
  explicit PiiFamily(bool v1) : v1_(v1) {}

  Cost cost(std::size_t leaf, const evidence::Evidence& evidence) const override {
    return scopes_cost(rules()[leaf].rule.scopes, evidence);
  }
  std::string_view missing_model(std::size_t leaf) const override { return rules()[leaf].needs_model; }

  void evaluate(std::span<const std::size_t> wanted, EvalContext& context,
                std::span<SignalResult> results) const override {
    SensitiveTexts texts(context.scopes);
    judge_each(wanted, results, [&](std::size_t leaf) {
      const Compiled& compiled = rules()[leaf];
      Sensitive found = texts.judge(compiled.rule);
      if (found.count > 0) {
        SignalResult result = matched(std::move(found));
        result.partial = result.partial || !compiled.needs_model.empty();
        return result;
      }
      SignalResult nothing = found.no_match();
      if (nothing.truth == Truth::unknown || compiled.needs_model.empty()) return nothing;
      return SignalResult::unknown(Reason::model_missing, compiled.needs_model);
    });
  }

 private:
  // VSR writes no confidence for pii: 1.
  SignalResult matched(Sensitive found) const {
    const double confidence = v1_ ? found.best : 1;
    SignalResult result = std::move(found).match();
    result.confidence = confidence;
    return result;
  }

  bool v1_;
};

std::unique_ptr<Family> compile(const std::vector<PiiRule>& rules, const CompileContext& context,
                                config::Diagnostics& diagnostics) {
  auto family = std::make_unique<PiiFamily>(context.v1);
  for (Leaf& leaf : leaves_of(rules, context, diagnostics, true)) {
    Compiled compiled{.rule = compile_pii(rules[leaf.rule], context.v1, diagnostics), .needs_model = {}};
    compiled.needs_model = needs_model(compiled.rule.types);
    family->add(std::move(leaf), std::move(compiled));
  }
  if (!family->empty()) pii::prepare();
  return unless_empty(std::move(family));
}

}  // namespace

extern const Type kPii = with_rules<PiiRule, compile>({
    .key = "pii",
    .leaf = "pii",
    .matched_key = "pii",
    .header = "pii",
    .doc = "Personal data of types that are not allowed.",
    .security = true,
    .needs_model = true,
});

}  // namespace signalbox::signals
