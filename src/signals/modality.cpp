// modality: whether the answer should be text, a picture or both. Needs the modality model.
#include <array>

#include "signals/missing_model.h"

namespace signalbox::signals {
namespace {

constexpr std::array<std::string_view, 3> kLabels{"AR", "DIFFUSION", "BOTH"};

struct ModalityRule : RuleBase {};

void describe(config::Visitor& v, ModalityRule& x) {
  describe_rule(v, x, "ModalitySignal",
                "What the answer should be; the name is AR (text), DIFFUSION (a picture) or BOTH.");
}

std::unique_ptr<Family> compile(const std::vector<ModalityRule>& rules, const CompileContext& context,
                                config::Diagnostics& diagnostics) {
  std::vector<Leaf> leaves = leaves_of(rules, context, diagnostics);
  std::erase_if(leaves, [&](const Leaf& leaf) { return !check_label_name(rules[leaf.rule], kLabels, diagnostics); });
  return missing_model(std::move(leaves), {.what = "modality classifier"});
}

}  // namespace

extern const Type kModality = with_rules<ModalityRule, compile>({
    .key = "modality",
    .leaf = "modality",
    .matched_key = "modality",
    .header = "modality",
    .doc = "Whether the answer should be text, a picture or both.",
    .needs_model = true,
});

}  // namespace signalbox::signals
