// fact_check: whether an answer would rest on facts that should be checked. Needs the fact-check model.
#include <array>

#include "signals/family.h"
#include "signals/label_family.h"
#include "signals/missing_model.h"
#include "signals/similarity_family.h"

namespace signalbox::signals {
namespace {

constexpr std::array<std::string_view, 2> kLabels{"needs_fact_check", "no_fact_check_needed"};

struct FactCheckRule : RuleBase {};

void describe(config::Visitor& v, FactCheckRule& x) {
  describe_rule(v, x, "FactCheckSignal",
                "Whether the request asks for facts; the name is needs_fact_check or no_fact_check_needed.");
}

// As our models call their labels, and VSR's.
const std::vector<std::vector<std::string_view>> kSpellings{
    {"needs_fact_check", "fact_check_needed"},
    {"no_fact_check_needed", "no_fact_check", "fact_check_not_needed"},
};

class FactCheckFamily final : public LabelFamily {
 public:
  FactCheckFamily(const ClassifierModel& model, std::size_t needed) : LabelFamily(model), needed_{needed} {}

  void add(Leaf leaf) {
    positive_.push_back(leaf.name == kLabels[0]);
    add_leaf(std::move(leaf));
  }

 protected:
  // What is not sure enough to need a check needs none, as in VSR.
  void judge(const models::Classification& text, EvalContext&, std::span<SignalResult> results) const override {
    for (std::size_t i = 0; i < results.size(); ++i) {
      const double needed = probability_of(text, needed_, leaves()[i].security);
      const bool needs = needed >= model().threshold;
      results[i].value = positive_[i] ? needed : 1 - needed;
      results[i].values = {{"threshold", model().threshold}};
      if (needs == positive_[i]) tell(results[i], *results[i].value);
    }
  }

 private:
  std::vector<std::size_t> needed_;
  std::vector<bool> positive_;  // by leaf
};

std::unique_ptr<Family> compile(const std::vector<FactCheckRule>& rules, const CompileContext& context,
                                config::Diagnostics& diagnostics) {
  const ClassifierModel& model = learned_of(context).fact_check;
  std::vector<Leaf> leaves = leaves_of(rules, context, diagnostics);
  if (leaves.empty()) return nullptr;
  const std::string path = config::join(context.signals_path, "fact_check");
  auto family = std::make_unique<FactCheckFamily>(model, labels_of(model, kSpellings, path, diagnostics)[0]);
  for (Leaf& leaf : leaves) {
    if (check_label_name(rules[leaf.rule], kLabels, diagnostics)) family->add(std::move(leaf));
  }
  return unless_empty(std::move(family));
}

}  // namespace

extern const Type kFactCheck = with_rules<FactCheckRule, compile>({
    .key = "fact_check",
    .leaf = "fact_check",
    .matched_key = "fact_check",
    .header = "fact-check",
    .doc = "Whether the request asks for facts that should be verified.",
    .needs_model = true,
});

}  // namespace signalbox::signals
