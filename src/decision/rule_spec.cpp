#include "decision/rule_spec.h"

#include <array>

namespace signalbox::decision {

std::span<const config::EnumName> enum_names(OnError) {
  static constexpr std::array<config::EnumName, 2> kNames{{{0, "no_match"}, {1, "match"}}};
  return kNames;
}

std::span<const config::EnumName> enum_names(OnUnknown) {
  static constexpr std::array<config::EnumName, 4> kNames{{{0, "keep"}, {1, "no_match"}, {2, "match"}, {3, "block"}}};
  return kNames;
}

void describe(config::Visitor& v, RuleSpec& rule) {
  static constexpr std::array<std::string_view, 3> kOperators{"AND", "OR", "NOT"};
  v.object("RuleNode",
           "A leaf {type, name} or a composite {operator, conditions}. Nothing at all matches every request.",
           &rule.path);
  v.field("operator", rule.op,
          {.doc = "AND: all conditions, confidence is their mean. OR: any, confidence is the maximum. NOT: exactly one "
                  "condition, confidence 1.0. Omitted: AND.",
           .choices = kOperators});
  v.field("conditions", rule.conditions, {.doc = "Child nodes. An empty AND matches every request with confidence 0."});
  v.field("type", rule.type, {.doc = "Leaf: a signal type (keyword, embedding, …) or `projection`."});
  v.field("name", rule.name, {.doc = "Leaf: a name declared under routing.signals or routing.projections."});
  v.field("label", rule.label, {.doc = "Leaf of a classifier: the label whose score is compared."});
  v.field("predicate", rule.predicate,
          {.doc = "Leaf: compares the signal's raw value (or score of `label`) instead of using its match; a predicate "
                  "that holds has confidence 1.0."});
  v.field("on_error", rule.on_error, {.doc = "Leaf of a classifier (VSR): what an unavailable score counts as."});
  v.field(
      "on_unknown", rule.on_unknown,
      {.doc = "Leaf: what an unknown signal (error, timeout, missing model) counts as. keep: unknown, and NOT unknown "
              "is unknown; no_match, match: assumed, under NOT too; block: 503 if it can change the outcome. Default: "
              "match for security signals, else keep.",
       .ours = true});
}

}  // namespace signalbox::decision
