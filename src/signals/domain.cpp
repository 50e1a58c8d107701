// domain: the subject of the request, one of the classifier's categories. Needs the domain model.
//
// Without a list, domains are generated from the names that decisions use, each with the category "other" (as VSR).
//
// Under v0.3 as VSR: where the classifier is sure (low entropy) its first choice counts, else every category that
// reaches the threshold; a domain is told when one of its categories is, and has that one's probability. Under v1 a
// domain's probability is the sum of its categories', and the threshold is a lower bound for it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "signals/family.h"
#include "signals/label_family.h"
#include "signals/similarity_family.h"

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

// H / log2(n) of a distribution over n labels, in [0, 1].
double normalised_entropy(const std::vector<float>& probabilities) {
  if (probabilities.size() < 2) return 0;
  double entropy = 0;
  for (const float p : probabilities) {
    if (p > 0) entropy -= static_cast<double>(p) * std::log2(static_cast<double>(p));
  }
  return entropy / std::log2(static_cast<double>(probabilities.size()));
}

constexpr double kSure = 0.4;  // VSR's bound between low and medium entropy

class DomainFamily final : public LabelFamily {
 public:
  DomainFamily(const ClassifierModel& model, bool v1) : LabelFamily(model), v1_(v1) {}

  void add(Leaf leaf, std::vector<std::string> categories) {
    std::vector<std::size_t> labels;
    if (model().classifier) {
      for (std::size_t i = 0; i < model().labels().size(); ++i) {
        const auto same = [&](const std::string& c) { return plain_label(c) == plain_label(model().labels()[i]); };
        if (std::ranges::any_of(categories, same)) labels.push_back(i);
      }
    }
    categories_.push_back(std::move(labels));
    add_leaf(std::move(leaf));
  }

  // Several domains share a distribution: partitions compare them.
  bool coupled() const override { return true; }

 protected:
  void judge(const models::Classification& text, EvalContext&, std::span<SignalResult> results) const override {
    const std::vector<float>& p = text.probabilities;
    const auto first = static_cast<std::size_t>(std::ranges::max_element(p) - p.begin());
    const double entropy = normalised_entropy(p);
    const bool of_none = static_cast<double>(p[first]) < model().unknown_threshold();
    for (std::size_t i = 0; i < results.size(); ++i) {
      SignalResult& result = results[i];
      const bool protects = leaves()[i].security;
      const double probability = v1_ || protects ? probability_of(text, categories_[i], protects)
                                                 : highest(p, categories_[i], entropy < kSure ? first : p.size());
      result.value = probability;
      result.values = {{"entropy", entropy}, {"threshold", model().threshold}};
      if (of_none && !protects) {
        result.detail = "the text belongs to none of the model's categories";
      } else if (probability >= model().threshold && !categories_[i].empty()) {
        tell(result, probability);
      }
    }
  }

 private:
  // The most probable of a domain's categories; when the classifier is sure (`only` is one), no other than that one.
  static double highest(const std::vector<float>& p, const std::vector<std::size_t>& categories, std::size_t only) {
    double best = 0;
    for (const std::size_t category : categories) {
      if (only == p.size() || category == only) best = std::max(best, static_cast<double>(p[category]));
    }
    return best;
  }

  bool v1_;
  std::vector<std::vector<std::size_t>> categories_;  // by leaf: labels of the model
};

std::vector<std::string> categories_of(const DomainRule& rule) {
  std::vector<std::string> categories = rule.mmlu_categories;
  categories.push_back(rule.name);
  return categories;
}

void warn_untold(const DomainRule& rule, const ClassifierModel& model, config::Diagnostics& diagnostics) {
  if (!model.classifier) return;
  for (const std::string& category : categories_of(rule)) {
    for (const std::string& label : model.labels()) {
      if (plain_label(label) == plain_label(category)) return;
    }
  }
  diagnostics.warning(rule.path, "never_matches",
                      fmt::format("the model {} tells none of the categories of domain \"{}\"",
                                  model.classifier->info().name, rule.name),
                      "list some of its labels in mmlu_categories");
}

std::unique_ptr<Family> compile(const std::vector<DomainRule>& rules, const CompileContext& context,
                                config::Diagnostics& diagnostics) {
  const ClassifierModel& model = learned_of(context).domain;
  auto family = std::make_unique<DomainFamily>(model, context.v1);
  std::set<std::string> names;
  for (Leaf& leaf : leaves_of(rules, context, diagnostics)) {
    names.insert(leaf.name);
    const DomainRule& rule = rules[leaf.rule];
    warn_untold(rule, model, diagnostics);
    family->add(std::move(leaf), categories_of(rule));
  }
  // A leaf may also name one of a domain's categories.
  for (std::size_t i = 0; i < rules.size(); ++i) {
    for (const std::string& category : rules[i].mmlu_categories) {
      if (!context.used_names.contains(category) || !names.insert(category).second) continue;
      family->add({category, i, rules[i].security.value_or(false)}, {category});
    }
  }
  if (rules.empty()) {
    for (const std::string& name : context.used_names) {
      family->add({name, 0, false}, context.v1 ? std::vector{name} : std::vector<std::string>{name, "other"});
    }
  }
  return unless_empty(std::move(family));
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
