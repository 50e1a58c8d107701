// reask: the user asks again what was asked before. Needs an embedding model.
#include <algorithm>

#include "signals/family.h"
#include "signals/prototype_bank.h"
#include "signals/similarity_family.h"
#include "signals/text_vectors.h"

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

// What the user said in one message.
using Turn = std::string;

// The user's turns, newest first: the current one and at most `before` earlier ones. Turns without text are passed
// over.
std::vector<Turn> turns_of(const evidence::Evidence& evidence, std::size_t before) {
  std::vector<Turn> turns;
  for (auto text = evidence.texts.rbegin(); text != evidence.texts.rend();) {
    const std::uint32_t message = text->message;
    std::string turn;
    bool of_user = false, current = false;
    for (; text != evidence.texts.rend() && text->message == message; ++text) {
      of_user = text->role == evidence::Role::user;
      current |= text->last_user;
      turn.insert(0, turn.empty() ? std::string(text->text) : std::string(text->text) + " ");
    }
    if (!of_user || is_blank(turn) || (turns.empty() && !current)) continue;
    turns.push_back(std::move(turn));
    if (turns.size() > before) break;
  }
  return turns;
}

class ReaskFamily final : public RuleFamily<ReaskRule> {
 public:
  explicit ReaskFamily(const EmbeddingModel& model) : model_(model) {}

  // Only the rules with the largest lookback of those that match stay, so all are computed together.
  bool coupled() const override { return true; }
  Cost cost(std::size_t, const evidence::Evidence& evidence) const override {
    return evidence.roles.user < 2 ? Cost::instant : Cost::model;
  }
  std::string_view missing_model(std::size_t) const override {
    return model_.embedder || model_.only_checked ? std::string_view() : std::string_view(model_.missing);
  }
  const models::ModelInfo* measured_by(std::size_t) const override { return info_of(model_); }

  void evaluate(std::span<const std::size_t> wanted, EvalContext& context,
                std::span<SignalResult> results) const override {
    judge_together(wanted, results, [&] { judge(context, results); });
  }

 private:
  void judge(EvalContext& context, std::span<SignalResult> results) const {
    std::size_t before = 0;
    for (const ReaskRule& rule : rules()) before = std::max(before, static_cast<std::size_t>(rule.lookback_turns));
    const std::vector<Turn> turns = turns_of(context.evidence, before);
    if (turns.size() < 2) return;
    const std::expected<std::vector<double>, SignalResult> likeness = compare(turns, context);
    for (std::size_t i = 0; i < results.size(); ++i) {
      results[i] = likeness ? streak(rules()[i], *likeness) : likeness.error();
    }
    if (likeness) keep_longest(results);
  }

  // How like the current turn each earlier one is, newest first.
  std::expected<std::vector<double>, SignalResult> compare(const std::vector<Turn>& turns, EvalContext& context) const {
    if (!model_.embedder) return std::unexpected(SignalResult::unknown(Reason::model_missing, model_.missing));
    const std::vector<std::string_view> texts(turns.begin(), turns.end());
    const auto vectors =
        models::embed_many(texts, [&](std::string_view text) { return vector_of(*model_.embedder, text, context); });
    if (!vectors) return std::unexpected(unknown_of(vectors.error()));
    std::vector<double> likeness;
    for (std::size_t i = 1; i < vectors->size(); ++i) {
      likeness.push_back(dot((*vectors)[0]->values, (*vectors)[i]->values));
    }
    return likeness;
  }

  static SignalResult streak(const ReaskRule& rule, const std::vector<double>& likeness) {
    const auto end = std::ranges::find_if(likeness, [&](double similarity) { return similarity < rule.threshold; });
    const auto length = static_cast<std::int64_t>(end - likeness.begin());
    SignalResult result;
    result.value = static_cast<double>(length);
    result.values = {{"similarity", likeness.front()}, {"threshold", rule.threshold}};
    if (length < rule.lookback_turns) return result;
    result.truth = Truth::match;
    result.confidence =
        std::clamp(*std::min_element(likeness.begin(), likeness.begin() + rule.lookback_turns), 0.0, 1.0);
    return result;
  }

  void keep_longest(std::span<SignalResult> results) const {
    std::int64_t longest = 0;
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (results[i].truth == Truth::match) longest = std::max(longest, rules()[i].lookback_turns);
    }
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (results[i].truth != Truth::match || rules()[i].lookback_turns == longest) continue;
      results[i].truth = Truth::no_match;
      results[i].confidence = 0;
      results[i].detail = "matched, but a rule over more turns matched, too";
    }
  }

  EmbeddingModel model_;
};

std::unique_ptr<Family> compile(const std::vector<ReaskRule>& rules, const CompileContext& context,
                                config::Diagnostics& diagnostics) {
  auto family = std::make_unique<ReaskFamily>(embedding_of(context));
  for (Leaf& leaf : leaves_of(rules, context, diagnostics)) {
    const ReaskRule& rule = rules[leaf.rule];
    family->add(std::move(leaf), rule);
  }
  return unless_empty(std::move(family));
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
