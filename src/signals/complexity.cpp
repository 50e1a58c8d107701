// complexity: hard, medium or easy, by similarity to hard and easy examples. Needs an embedding model.
#include "signals/complexity.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "signals/missing_model.h"
#include "signals/similarity_family.h"
#include "signals/text_vectors.h"

namespace signalbox::signals {
namespace {

constexpr std::array<std::string_view, 3> kLevels{"hard", "medium", "easy"};

struct Candidates {
  std::string path;
  std::vector<std::string> candidates;
  std::vector<std::string> image_candidates;
};

void describe(config::Visitor& v, Candidates& x) {
  v.object("ComplexityCandidates", "Examples of one side.", &x.path);
  v.field("candidates", x.candidates, {.doc = "Example texts."});
  v.field("image_candidates", x.image_candidates, {.doc = "Descriptions of pictures (needs a multimodal model)."});
}

struct ComplexityRule : RuleBase {
  double threshold = 0.1;
  Candidates hard;
  Candidates easy;
  std::optional<config::AnyValue> composer;
};

void describe(config::Visitor& v, ComplexityRule& x) {
  describe_rule(v, x, "ComplexitySignal",
                "How hard the request is; rules use <name>:hard, <name>:medium and <name>:easy.");
  v.field("threshold", x.threshold,
          {.doc = "How much more similar to one side than to the other; within it the request is medium.",
           .min = 0,
           .max = 1});
  v.field("hard", x.hard, {.doc = "Examples of hard requests.", .required = true});
  v.field("easy", x.easy, {.doc = "Examples of easy requests.", .required = true});
  v.field("composer", x.composer, {.doc = "A rule tree over other signals without which the rule does not match."});
}

// Rules refer to a level.
bool declares_leaf(const ComplexityRule& rule, std::string_view leaf) {
  return std::ranges::any_of(kLevels,
                             [&](std::string_view level) { return leaf == rule.name + ":" + std::string(level); });
}

bool check_side(const Candidates& side, const std::string& path, config::Diagnostics& diagnostics) {
  const bool texts = check_texts(path, "candidates", side.candidates, true, diagnostics);
  return check_texts(path, "image_candidates", side.image_candidates, true, diagnostics) && texts;
}

bool usable(const ComplexityRule& rule, config::Diagnostics& diagnostics) {
  bool good = check_side(rule.hard, config::join(rule.path, "hard"), diagnostics);
  good = check_side(rule.easy, config::join(rule.path, "easy"), diagnostics) && good;
  const bool no_hard = rule.hard.candidates.empty() && rule.hard.image_candidates.empty();
  const bool no_easy = rule.easy.candidates.empty() && rule.easy.image_candidates.empty();
  if (no_hard && no_easy) {
    diagnostics.error(rule.path, "empty_list", "the rule has no examples", "add hard.candidates and easy.candidates");
    return false;
  }
  if (no_hard || no_easy) {
    diagnostics.warning(config::join(rule.path, no_hard ? "hard" : "easy"), "no_negative_side",
                        "the margin is measured between two sides and this one is empty", "add candidates");
  }
  if (rule.threshold > 0.5) {
    diagnostics.warning(config::join(rule.path, "threshold"), "unreachable_threshold",
                        "the two similarities rarely differ by more than 0.3: nearly every request will be medium");
  }
  return good;
}

// One rule, compiled; its leaves are the levels.
struct Scale {
  double threshold = 0;
  std::optional<std::size_t> hard, easy;  // banks; none: that side has no texts
  bool of_pictures = false;               // it has examples of pictures, too
  bool of_texts() const { return hard || easy; }
};

class ComplexityFamily final : public SimilarityFamily {
 public:
  using SimilarityFamily::SimilarityFamily;

