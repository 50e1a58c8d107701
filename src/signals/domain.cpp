// domain: the subject of the request, one of the classifier's categories. Needs the domain model.
//
// Without a list, domains are generated from the names that decisions use, each with the category "other" (as VSR).
#include "signals/missing_model.h"

namespace signalbox::signals {
namespace {

struct ModelScore {
  std::string path;
  std::string model;
  double score = 0;
  bool use_reasoning = false;
};

void describe(config::Visitor& v, ModelScore& x) {
  v.object("DomainModelScore", "How well a model does in a domain.", &x.path);
  v.field("model", x.model, {.doc = "Name of a model card.", .required = true, .non_empty = true});
  v.field("score", x.score, {.doc = "Used by static selection.", .min = 0, .max = 1});
  v.field("use_reasoning", x.use_reasoning, {.doc = "Whether the model should reason in this domain."});
}

struct DomainRule : RuleBase {
  std::vector<std::string> mmlu_categories;
  std::vector<ModelScore> model_scores;
};

void describe(config::Visitor& v, DomainRule& x) {
  describe_rule(v, x, "DomainSignal", "A subject that the domain classifier tells.");
  v.field("mmlu_categories", x.mmlu_categories, {.doc = "MMLU categories that belong to this domain."});
  v.field("model_scores", x.model_scores, {.doc = "Models rated for this domain."});
}

std::unique_ptr<Family> compile(const std::vector<DomainRule>& rules, const CompileContext& context,
                                config::Diagnostics& diagnostics) {
  std::vector<Leaf> leaves = leaves_of(rules, context, diagnostics);
  std::set<std::string> names;
  for (const Leaf& leaf : leaves) names.insert(leaf.name);
  // A leaf may also name one of a domain's categories.
  for (std::size_t i = 0; i < rules.size(); ++i) {
    for (const std::string& category : rules[i].mmlu_categories) {
      if (!context.used_names.contains(category) || !names.insert(category).second) continue;
      leaves.push_back({category, i, rules[i].security.value_or(false)});
    }
  }
  if (rules.empty()) {
    for (const std::string& name : context.used_names) leaves.push_back({name, 0, false});
  }
  return missing_model(std::move(leaves), {.what = "domain classifier", .coupled = true});
}

}  // namespace

extern const Type kDomain = with_rules<DomainRule, compile>({
    .key = "domains",
    .leaf = "domain",
    .matched_key = "domains",
    .header = "domains",
    .doc = "The subject of the request.",
    .needs_model = true,
});

}  // namespace signalbox::signals
