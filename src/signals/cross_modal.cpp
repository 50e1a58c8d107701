// cross_modal (ours): does what the text asks about agree with what the pictures show?
//
//   cross_modal:
//     - name: subject
//       text_threshold: 0.45
//       image_threshold: 0.08
//       topics:
//         - {name: passport, text: [what is my passport number], images: [a photo of a passport]}
//         - {name: code, text: [why does this function crash], images: [a screenshot of source code]}
//
// The text is compared with each topic's texts by the embedding model, each picture with its descriptions by the model
// of multimodal_model_path: two spaces, two thresholds, never one number for both. Leaves:
//
//   subject:agree     the text and a picture reach the same topic
//   subject:disagree  both reach topics, and no common one
//   subject:unclear   one of them reaches no topic
//
// Where topics leave it unclear, agree_from and disagree_below judge by the cosine of the text and the most similar
// picture in the pictures' space. A request without a picture or without a text matches nothing.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "signals/cross_modal_topics.h"
#include "signals/family.h"
#include "signals/missing_model.h"
#include "signals/similarity_family.h"
#include "signals/text_vectors.h"

namespace signalbox::signals {
namespace {

constexpr std::array<std::string_view, 3> kOutcomes{"agree", "disagree", "unclear"};
enum Outcome : std::uint8_t { agree, disagree, unclear };

struct CrossModalRule : RuleBase {
  std::vector<TopicExamples> topics;
  double text_threshold = 0;
  double image_threshold = 0;
  std::optional<double> agree_from, disagree_below;
};

void describe(config::Visitor& v, CrossModalRule& x) {
  describe_rule(
      v, x, "CrossModalSignal",
      "Whether text and pictures are about the same; rules use <name>:agree, <name>:disagree and <name>:unclear.");
  v.field("topics", x.topics, {.doc = "What both may be about.", .ours = true});
  v.field("text_threshold", x.text_threshold,
          {.doc = "Similarity to a topic's texts from which the text is about it.",
           .required = true,
           .min = -1,
           .max = 1,
           .ours = true});
  v.field("image_threshold", x.image_threshold,
          {.doc = "Similarity to a topic's descriptions from which a picture shows it; of another model than "
                  "text_threshold, and not comparable with it.",
           .required = true,
           .min = -1,
           .max = 1,
           .ours = true});
  v.field("agree_from", x.agree_from,
          {.doc = "Where topics leave it unclear: cosine of text and picture from which they agree. Absent: none.",
           .min = -1,
           .max = 1,
           .ours = true});
  v.field("disagree_below", x.disagree_below,
          {.doc = "Where topics leave it unclear: cosine below which they disagree. Absent: none.",
           .min = -1,
           .max = 1,
           .ours = true});
}

// Rules refer to an outcome.
bool declares_leaf(const CrossModalRule& rule, std::string_view leaf) {
  return std::ranges::any_of(kOutcomes,
                             [&](std::string_view outcome) { return leaf == rule.name + ":" + std::string(outcome); });
}

bool usable(const CrossModalRule& rule, config::Diagnostics& diagnostics) {
  bool good = check_topics(rule.topics, diagnostics);
  if (rule.topics.empty() && !rule.agree_from && !rule.disagree_below) {
    diagnostics.error(config::join(rule.path, "topics"), "empty_list", "the rule has nothing to judge by",
                      "add topics, or agree_from and disagree_below");
    good = false;
  }
  if (rule.agree_from && rule.disagree_below && *rule.agree_from < *rule.disagree_below) {
    diagnostics.error(config::join(rule.path, "agree_from"), "reversed_range",
                      "is below disagree_below: a pair between the two would do both",
                      "make agree_from the larger one");
    good = false;
  }
  return good;
}

struct Compiled {
  CrossModalRule rule;
  Topics topics;
};

class CrossModalFamily final : public Family {
 public:
  explicit CrossModalFamily(const EmbeddingModel& model) : topics_(model) {}

  void add(const CrossModalRule& rule, const Leaf& leaf) {
    rules_.push_back({rule, topics_.add(rule.topics)});
    // An unknown must not pass for agreement, which is what waves a request through.
    for (const std::string_view outcome : kOutcomes)
      leaves_.push_back(
          {leaf.name + ":" + std::string(outcome), leaf.rule, leaf.security && outcome != kOutcomes[agree]});
  }
  void preload(std::string_view path, config::Diagnostics& diagnostics) { topics_.preload(path, diagnostics); }
  bool empty() const { return leaves_.empty(); }

