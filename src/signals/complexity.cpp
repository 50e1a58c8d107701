// complexity: hard, medium or easy, by similarity to hard and easy examples. Needs an embedding model.
#include "signals/complexity.h"

#include <algorithm>
#include <array>

#include "signals/missing_model.h"

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

std::unique_ptr<Family> compile(const std::vector<ComplexityRule>& rules, const CompileContext& context,
                                config::Diagnostics& diagnostics) {
  std::vector<Leaf> leaves;
  for (const Leaf& rule : leaves_of(rules, context, diagnostics)) {
    if (!usable(rules[rule.rule], diagnostics)) continue;
    for (const std::string_view level : kLevels) {
      leaves.push_back({rule.name + ":" + std::string(level), rule.rule, rule.security});
    }
  }
  return missing_model(std::move(leaves), {.what = "embedding model", .coupled = true});
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
