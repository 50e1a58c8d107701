// out_of_domain (ours): the request is like nothing that this router was set up for.
//
//   out_of_domain:
//     - {name: off_topic, threshold: 0.25, candidates: [how do I reset my password, my invoice is wrong]}
//     - {name: odd_picture, query_modality: image, threshold: 0.05, candidates: [a photo of a document, a screenshot]}
//
// The value is the similarity to the nearest candidate; the rule matches below its threshold, with the confidence
// 1 - value. Of several pictures the least similar one counts, and of a rule that protects the least similar window of
// a long text: one strange part makes the request strange.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "signals/embedding_banks.h"
#include "signals/family.h"
#include "signals/missing_model.h"
#include "signals/nearest_example.h"
#include "signals/picture_score.h"
#include "signals/similarity_family.h"
#include "signals/text_vectors.h"

namespace signalbox::signals {
namespace {

enum class Modality : std::uint8_t { text, image };
constexpr std::array<config::EnumName, 2> kModalities{
    {{static_cast<int>(Modality::text), "text"}, {static_cast<int>(Modality::image), "image"}}};
std::span<const config::EnumName> enum_names(Modality) {
  return kModalities;
}

struct OutOfDomainRule : TextRule {
  double threshold = 0;
  std::vector<std::string> candidates;
  Modality query_modality = Modality::text;
};

void describe(config::Visitor& v, OutOfDomainRule& x) {
  describe_rule(v, x, "OutOfDomainSignal", "Matches when the request is similar to none of the examples.");
  v.field("threshold", x.threshold,
          {.doc = "Similarity to the nearest example below which the rule matches.",
           .required = true,
           .min = -1,
           .max = 1,
           .ours = true});
  v.field("candidates", x.candidates,
          {.doc = "Example texts of everything that is expected; for pictures, descriptions of them.",
           .required = true,
           .ours = true});
  v.field("query_modality", x.query_modality,
          {.doc = "text, or image: the request's pictures; needs multimodal_model_path.", .ours = true});
}

struct Compiled {
  double threshold = 0;
  Scope scope = Scope::last_user;
  bool image = false, whole = false;
  std::size_t bank = 0;
};

class OutOfDomainFamily final : public RuleFamily<Compiled> {
 public:
  explicit OutOfDomainFamily(const EmbeddingModel& model) : model_(model) {
    if (model_.embedder) texts_ = std::make_unique<EmbeddingBanks>(model_.embedder, model_.candidates);
    if (!model_.pictures.has_towers()) return;
    pictures_ = std::make_unique<EmbeddingBanks>(model_.pictures.towers.text, model_.pictures.candidates);
  }

  void add_rule(const OutOfDomainRule& rule, Leaf leaf) {
    const bool image = rule.query_modality == Modality::image;
    Compiled compiled{.threshold = rule.threshold, .scope = rule.scope, .image = image, .whole = leaf.security};
    const std::unique_ptr<EmbeddingBanks>& banks = image ? pictures_ : texts_;
    if (banks) compiled.bank = banks->add(rule.candidates, kEveryExample);
    (image ? has_pictures_ : has_texts_) = true;
    add(std::move(leaf), compiled);
  }
  void preload(std::string_view path, config::Diagnostics& diagnostics) {
    if (!model_.preload) return;
    if (texts_ && has_texts_) texts_->preload(path, diagnostics);
    if (pictures_ && has_pictures_) pictures_->preload(path, diagnostics);
  }

  Cost cost(std::size_t leaf, const evidence::Evidence& evidence) const override {
    const bool of_pictures = rules()[leaf].image || reads_pictures(leaf);
    return of_pictures && evidence.images.empty() ? Cost::instant : Cost::model;
  }
  std::string_view missing_model(std::size_t leaf) const override {
    if (rules()[leaf].image) return missing_of(model_.pictures);
    return model_.embedder || model_.only_checked ? std::string_view() : std::string_view(model_.missing);
  }
  bool reads_pictures(std::size_t leaf) const override {
    return !rules()[leaf].image && rules()[leaf].scope == Scope::image_text;
  }
  bool compares_pictures(std::size_t leaf) const override { return rules()[leaf].image; }
  const models::ModelInfo* measured_by(std::size_t leaf) const override {
    if (!rules()[leaf].image) return info_of(model_);
    return model_.pictures.has_towers() ? &model_.pictures.towers.images->info() : nullptr;
  }

