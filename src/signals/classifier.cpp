// classifier: scores of named labels by a local or a chat model; decision leaves choose a label and bounds.
#include <array>

#include "signals/missing_model.h"

namespace signalbox::signals {
namespace {

enum class Kind : std::uint8_t { local, llm };
constexpr std::array<config::EnumName, 2> kKinds{
    {{static_cast<int>(Kind::local), "local"}, {static_cast<int>(Kind::llm), "llm"}}};
std::span<const config::EnumName> enum_names(Kind) { return kKinds; }

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

std::unique_ptr<Family> compile(const std::vector<ClassifierRule>& rules, const CompileContext& context,
                                config::Diagnostics& diagnostics) {
  std::vector<Leaf> leaves = leaves_of(rules, context, diagnostics);
  std::erase_if(leaves, [&](const Leaf& leaf) { return !usable(rules[leaf.rule], diagnostics); });
  return missing_model(std::move(leaves), {.what = "label classifier", .cost = Cost::remote});
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
