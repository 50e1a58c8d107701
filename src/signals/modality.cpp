// modality: whether the answer should be text, a picture or both. Needs the modality model.
//
// By a classifier, by lists of words, or by both (hybrid), as VSR.
#include <algorithm>
#include <array>

#include "signals/family.h"
#include "signals/label_family.h"
#include "signals/missing_model.h"
#include "signals/similarity_family.h"
#include "signals/text_vectors.h"
#include "text/unicode.h"

namespace signalbox::signals {
namespace {

constexpr std::array<std::string_view, 3> kLabels{"AR", "DIFFUSION", "BOTH"};

struct ModalityRule : RuleBase {};

void describe(config::Visitor& v, ModalityRule& x) {
  describe_rule(v, x, "ModalitySignal",
                "What the answer should be; the name is AR (text), DIFFUSION (a picture) or BOTH.");
}

const std::vector<std::vector<std::string_view>> kSpellings{{"AR"}, {"DIFFUSION"}, {"BOTH"}};

// Indices into kLabels.
constexpr std::size_t kAr = 0, kDiffusion = 1, kBoth = 2;

struct Told {
  std::size_t label = 0;  // index into kLabels
  double confidence = 0;
};

// VSR's confidences of its word lists.
constexpr double kByWord = 0.8, kByTwoWords = 0.75;

// VSR's word lists: a wish for a picture is one of them somewhere in the text.
class WordLists {
 public:
  explicit WordLists(const ModalitySettings& settings)
      : pictures_(folded(settings.keywords)), both_(folded(settings.both_keywords)) {}

  Told tell_of(std::string_view text) const {
    const std::string folded = text::fold(text);
    const auto stands_in = [&](const std::string& word) { return folded.contains(word); };
    if (!std::ranges::any_of(pictures_, stands_in)) return {kAr, kByWord};
    if (std::ranges::any_of(both_, stands_in)) return {kBoth, kByTwoWords};
    return {kDiffusion, kByWord};
  }

 private:
  static std::vector<std::string> folded(const std::vector<std::string>& words) {
    std::vector<std::string> result;
    for (const std::string& word : words) {
      if (!is_blank(word)) result.push_back(text::fold(word));
    }
    return result;
  }

  std::vector<std::string> pictures_, both_;
};

// method: keyword. A leaf's rule is its index into kLabels.
class ModalityByWords final : public RuleFamily<std::size_t> {
 public:
  explicit ModalityByWords(const ModalitySettings& settings) : words_(settings) {}

  Cost cost(std::size_t, const evidence::Evidence&) const override { return Cost::scan; }
  bool coupled() const override { return true; }
  void evaluate(std::span<const std::size_t> wanted, EvalContext& context,
                std::span<SignalResult> results) const override {
    judge_together(wanted, results, [&] {
      const std::string_view text = context.scopes.get(Scope::last_user).text;
      if (is_blank(text)) return;
      const Told told = words_.tell_of(text);
      for (std::size_t i = 0; i < results.size(); ++i) {
        if (rules()[i] == told.label) tell(results[i], told.confidence);
      }
    });
  }

 private:
  WordLists words_;
};

class ModalityByModel final : public LabelFamily {
 public:
  ModalityByModel(const ClassifierModel& model, std::vector<std::size_t> labels, const ModalitySettings& settings)
      : LabelFamily(model),
        labels_(std::move(labels)),
        words_(settings),
        hybrid_(settings.method == ModalitySettings::Method::hybrid),
        lower_threshold_(model.threshold * settings.lower_threshold_ratio) {}

  void add(Leaf leaf, std::size_t name) {
    name_.push_back(name);
    add_leaf(std::move(leaf));
  }
  bool coupled() const override { return true; }

 protected:
  void judge(const models::Classification& text, EvalContext& context, std::span<SignalResult> results) const override {
    const auto of_label = [&](std::size_t label) { return static_cast<double>(text.probabilities[label]); };
    const auto best = std::ranges::max_element(labels_, {}, of_label);
    Told told{static_cast<std::size_t>(best - labels_.begin()), of_label(*best)};
    if (hybrid_) told = weigh(told, words_.tell_of(context.scopes.get(Scope::last_user).text));
    for (std::size_t i = 0; i < results.size(); ++i) {
      results[i].value = of_label(labels_[name_[i]]);
      results[i].values = {{"threshold", model().threshold}};
      if (name_[i] == told.label) tell(results[i], told.confidence);
    }
  }

 private:
  // The classifier where it is sure; the mean where both say the same; the classifier where it is nearly sure; else the
  // words (VSR's hybrid).
  Told weigh(const Told& classified, const Told& words) const {
    if (classified.confidence >= model().threshold) return classified;
    if (classified.label == words.label) return {words.label, (classified.confidence + words.confidence) / 2};
    return classified.confidence >= lower_threshold_ ? classified : words;
  }

  std::vector<std::size_t> labels_;  // of the model, by kLabels
  std::vector<std::size_t> name_;    // index into kLabels, by leaf
  WordLists words_;
  bool hybrid_;
  double lower_threshold_;
};

std::size_t index_of(std::string_view name) {
  return static_cast<std::size_t>(std::ranges::find(kLabels, name) - kLabels.begin());
}

std::unique_ptr<Family> compile(const std::vector<ModalityRule>& rules, const CompileContext& context,
                                config::Diagnostics& diagnostics) {
  const LearnedModels& learned = learned_of(context);
  std::vector<Leaf> leaves = leaves_of(rules, context, diagnostics);
  std::erase_if(leaves, [&](const Leaf& leaf) { return !check_label_name(rules[leaf.rule], kLabels, diagnostics); });
  if (leaves.empty()) return nullptr;
  if (learned.modality_by.method == ModalitySettings::Method::keyword) {
    auto family = std::make_unique<ModalityByWords>(learned.modality_by);
    for (Leaf& leaf : leaves) {
      const std::size_t name = index_of(leaf.name);
      family->add(std::move(leaf), name);
    }
    return family;
  }
  const std::string path = config::join(context.signals_path, "modality");
  auto family = std::make_unique<ModalityByModel>(
      learned.modality, labels_of(learned.modality, kSpellings, path, diagnostics), learned.modality_by);
  for (Leaf& leaf : leaves) {
    const std::size_t name = index_of(leaf.name);
    family->add(std::move(leaf), name);
  }
  return family;
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
