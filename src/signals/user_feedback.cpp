// user_feedback: how the user takes the previous answer. Needs the feedback model.
#include <array>

#include "signals/missing_model.h"

namespace signalbox::signals {
namespace {

constexpr std::array<std::string_view, 4> kLabels{"satisfied", "need_clarification", "wrong_answer", "want_different"};

struct UserFeedbackRule : RuleBase {};

void describe(config::Visitor& v, UserFeedbackRule& x) {
  describe_rule(v, x, "UserFeedbackSignal",
                "How the user takes the previous answer; the name is satisfied, need_clarification, wrong_answer or "
                "want_different.");
}

std::unique_ptr<Family> compile(const std::vector<UserFeedbackRule>& rules, const CompileContext& context,
                                config::Diagnostics& diagnostics) {
  std::vector<Leaf> leaves = leaves_of(rules, context, diagnostics);
  std::erase_if(leaves, [&](const Leaf& leaf) { return !check_label_name(rules[leaf.rule], kLabels, diagnostics); });
  return missing_model(std::move(leaves), {.what = "feedback classifier"});
}

}  // namespace

extern const Type kUserFeedback = with_rules<UserFeedbackRule, compile>({
    .key = "user_feedbacks",
    .leaf = "user_feedback",
    .matched_key = "user_feedbacks",
    .header = "user-feedback",
    .doc = "How the user takes the previous answer.",
    .needs_model = true,
});

}  // namespace signalbox::signals
