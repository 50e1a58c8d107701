// secrets (ours): keys, tokens, private keys and passwords in a text. A security signal that needs no model.
//
//   secrets:
//     - name: keys                                    # anything that docs/pii.md lists
//     - {name: cloud_keys, types: [aws_access_key, google_api_key], scope: conversation}
#include <fmt/format.h>

#include <algorithm>

#include "pii/secrets.h"
#include "signals/family.h"
#include "signals/sensitive_text.h"

namespace signalbox::signals {
namespace {

struct SecretsRule : TextRule {
  std::vector<std::string> types;
  std::vector<std::string> allow;
  double threshold = 0;
};

void describe(config::Visitor& v, SecretsRule& x) {
  describe_rule(v, x, "SecretsSignal", "Keys, tokens, private keys and passwords in a text.");
  v.field("types", x.types,
          {.doc = "Kinds that count, such as github_token, jwt, private_key, password. Empty: all.", .ours = true});
  v.field(
      "allow", x.allow,
      {.doc = "Texts that never count (any case), such as sk_test_*; '*' at either end is anything.", .ours = true});
  v.field("threshold", x.threshold,
          {.doc = "Confidence from which a secret counts: 1 with a checksum, 0.95 with a provider's prefix, 0.75 where "
                  "only a name such as \"password\" says so.",
           .min = 0,
           .max = 1,
           .ours = true});
}

bool check(const SecretsRule& rule, config::Diagnostics& diagnostics) {
  const auto& kinds = pii::secret_kinds();
  bool good = true;
  for (std::size_t i = 0; i < rule.types.size(); ++i) {
    if (std::binary_search(kinds.begin(), kinds.end(), rule.types[i])) continue;
    const std::string hint = config::did_you_mean(rule.types[i], {kinds.begin(), kinds.end()});
    diagnostics.error(config::join(config::join(rule.path, "types"), i), "unknown_secret_type",
                      fmt::format("\"{}\" is no kind of secret that is known here", rule.types[i]),
                      hint.empty() ? "docs/pii.md lists the kinds" : hint);
    good = false;
  }
  for (std::size_t i = 0; i < rule.allow.size(); ++i) {
    if (rule.allow[i].find_first_not_of("* ") != std::string::npos) continue;
    diagnostics.error(config::join(config::join(rule.path, "allow"), i), "allows_everything",
                      "an empty value or a '*' by itself would allow everything", "name what is allowed");
    good = false;
  }
  return good;
}

SensitiveRule compiled(const SecretsRule& rule) {
  SensitiveRule into;
  into.scopes = {rule.scope};
  into.types.set(pii::index(pii::Type::secret));
  into.threshold.fill(rule.threshold);
  into.kinds = rule.types;
  std::sort(into.kinds.begin(), into.kinds.end());
  into.allowed = AllowedValues(rule.allow);
  into.name_kinds = true;
  return into;
}

class SecretsFamily final : public RuleFamily<SensitiveRule> {
 public:
  Cost cost(std::size_t leaf, const evidence::Evidence& evidence) const override {
    return scopes_cost(rules()[leaf].scopes, evidence);
  }

  void evaluate(std::span<const std::size_t> wanted, EvalContext& context,
                std::span<SignalResult> results) const override {
    SensitiveTexts texts(context.scopes);
    judge_each(wanted, results, [&](std::size_t leaf) {
      Sensitive found = texts.judge(rules()[leaf]);
      if (found.count == 0) return found.no_match();
      const double confidence = found.best;
      SignalResult result = std::move(found).match();
      result.confidence = confidence;
      return result;
    });
  }
};

std::unique_ptr<Family> compile(const std::vector<SecretsRule>& rules, const CompileContext& context,
                                config::Diagnostics& diagnostics) {
  auto family = std::make_unique<SecretsFamily>();
  for (Leaf& leaf : leaves_of(rules, context, diagnostics, true)) {
    const SecretsRule& rule = rules[leaf.rule];
    if (check(rule, diagnostics)) family->add(std::move(leaf), compiled(rule));
  }
  if (!family->empty()) pii::prepare();
  return unless_empty(std::move(family));
}

}  // namespace

extern const Type kSecrets = with_rules<SecretsRule, compile>({
    .key = "secrets",
    .leaf = "secrets",
    .matched_key = "secrets",
    .header = "",
    .doc = "Keys, tokens, private keys and passwords in a text.",
    .security = true,
    .ours = true,
});

}  // namespace signalbox::signals
