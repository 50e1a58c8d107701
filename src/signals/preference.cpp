// preference: which of several described preferences the request shows. Exactly one wins. Needs an embedding model.
#include <fmt/format.h>

#include <algorithm>

#include "signals/missing_model.h"
#include "signals/similarity_family.h"

namespace signalbox::signals {
namespace {

struct PreferenceRule : RuleBase {
  std::vector<std::string> examples;
  std::optional<double> threshold;
};

void describe(config::Visitor& v, PreferenceRule& x) {
  describe_rule(v, x, "PreferenceSignal", "A preference of the user, told by its description and examples.");
  v.field("examples", x.examples, {.doc = "Texts that show the preference; the description counts as one."});
  v.field("threshold", x.threshold,
          {.doc = "Similarity that the winner must reach. Absent: none.", .min = 0, .max = 1});
}

bool usable(const PreferenceRule& rule, config::Diagnostics& diagnostics) {
  if (!check_texts(rule.path, "examples", rule.examples, true, diagnostics)) return false;
  if (rule.examples.empty() && rule.description.empty()) {
    diagnostics.warning(rule.path, "no_examples", "the rule has neither a description nor examples to compare with",
                        "describe it, or add examples");
  }
  return true;
}

constexpr std::string_view kNoChatModel =
    "preferences are told by a chat model (use_contrastive: false), which is not supported";

// The description counts as an example; a rule with neither is nobody's preference.
std::vector<std::string> texts_of(const PreferenceRule& rule) {
  std::vector<std::string> texts = rule.examples;
  if (!rule.description.empty()) texts.push_back(rule.description);
  return texts;
}

class PreferenceFamily final : public SimilarityFamily {
 public:
  PreferenceFamily(const EmbeddingModel& model, double margin) : SimilarityFamily(model), margin_(margin) {}

  void add(const PreferenceRule& rule, Leaf leaf, const ScoreSettings& settings) {
    rivals_.push_back({.threshold = rule.threshold, .bank = {}});
    if (std::vector<std::string> texts = texts_of(rule); !texts.empty()) {
      rivals_.back().bank = add_bank(std::move(texts), settings);
    }
    add_leaf(std::move(leaf));
  }

 protected:
  void judge(const Scores& scores, EvalContext&, std::span<SignalResult> results) const override {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < rivals_.size(); ++i) {
      if (!rivals_[i].bank) continue;
      const PrototypeScore score = scores.of(*rivals_[i].bank);
      results[i].value = score.score;
      results[i].values = {{"best", score.best}, {"support", score.support}};
      results[i].findings.push_back({.what = scores.nearest(*rivals_[i].bank, score)});
      results[i].detail = scores.note();
      order.push_back(i);
    }
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
      return *results[a].value != *results[b].value ? *results[a].value > *results[b].value
                                                    : leaves()[a].name < leaves()[b].name;
    });
    if (!order.empty()) crown(order, results);
  }

 private:
  struct Rival {
    std::optional<double> threshold;
    std::optional<std::size_t> bank;  // none: nothing to compare with
  };

  // The best one wins, unless it is not good enough or hardly better than the next: then nobody does.
  void crown(const std::vector<std::size_t>& order, std::span<SignalResult> results) const {
    SignalResult& best = results[order[0]];
    const std::optional<double>& threshold = rivals_[order[0]].threshold;
    if (threshold && *best.value < *threshold) {
      best.detail = fmt::format("the best of all, but below its threshold of {}", *threshold);
    } else if (order.size() > 1 && *best.value - *results[order[1]].value < margin_) {
      best.detail =
          fmt::format("the best of all, but \"{}\" is within the margin of {}", leaves()[order[1]].name, margin_);
    } else {
      best.truth = Truth::match;
      best.confidence = std::clamp(*best.value, 0.0, 1.0);
    }
  }

  double margin_;
  std::vector<Rival> rivals_;
};

std::unique_ptr<Family> compile(const std::vector<PreferenceRule>& rules, const CompileContext& context,
                                config::Diagnostics& diagnostics) {
  const PreferenceSettings& preference = learned_of(context).preference;
  EmbeddingModel model = embedding_of(context);
  if (!preference.contrastive) {
    model.embedder = nullptr;
    model.missing = kNoChatModel;
  }
  auto family = std::make_unique<PreferenceFamily>(model, preference.prototypes.margin);
  const ScoreSettings settings = resolve(preference.prototypes, context.v1);
  for (Leaf& leaf : leaves_of(rules, context, diagnostics)) {
    const PreferenceRule& rule = rules[leaf.rule];
    if (usable(rule, diagnostics)) family->add(rule, std::move(leaf), settings);
  }
  if (family->empty()) return nullptr;
  family->preload(config::join(context.signals_path, "preferences"), diagnostics);
  return family;
}

}  // namespace

extern const Type kPreference = with_rules<PreferenceRule, compile>({
    .key = "preferences",
    .leaf = "preference",
    .matched_key = "preferences",
    .header = "preference",
    .doc = "A preference that the request shows; exactly one wins.",
    .needs_model = true,
});

}  // namespace signalbox::signals
