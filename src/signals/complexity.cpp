// complexity: hard, medium or easy, by similarity to hard and easy examples. Needs an embedding model.
#include "signals/complexity.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "signals/missing_model.h"
#include "signals/picture_score.h"
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
  v.field("image_candidates", x.image_candidates, {.doc = "Descriptions of pictures; needs multimodal_model_path."});
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

// VSR reads such entries as pictures; as descriptions they would be nonsense.
bool is_picture_file(std::string_view text) {
  return text.starts_with("data:") || text.starts_with('/') || text.starts_with("./");
}

bool check_descriptions(const Candidates& side, const std::string& path, config::Diagnostics& diagnostics) {
  const auto file = std::ranges::find_if(side.image_candidates, is_picture_file);
  if (file == side.image_candidates.end()) return true;
  const auto index = static_cast<std::size_t>(file - side.image_candidates.begin());
  diagnostics.error(config::join(config::join(path, "image_candidates"), index), "unsupported",
                    "example pictures by file or data: URI are not supported", "describe the picture in words");
  return false;
}

bool check_side(const Candidates& side, const std::string& path, config::Diagnostics& diagnostics) {
  if (!check_descriptions(side, path, diagnostics)) return false;
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

// The banks of the two sides, among texts or among descriptions of pictures; none: that side has no examples.
struct Sides {
  std::optional<std::size_t> hard, easy;
  bool any() const { return hard || easy; }
};

// One rule, compiled; its leaves are the levels.
struct Scale {
  double threshold = 0;
  Sides texts, pictures;
};

// How much more a thing is like one side than like the other.
struct Margin {
  double hard = 0, easy = 0;
  bool of_picture = false;
  std::string note;
  double value() const { return hard - easy; }
};

// The text is weighed against example texts and, where a rule has descriptions of pictures, each picture against these,
// or the text in their space where there is no picture (as VSR). The larger margin, of either sign, decides.
class ComplexityFamily final : public SimilarityFamily {
 public:
  explicit ComplexityFamily(const EmbeddingModel& model) : SimilarityFamily(model), pictures_(model.pictures) {
    if (pictures_.has_towers())
      picture_banks_ = std::make_unique<EmbeddingBanks>(pictures_.towers.text, pictures_.candidates);
  }

  void add(const ComplexityRule& rule, const Leaf& leaf, const ScoreSettings& settings) {
    blend_ = settings.blend;
    Scale scale{.threshold = rule.threshold, .texts = {}, .pictures = {}};
    if (!rule.hard.candidates.empty()) scale.texts.hard = add_bank(rule.hard.candidates, settings);
    if (!rule.easy.candidates.empty()) scale.texts.easy = add_bank(rule.easy.candidates, settings);
    scale.pictures.hard = add_descriptions(rule.hard.image_candidates, settings);
    scale.pictures.easy = add_descriptions(rule.easy.image_candidates, settings);
    scales_.push_back(scale);
    for (const std::string_view level : kLevels) {
      add_leaf({leaf.name + ":" + std::string(level), leaf.rule, leaf.security});
    }
  }

  void preload_descriptions(std::string_view path, config::Diagnostics& diagnostics) {
    if (picture_banks_ && descriptions_ > 0) picture_banks_->preload(path, diagnostics);
  }

  std::string_view missing_model(std::size_t leaf) const override {
    if (!scale_of(leaf).texts.any()) return missing_of(pictures_);
    return SimilarityFamily::missing_model(leaf);
  }
  bool compares_pictures(std::size_t leaf) const override { return scale_of(leaf).pictures.any(); }

 protected:
  void judge(const Scores& scores, EvalContext& context, std::span<SignalResult> results) const override {
    each_scale(results, [&](const Scale& scale, std::span<SignalResult> levels) {
      std::vector<Margin> margins;
      if (scale.texts.any()) {
        margins.push_back({.hard = scale.texts.hard ? scores.of(*scale.texts.hard).score : 0.0,
                           .easy = scale.texts.easy ? scores.of(*scale.texts.easy).score : 0.0,
                           .note = scores.note()});
      }
      weigh(scale, context, std::move(margins), levels);
    });
  }

  // A request without text has no level, but a picture may.
  void judge_blank(EvalContext& context, std::span<SignalResult> results) const override {
    each_scale(results, [&](const Scale& scale, std::span<SignalResult> levels) {
      if (scale.pictures.any() && !context.evidence.images.empty()) weigh(scale, context, {}, levels);
    });
  }

 private:
  const Scale& scale_of(std::size_t leaf) const { return scales_[leaf / kLevels.size()]; }

  template <class Take>
  void each_scale(std::span<SignalResult> results, const Take& take) const {
    for (std::size_t i = 0; i < scales_.size(); ++i)
      take(scales_[i], results.subspan(i * kLevels.size(), kLevels.size()));
  }

  std::optional<std::size_t> add_descriptions(const std::vector<std::string>& texts, const ScoreSettings& settings) {
    if (texts.empty()) return std::nullopt;
    if (picture_banks_) picture_banks_->add(texts, settings.clusters);
    return descriptions_++;
  }

  void weigh(const Scale& scale, EvalContext& context, std::vector<Margin> margins,
             std::span<SignalResult> levels) const {
    if (scale.pictures.any()) {
      const bool must = margins.empty() || !context.evidence.images.empty();
      const std::optional<SignalResult> unknown = add_pictures(scale, context, margins);
      if (unknown && must) {
        std::ranges::fill(levels, *unknown);
        return;
      }
    }
    const Margin& margin = *std::ranges::max_element(
        margins, [](const Margin& a, const Margin& b) { return std::abs(a.value()) < std::abs(b.value()); });
    settle(scale, margin, levels);
  }

  // One margin for each picture or, without any, for the text; or why there is none.
  std::optional<SignalResult> add_pictures(const Scale& scale, EvalContext& context,
                                           std::vector<Margin>& margins) const {
    if (!pictures_.has_towers()) return SignalResult::unknown(Reason::model_missing, pictures_.missing);
    const auto banks = picture_banks_->get({.deadline = context.deadline, .cancelled = {}});
    if (!banks) return unknown_of(banks.error());
    const auto add = [&](const std::vector<float>& vector, std::string note) {
      const auto side = [&](std::optional<std::size_t> bank) {
        return bank ? (**banks)[*bank].score(vector, blend_).score : 0.0;
      };
      margins.push_back({side(scale.pictures.hard), side(scale.pictures.easy), true, std::move(note)});
    };
    if (context.evidence.images.empty()) {
      const auto text = vector_of(*pictures_.towers.text, context.scopes.get(Scope::last_user).text, context);
      if (!text) return unknown_of(text.error());
      add((*text)->values, "the text beside descriptions of pictures");
      return std::nullopt;
    }
    const auto images = pictures_of(*pictures_.towers.images, context);
    if (!images) return images.error();
    if (auto unjudged = unjudged_picture(**images)) return unjudged;
    for (std::size_t i = 0; i < (*images)->size(); ++i) {
      add((*(**images)[i])->values, fmt::format("image[{}] of {}", i, (*images)->size()));
    }
    return std::nullopt;
  }

  static void settle(const Scale& scale, const Margin& margin, std::span<SignalResult> levels) {
    const std::size_t level = margin.value() > scale.threshold ? 0 : margin.value() < -scale.threshold ? 2 : 1;
    for (SignalResult& result : levels) {
      result.value = margin.value();
      result.values = {
          {"margin", margin.value()}, {"hard", margin.hard}, {"easy", margin.easy}, {"threshold", scale.threshold}};
      if (margin.of_picture) result.values.emplace_back("image", 1.0);
      result.detail = margin.note;
    }
    levels[level].truth = Truth::match;
    levels[level].confidence = std::min(std::abs(margin.value()), 1.0);
  }

  PictureModel pictures_;
  std::unique_ptr<EmbeddingBanks> picture_banks_;  // null without a model
  std::size_t descriptions_ = 0;                   // banks of them
  Blend blend_;
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
  const std::string path = config::join(context.signals_path, "complexity");
  family->preload(path, diagnostics);
  if (embedding_of(context).preload) family->preload_descriptions(path, diagnostics);
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
