// user_feedback: how the user takes the previous answer. Needs the feedback model.
//
// Told from the current turn, once there is an answer to be content with. Under v0.3 an unsure classifier counts as
// satisfied (as VSR); under v1 nothing is told then.
#include <algorithm>
#include <array>

#include "signals/family.h"
#include "signals/label_family.h"
#include "signals/missing_model.h"
#include "signals/similarity_family.h"

namespace signalbox::signals {
namespace {

constexpr std::array<std::string_view, 4> kLabels{"satisfied", "need_clarification", "wrong_answer", "want_different"};

struct UserFeedbackRule : RuleBase {};

void describe(config::Visitor& v, UserFeedbackRule& x) {
  describe_rule(v, x, "UserFeedbackSignal",
                "How the user takes the previous answer; the name is satisfied, need_clarification, wrong_answer or "
                "want_different.");
}

// In the order of kLabels; as our models call them, and VSR's.
const std::vector<std::vector<std::string_view>> kSpellings{
    {"satisfied", "sat"},
    {"need_clarification", "needs_clarification"},
    {"wrong_answer"},
    {"want_different", "wants_different"},
};

class FeedbackFamily final : public LabelFamily {
 public:
  FeedbackFamily(const ClassifierModel& model, std::vector<std::size_t> labels, bool v1)
      : LabelFamily(model), labels_(std::move(labels)), v1_(v1) {}

  void add(Leaf leaf) {
    const auto name = std::ranges::find(kLabels, leaf.name);
    name_.push_back(static_cast<std::size_t>(name - kLabels.begin()));
    add_leaf(std::move(leaf));
  }
  // Partitions aside, at most one of them is told.
  bool coupled() const override { return true; }
  Cost cost(std::size_t, const evidence::Evidence& evidence) const override {
    return evidence.roles.assistant == 0 ? Cost::instant : Cost::model;
  }

 protected:
  // There is nothing to be content with before the first answer.
  bool concerns(const EvalContext& context) const override { return context.evidence.roles.assistant > 0; }

  void judge(const models::Classification& text, EvalContext&, std::span<SignalResult> results) const override {
    const auto best =
        std::ranges::max_element(labels_, {}, [&](std::size_t label) { return text.probabilities[label]; });
    auto told = static_cast<std::size_t>(best - labels_.begin());
    double probability = static_cast<double>(text.probabilities[*best]);
    const bool unsure = probability < model().threshold;
    if (unsure && !v1_) {  // VSR: satisfied, or not sure
      told = 0;
      probability = 1 - probability;
    }
    for (std::size_t i = 0; i < results.size(); ++i) {
      results[i].value = static_cast<double>(text.probabilities[labels_[name_[i]]]);
      results[i].values = {{"threshold", model().threshold}};
      if (name_[i] == told && !(unsure && v1_)) tell(results[i], probability);
    }
  }

 private:
  std::vector<std::size_t> labels_;  // of the model, by kLabels
  std::vector<std::size_t> name_;    // index into kLabels, by leaf
  bool v1_;
};

std::unique_ptr<Family> compile(const std::vector<UserFeedbackRule>& rules, const CompileContext& context,
                                config::Diagnostics& diagnostics) {
  const ClassifierModel& model = learned_of(context).feedback;
  std::vector<Leaf> leaves = leaves_of(rules, context, diagnostics);
  if (leaves.empty()) return nullptr;
  const std::string path = config::join(context.signals_path, "user_feedbacks");
  auto family = std::make_unique<FeedbackFamily>(model, labels_of(model, kSpellings, path, diagnostics), context.v1);
  for (Leaf& leaf : leaves) {
    if (check_label_name(rules[leaf.rule], kLabels, diagnostics)) family->add(std::move(leaf));
  }
  return unless_empty(std::move(family));
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
