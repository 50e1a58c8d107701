// jailbreak: attempts to talk a model out of its rules. A security signal: unknown counts as a match. Needs a model.
#include <array>

#include "signals/missing_model.h"

namespace signalbox::signals {
namespace {

enum class Method : std::uint8_t { classifier, contrastive, hybrid };
constexpr std::array<config::EnumName, 3> kMethods{{
    {static_cast<int>(Method::classifier), "classifier"},
    {static_cast<int>(Method::contrastive), "contrastive"},
    {static_cast<int>(Method::hybrid), "hybrid"},
}};
std::span<const config::EnumName> enum_names(Method) {
  return kMethods;
}

struct JailbreakRule : RuleBase {
  Method method = Method::classifier;
  double threshold = 0;
  bool include_history = false;
  std::vector<std::string> jailbreak_patterns;
  std::vector<std::string> benign_patterns;
};

void describe(config::Visitor& v, JailbreakRule& x) {
  describe_rule(v, x, "JailbreakSignal", "Attempts to talk a model out of its rules.");
  v.field("method", x.method,
          {.doc = "classifier; contrastive (similarity to jailbreak_patterns less that to benign_patterns); hybrid "
                  "(under v0.3 the same as classifier, as in VSR)."});
  v.field("threshold", x.threshold,
          {.doc = "Risk from which the rule matches. Contrastive without one: 0.1.", .min = 0, .max = 1});
  v.field("include_history", x.include_history, {.doc = "Also judge earlier and non-user messages."});
  v.field("jailbreak_patterns", x.jailbreak_patterns, {.doc = "Example attacks (contrastive)."});
  v.field("benign_patterns", x.benign_patterns, {.doc = "Example harmless requests (contrastive)."});
}

bool usable(const JailbreakRule& rule, const CompileContext& context, config::Diagnostics& diagnostics) {
  const bool contrastive = rule.method == Method::contrastive;
  bool good = check_texts(rule.path, "jailbreak_patterns", rule.jailbreak_patterns, !contrastive, diagnostics);
  good = check_texts(rule.path, "benign_patterns", rule.benign_patterns, true, diagnostics) && good;
  if (contrastive && rule.benign_patterns.empty()) {
    diagnostics.warning(config::join(rule.path, "benign_patterns"), "no_negative_side",
                        "without benign_patterns a contrastive rule matches practically everything",
                        "add examples of harmless requests");
  }
  if (!contrastive && rule.threshold <= 0) {
    diagnostics.warning(config::join(rule.path, "threshold"), "always_matches", "a threshold of 0 matches everything",
                        "set one, such as 0.7");
  }
  if (rule.method == Method::hybrid && !context.v1) {
    diagnostics.warning(config::join(rule.path, "method"), "hybrid_is_classifier",
                        "VSR treats hybrid as classifier and ignores the patterns");
  }
  return good;
}

std::unique_ptr<Family> compile(const std::vector<JailbreakRule>& rules, const CompileContext& context,
                                config::Diagnostics& diagnostics) {
  std::vector<Leaf> leaves = leaves_of(rules, context, diagnostics, true);
  std::erase_if(leaves, [&](const Leaf& leaf) { return !usable(rules[leaf.rule], context, diagnostics); });
  return missing_model(std::move(leaves), "jailbreak classifier");
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
