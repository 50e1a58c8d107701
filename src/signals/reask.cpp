// reask: the user asks again what was asked before. Needs an embedding model.
#include "signals/missing_model.h"

namespace signalbox::signals {
namespace {

struct ReaskRule : RuleBase {
  double threshold = 0.8;
  std::int64_t lookback_turns = 1;
};

void describe(config::Visitor& v, ReaskRule& x) {
  describe_rule(v, x, "ReaskSignal", "Matches when the current user turn repeats the turns before it.");
  v.field("threshold", x.threshold, {.doc = "Similarity from which two turns ask the same.", .min = 0, .max = 1});
  v.field("lookback_turns", x.lookback_turns, {.doc = "How many turns before, in a row, must be alike.", .min = 1});
}

std::unique_ptr<Family> compile(const std::vector<ReaskRule>& rules, const CompileContext& context,
                                config::Diagnostics& diagnostics) {
  // Only the rules with the largest lookback among the matching ones are kept, so all are computed together.
  return missing_model(leaves_of(rules, context, diagnostics), {.what = "embedding model", .coupled = true});
}

}  // namespace

extern const Type kReask = with_rules<ReaskRule, compile>({
    .key = "reasks",
    .leaf = "reask",
    .matched_key = "reask",
    .header = "reask",
    .doc = "The user asks again what was asked before.",
    .needs_model = true,
});

}  // namespace signalbox::signals
