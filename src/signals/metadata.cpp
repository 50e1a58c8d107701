// metadata: values of the request body's `metadata` map. The caller writes it, so it is a hint and never an identity.
#include <algorithm>

#include "signals/family.h"

namespace signalbox::signals {
namespace {

struct MetadataPredicate {
  std::string path;
  std::optional<std::string> equals;
  std::optional<std::vector<std::string>> in;
  std::optional<bool> exists;
};

void describe(config::Visitor& v, MetadataPredicate& x) {
  v.object("MetadataPredicate", "What the value must be; exactly one of the keys.", &x.path);
  v.field("equals", x.equals, {.doc = "The value is exactly this."});
  v.field("in", x.in, {.doc = "The value is one of these.", .non_empty = true});
  v.field("exists", x.exists, {.doc = "true: the key is present; false: it is absent."});
}

struct MetadataRule : RuleBase {
  std::string key;
  MetadataPredicate predicate;
};

void describe(config::Visitor& v, MetadataRule& x) {
  describe_rule(v, x, "MetadataSignal",
                "Matches on a value of the request's metadata map, which the caller writes and may forge.");
  v.field("key", x.key, {.doc = "Key in the request's metadata.", .required = true, .non_empty = true});
  v.field("predicate", x.predicate, {.doc = "What its value must be.", .required = true});
}

std::optional<std::string_view> value_of(const evidence::Evidence& evidence, std::string_view key) {
  for (const auto& [name, value] : evidence.metadata) {
    if (name == key) return value;
  }
  return std::nullopt;
}

bool holds(const MetadataPredicate& predicate, std::optional<std::string_view> value) {
  if (predicate.exists) return *predicate.exists == value.has_value();
  if (!value) return false;
  if (predicate.equals) return *value == *predicate.equals;
  return std::find(predicate.in->begin(), predicate.in->end(), *value) != predicate.in->end();
}

class MetadataFamily final : public IndependentFamily<MetadataRule> {
  SignalResult judge(const MetadataRule& rule, EvalContext& context) const override {
    if (!holds(rule.predicate, value_of(context.evidence, rule.key))) return {};
    SignalResult result = SignalResult::matched();
    result.findings.push_back({.what = "metadata." + rule.key});
    return result;
  }
};

bool usable(const MetadataRule& rule, config::Diagnostics& diagnostics) {
  const MetadataPredicate& p = rule.predicate;
  const int given = int{p.equals.has_value()} + int{p.in.has_value()} + int{p.exists.has_value()};
  if (given == 0) {
    diagnostics.error(p.path.empty() ? rule.path : p.path, "empty_predicate", "the predicate says nothing",
                      "add equals, in or exists");
  } else if (given > 1) {
    diagnostics.error(p.path, "conflicting_predicate", "equals, in and exists exclude one another", "keep one of them");
  }
  return given == 1 && !rule.key.empty() && (!p.in || !p.in->empty());
}

std::unique_ptr<Family> compile(const std::vector<MetadataRule>& rules, const CompileContext& context,
                                config::Diagnostics& diagnostics) {
  auto family = std::make_unique<MetadataFamily>();
  for (Leaf& leaf : leaves_of(rules, context, diagnostics)) {
    const MetadataRule& rule = rules[leaf.rule];
    if (usable(rule, diagnostics)) family->add(std::move(leaf), rule);
  }
  return unless_empty(std::move(family));
}

}  // namespace

extern const Type kMetadata = with_rules<MetadataRule, compile>({
    .key = "metadata",
    .leaf = "metadata",
    .matched_key = "metadata",
    .header = "",
    .doc = "Values of the request's metadata map.",
});

}  // namespace signalbox::signals