  const std::vector<Leaf>& leaves() const override { return leaves_; }
  Cost cost(std::size_t, const evidence::Evidence& evidence) const override {
    return evidence.images.empty() ? Cost::instant : Cost::model;
  }
  std::string_view missing_model(std::size_t) const override { return topics_.missing_model(); }
  bool compares_pictures(std::size_t) const override { return true; }

  void evaluate(std::span<const std::size_t> wanted, EvalContext& context,
                std::span<SignalResult> results) const override {
    std::vector<bool> done(rules_.size());
    judge_together(wanted, results, [&] {
      for (const std::size_t leaf : wanted) {
        const std::size_t rule = leaf / kOutcomes.size();
        if (done[rule]) continue;
        done[rule] = true;
        judge(rules_[rule], context, results.subspan(rule * kOutcomes.size(), kOutcomes.size()));
      }
    });
  }

 private:
  void judge(const Compiled& compiled, EvalContext& context, std::span<SignalResult> outcomes) const {
    if (context.evidence.images.empty() || is_blank(context.scopes.get(Scope::last_user).text)) return;
    std::expected<TopicScores, SignalResult> scores = topics_.score(compiled.topics, context);
    if (!scores) {
      std::ranges::fill(outcomes, scores.error());
      return;
    }
    const CrossModalRule& rule = compiled.rule;
    const TopicVerdict verdict = compare(*scores, rule.text_threshold, rule.image_threshold);
    Outcome outcome = verdict.common ? agree : verdict.text && verdict.image ? disagree : unclear;
    double confidence = verdict.confidence;
    if (outcome == unclear && rule.agree_from && scores->cosine >= *rule.agree_from) outcome = agree;
    if (outcome == unclear && rule.disagree_below && scores->cosine < *rule.disagree_below) outcome = disagree;
    // What was not seen may show what is asked about, or something else.
    if (scores->unjudged && outcome != agree) {
      std::ranges::fill(outcomes, *scores->unjudged);
      return;
    }
    for (SignalResult& result : outcomes) {
      result.value = scores->cosine;
      result.values = {{"cosine", scores->cosine}, {"text", verdict.best_text}, {"image", verdict.best_image}};
      result.detail = describe_verdict(rule, verdict);
    }
    outcomes[outcome].truth = Truth::match;
    outcomes[outcome].confidence = std::clamp(confidence, 0.0, 1.0);
  }

  static std::string describe_verdict(const CrossModalRule& rule, const TopicVerdict& verdict) {
    const auto name = [&](const std::optional<std::size_t>& topic) {
      return topic ? std::string_view(rule.topics[*topic].name) : std::string_view("no topic");
    };
    return fmt::format("the text: {}; the pictures: {}", name(verdict.common ? verdict.common : verdict.text),
                       name(verdict.common ? verdict.common : verdict.image));
  }

  std::vector<Leaf> leaves_;
  std::vector<Compiled> rules_;
  TopicBanks topics_;
};

std::unique_ptr<Family> compile(const std::vector<CrossModalRule>& rules, const CompileContext& context,
                                config::Diagnostics& diagnostics) {
  auto family = std::make_unique<CrossModalFamily>(embedding_of(context));
  for (Leaf& leaf : leaves_of(rules, context, diagnostics)) {
    const CrossModalRule& rule = rules[leaf.rule];
    if (!usable(rule, diagnostics)) continue;
    if (context.v1) leaf.security = rule.security.value_or(true);
    family->add(rule, leaf);
  }
  if (family->empty()) return nullptr;
  family->preload(config::join(context.signals_path, "cross_modal"), diagnostics);
  return family;
}

}  // namespace

extern const Type kCrossModal = with_rules<CrossModalRule, compile>({
    .key = "cross_modal",
    .leaf = "cross_modal",
    .matched_key = "cross_modal",
    .header = "",
    .doc = "Whether what the text asks about agrees with what the pictures show.",
    .needs_model = true,
    .ours = true,
});

}  // namespace signalbox::signals
