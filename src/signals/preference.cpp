// preference: which of several described preferences the request shows. Exactly one wins. Needs an embedding model.
#include "signals/missing_model.h"

namespace signalbox::signals {
namespace {

struct PreferenceRule : RuleBase {
  std::vector<std::string> examples;
  std::optional<double> threshold;
};

void describe(config::Visitor& v, PreferenceRule& x) {
  describe_rule(v, x, "PreferenceSignal", "A preference of the user, told by its description and examples.");
  v.field("examples", x.examples, {.doc = "Texts that show the preference; the description counts as one."});
  v.field("threshold", x.threshold, {.doc = "Similarity that the winner must reach. Absent: none.", .min = 0, .max = 1});
}

bool usable(const PreferenceRule& rule, config::Diagnostics& diagnostics) {
  if (!check_texts(rule.path, "examples", rule.examples, true, diagnostics)) return false;
  if (rule.examples.empty() && rule.description.empty()) {
    diagnostics.warning(rule.path, "no_examples", "the rule has neither a description nor examples to compare with",
                        "describe it, or add examples");
  }
  return true;
}

std::unique_ptr<Family> compile(const std::vector<PreferenceRule>& rules, const CompileContext& context,
                                config::Diagnostics& diagnostics) {
  std::vector<Leaf> leaves = leaves_of(rules, context, diagnostics);
  std::erase_if(leaves, [&](const Leaf& leaf) { return !usable(rules[leaf.rule], diagnostics); });
  return missing_model(std::move(leaves), {.what = "embedding model", .coupled = true});
}

}  // namespace

extern const Type kPreference = with_rules<PreferenceRule, compile>({
    .key = "preferences",
    .leaf = "preference",
    .matched_key = "preferences",
    .header = "preference",
    .doc = "A preference that the request shows; exactly one wins.",
    .needs_model = true,
});

}  // namespace signalbox::signals
