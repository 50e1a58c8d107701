// fact_check: whether an answer would rest on facts that should be checked. Needs the fact-check model.
#include <array>

#include "signals/missing_model.h"

namespace signalbox::signals {
namespace {

constexpr std::array<std::string_view, 2> kLabels{"needs_fact_check", "no_fact_check_needed"};

struct FactCheckRule : RuleBase {};

void describe(config::Visitor& v, FactCheckRule& x) {
  describe_rule(v, x, "FactCheckSignal",
                "Whether the request asks for facts; the name is needs_fact_check or no_fact_check_needed.");
}

std::unique_ptr<Family> compile(const std::vector<FactCheckRule>& rules, const CompileContext& context,
                                config::Diagnostics& diagnostics) {
  std::vector<Leaf> leaves = leaves_of(rules, context, diagnostics);
  std::erase_if(leaves, [&](const Leaf& leaf) { return !check_label_name(rules[leaf.rule], kLabels, diagnostics); });
  return missing_model(std::move(leaves), {.what = "fact-check classifier"});
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