  void evaluate(std::span<const std::size_t> wanted, EvalContext& context,
                std::span<SignalResult> results) const override {
    judge_each(wanted, results, [&](std::size_t leaf) {
      const Compiled& rule = rules()[leaf];
      return rule.image ? judge_pictures(rule, context) : judge_text(rule, context);
    });
  }

 private:
  SignalResult judge_text(const Compiled& rule, EvalContext& context) const {
    const ScopeText& text = context.scopes.get(rule.scope);
    if (is_blank(text.text)) return no_match_in(text);
    if (!texts_) return SignalResult::unknown(Reason::model_missing, model_.missing);
    const auto banks = texts_->get({.deadline = context.deadline, .cancelled = {}});
    if (!banks) return unknown_of(banks.error());
    const auto nearest = [&](const models::TextEmbedding& vector) {
      return (**banks)[rule.bank].score(vector.values, kNearest).best;
    };
    if (!rule.whole) {
      const auto vector = vector_of(*model_.embedder, text.text, context);
      if (!vector) return unknown_of(vector.error());
      return decided(rule, nearest(**vector), cut_note(**vector));
    }
    const auto windows = read_whole(*model_.embedder, text.text, context);
    if (!windows) return unknown_of(windows.error());
    double least = 2;
    for (const models::EmbeddedWindow& window : windows->windows) least = std::min(least, nearest(*window.embedding));
    return decided(rule, least, {});
  }

  // One strange picture is enough; one that was not seen may be strange.
  SignalResult judge_pictures(const Compiled& rule, EvalContext& context) const {
    if (context.evidence.images.empty()) return {};
    if (!pictures_) return SignalResult::unknown(Reason::model_missing, model_.pictures.missing);
    const auto images = pictures_of(*model_.pictures.towers.images, context);
    if (!images) return images.error();
    const auto banks = pictures_->get({.deadline = context.deadline, .cancelled = {}});
    if (!banks) return unknown_of(banks.error());
    std::optional<SignalResult> strangest;
    for (std::size_t i = 0; i < (*images)->size(); ++i) {
      const ImageVector& image = (**images)[i];
      if (!image) continue;
      const double best = (**banks)[rule.bank].score((*image)->values, kNearest).best;
      if (strangest && *strangest->value <= best) continue;
      strangest = decided(rule, best, fmt::format("image[{}] of {}", i, (*images)->size()));
    }
    std::optional<SignalResult> unjudged = unjudged_picture(**images);
    if (unjudged && (!strangest || strangest->truth == Truth::no_match)) return *unjudged;
    return *strangest;
  }

  static SignalResult decided(const Compiled& rule, double similarity, std::string detail) {
    SignalResult result;
    result.value = similarity;
    result.values = {{"similarity", similarity}, {"threshold", rule.threshold}};
    result.detail = std::move(detail);
    if (similarity >= rule.threshold) return result;
    result.truth = Truth::match;
    result.confidence = std::clamp(1 - similarity, 0.0, 1.0);
    return result;
  }

  EmbeddingModel model_;
  std::unique_ptr<EmbeddingBanks> texts_, pictures_;  // null without a model
  bool has_texts_ = false, has_pictures_ = false;
};

std::unique_ptr<Family> compile(const std::vector<OutOfDomainRule>& rules, const CompileContext& context,
                                config::Diagnostics& diagnostics) {
  auto family = std::make_unique<OutOfDomainFamily>(embedding_of(context));
  for (Leaf& leaf : leaves_of(rules, context, diagnostics)) {
    const OutOfDomainRule& rule = rules[leaf.rule];
    if (!check_texts(rule.path, "candidates", rule.candidates, false, diagnostics)) continue;
    // Under v1 a rule over pictures that cannot be judged must not wave the request through.
    if (context.v1 && rule.query_modality == Modality::image) leaf.security = rule.security.value_or(true);
    family->add_rule(rule, std::move(leaf));
  }
  if (family->empty()) return nullptr;
  family->preload(config::join(context.signals_path, "out_of_domain"), diagnostics);
  return family;
}

}  // namespace

extern const Type kOutOfDomain = with_rules<OutOfDomainRule, compile>({
    .key = "out_of_domain",
    .leaf = "out_of_domain",
    .matched_key = "out_of_domain",
    .header = "",
    .doc = "A request that is similar to none of the examples.",
    .needs_model = true,
    .ours = true,
});

}  // namespace signalbox::signals
