// classifier: scores of named labels by a local or a chat model; decision leaves choose a label and bounds.
//
// A leaf's predicate compares the score of one label; the signal itself never matches. Scores are probabilities.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "signals/family.h"
#include "signals/missing_model.h"
#include "signals/similarity_family.h"
#include "signals/text_vectors.h"

namespace signalbox::signals {
namespace {

enum class Kind : std::uint8_t { local, llm };
constexpr std::array<config::EnumName, 2> kKinds{
    {{static_cast<int>(Kind::local), "local"}, {static_cast<int>(Kind::llm), "llm"}}};
std::span<const config::EnumName> enum_names(Kind) {
  return kKinds;
}

struct ClassifierRule : RuleBase {
  Kind type = Kind::local;
  std::string model;
  std::string model_path;
  std::vector<std::string> labels;
  std::string instructions;
  bool use_cpu = false;
};

void describe(config::Visitor& v, ClassifierRule& x) {
  describe_rule(v, x, "ClassifierSignal", "Scores labels; a decision leaf names a label and bounds on its score.");
  v.field("type", x.type, {.doc = "local (model_path) or llm (model, instructions).", .required = true});
  v.field("model", x.model, {.doc = "Name of an entry of global.model_catalog.external (type llm)."});
  v.field("model_path", x.model_path, {.doc = "Folder of a sequence classifier (type local)."});
  v.field("labels", x.labels, {.doc = "The labels that are scored.", .required = true, .non_empty = true});
  v.field("instructions", x.instructions, {.doc = "What the chat model is told about the labels (type llm)."});
  v.field("use_cpu", x.use_cpu, {.doc = "Taken for compatibility: local models run on the CPU here."});
}

bool check_labels(const ClassifierRule& rule, config::Diagnostics& diagnostics) {
  bool good = check_texts(rule.path, "labels", rule.labels, false, diagnostics);
  std::set<std::string> seen;
  for (std::size_t i = 0; i < rule.labels.size(); ++i) {
    if (seen.insert(rule.labels[i]).second) continue;
    diagnostics.error(config::join(config::join(rule.path, "labels"), i), "duplicate_label",
                      "the label is listed twice");
    good = false;
  }
  return good;
}

bool usable(const ClassifierRule& rule, config::Diagnostics& diagnostics) {
  bool good = check_labels(rule, diagnostics);
  if (rule.type == Kind::llm && rule.model.empty()) {
    diagnostics.error(config::join(rule.path, "model"), "missing_model_name", "type llm needs the name of a model");
    good = false;
  }
  if (rule.type == Kind::local && rule.model_path.empty()) {
    diagnostics.error(config::join(rule.path, "model_path"), "missing_model_path", "type local needs a model_path");
    good = false;
  }
  return good;
}

// One rule, compiled.
struct Scorer {
  ClassifierModel model;
  std::vector<std::string> labels;   // as the rule calls them
  std::vector<std::size_t> indices;  // of the model's, in the same order
  bool protects = false;
};

class ClassifierFamily final : public RuleFamily<Scorer> {
 public:
  // A chat model, should there ever be one, is somewhere else.
  Cost cost(std::size_t leaf, const evidence::Evidence&) const override {
    return rules()[leaf].model.classifier ? Cost::model : Cost::remote;
  }
  std::string_view missing_model(std::size_t leaf) const override {
    const ClassifierModel& model = rules()[leaf].model;
    return model.classifier || model.only_checked ? std::string_view() : std::string_view(model.missing);
  }
  const models::ModelInfo* measured_by(std::size_t leaf) const override { return info_of(rules()[leaf].model); }

  void evaluate(std::span<const std::size_t> wanted, EvalContext& context,
                std::span<SignalResult> results) const override {
    judge_each(wanted, results, [&](std::size_t leaf) { return judge(rules()[leaf], context); });
  }

 private:
  static SignalResult judge(const Scorer& rule, EvalContext& context) {
    const std::string_view text = context.scopes.get(Scope::last_user).text;
    if (is_blank(text)) return {};
    const auto told = classify(rule.model, text, context);
    if (!told) return told.error();
    SignalResult result;
    for (std::size_t i = 0; i < rule.labels.size(); ++i) {
      const std::array<std::size_t, 1> label{rule.indices[i]};
      result.values.emplace_back(rule.labels[i], probability_of(*told, label, rule.protects));
    }
    if (told->truncated()) result.detail = "the text is longer than all windows together: its end was not read";
    return result;
  }
};

// The model's labels that a rule scores. Reports one that the model does not have.
bool find_labels(const ClassifierRule& rule, Scorer& scorer, config::Diagnostics& diagnostics) {
  scorer.labels = rule.labels;
  if (!scorer.model.classifier) return true;
  const std::vector<std::string>& known = scorer.model.labels();
  for (std::size_t i = 0; i < rule.labels.size(); ++i) {
    const auto label = std::ranges::find_if(
        known, [&](const std::string& name) { return plain_label(name) == plain_label(rule.labels[i]); });
    if (label == known.end()) {
      diagnostics.error(config::join(config::join(rule.path, "labels"), i), "unknown_label",
                        fmt::format("the model in {} has no label \"{}\"; it has {}", rule.model_path, rule.labels[i],
                                    fmt::join(known, ", ")),
                        config::did_you_mean(rule.labels[i], known));
      return false;
    }
    scorer.indices.push_back(static_cast<std::size_t>(label - known.begin()));
  }
  return true;
}

ClassifierModel model_of(const ClassifierRule& rule, const LearnedModels& learned, config::Diagnostics& diagnostics) {
  ClassifierModel model;
  model.missing = "classifiers of type llm are not supported";
  if (rule.type == Kind::llm) return model;
  model.missing = "classifiers are not loaded here";
  model.only_checked = !learned.open;
  if (!learned.open) return model;
  auto opened = learned.open(rule.model_path);
  if (opened) return *opened;
  diagnostics.error(config::join(rule.path, "model_path"), "model_not_loaded", opened.error());
  return model;
}

std::unique_ptr<Family> compile(const std::vector<ClassifierRule>& rules, const CompileContext& context,
                                config::Diagnostics& diagnostics) {
  auto family = std::make_unique<ClassifierFamily>();
  for (Leaf& leaf : leaves_of(rules, context, diagnostics)) {
    const ClassifierRule& rule = rules[leaf.rule];
    if (!usable(rule, diagnostics)) continue;
    Scorer scorer;
    scorer.model = model_of(rule, learned_of(context), diagnostics);
    scorer.protects = leaf.security;
    if (find_labels(rule, scorer, diagnostics)) family->add(std::move(leaf), std::move(scorer));
  }
  return unless_empty(std::move(family));
}

}  // namespace

extern const Type kClassifier = with_rules<ClassifierRule, compile>({
    .key = "classifiers",
    .leaf = "classifier",
    .matched_key = "classifier",
    .header = "",
    .doc = "Scores of named labels by a local or a chat model.",
    .needs_model = true,
});

}  // namespace signalbox::signals