  void add(const ComplexityRule& rule, const Leaf& leaf, const ScoreSettings& settings) {
    Scale scale;
    scale.threshold = rule.threshold;
    if (!rule.hard.candidates.empty()) scale.hard = add_bank(rule.hard.candidates, settings);
    if (!rule.easy.candidates.empty()) scale.easy = add_bank(rule.easy.candidates, settings);
    scale.of_pictures = !rule.hard.image_candidates.empty() || !rule.easy.image_candidates.empty();
    scales_.push_back(scale);
    for (const std::string_view level : kLevels) {
      add_leaf({leaf.name + ":" + std::string(level), leaf.rule, leaf.security});
    }
  }

  std::string_view missing_model(std::size_t leaf) const override {
    if (!scales_[leaf / kLevels.size()].of_texts()) return kNoImageModel;
    return SimilarityFamily::missing_model(leaf);
  }

 protected:
  void judge(const Scores& scores, EvalContext& context, std::span<SignalResult> results) const override {
    for (std::size_t i = 0; i < scales_.size(); ++i) {
      const std::span<SignalResult> levels = results.subspan(i * kLevels.size(), kLevels.size());
      if (needs_image_model(scales_[i], context)) {
        std::ranges::fill(levels, SignalResult::unknown(Reason::model_missing, std::string(kNoImageModel)));
      } else {
        weigh(scales_[i], scores, levels);
      }
    }
  }

  // A request without text has no level, but a picture that could not be compared may be hard.
  void judge_blank(EvalContext& context, std::span<SignalResult> results) const override {
    for (std::size_t i = 0; i < results.size(); ++i) {
      const Scale& scale = scales_[i / kLevels.size()];
      if (!scale.of_pictures || context.evidence.images.empty()) continue;
      results[i] = SignalResult::unknown(Reason::model_missing, std::string(kNoImageModel));
    }
  }

 private:
  static bool needs_image_model(const Scale& scale, const EvalContext& context) {
    return scale.of_pictures && (!scale.of_texts() || !context.evidence.images.empty());
  }

  static void weigh(const Scale& scale, const Scores& scores, std::span<SignalResult> levels) {
    const double hard = scale.hard ? scores.of(*scale.hard).score : 0.0;
    const double easy = scale.easy ? scores.of(*scale.easy).score : 0.0;
    const double margin = hard - easy;
    const std::size_t level = margin > scale.threshold ? 0 : margin < -scale.threshold ? 2 : 1;
    for (SignalResult& result : levels) {
      result.value = margin;
      result.values = {{"margin", margin}, {"hard", hard}, {"easy", easy}, {"threshold", scale.threshold}};
      result.detail = scores.note();
    }
    levels[level].truth = Truth::match;
    levels[level].confidence = std::min(std::abs(margin), 1.0);
  }

  std::vector<Scale> scales_;
};

std::unique_ptr<Family> compile(const std::vector<ComplexityRule>& rules, const CompileContext& context,
                                config::Diagnostics& diagnostics) {
  auto family = std::make_unique<ComplexityFamily>(embedding_of(context));
  const ScoreSettings settings = resolve(learned_of(context).complexity, context.v1);
  for (const Leaf& leaf : leaves_of(rules, context, diagnostics)) {
    if (usable(rules[leaf.rule], diagnostics)) family->add(rules[leaf.rule], leaf, settings);
  }
  if (family->empty()) return nullptr;
  family->preload(config::join(context.signals_path, "complexity"), diagnostics);
  return family;
}

}  // namespace

const config::Node* complexity_composer(const void* rules, std::size_t rule) {
  const auto& list = *static_cast<const std::vector<ComplexityRule>*>(rules);
  return list[rule].composer ? &list[rule].composer->node : nullptr;
}

const std::string& complexity_rule_name(const void* rules, std::size_t rule) {
  const auto& list = *static_cast<const std::vector<ComplexityRule>*>(rules);
  return list[rule].name;
}

extern const Type kComplexity = with_rules<ComplexityRule, compile>({
    .key = "complexity",
    .leaf = "complexity",
    .matched_key = "complexity",
    .header = "complexity",
    .doc = "How hard the request is: hard, medium or easy.",
    .needs_model = true,
});

}  // namespace signalbox::signals
