// event: words of an incident (types, severities, action codes, urgency) standing in a text.
//
// VSR's meaning: each configured list, and `temporal`, is a group; the rule matches when at least one group does.
#include <array>

#include "signals/family.h"
#include "signals/pattern_pool.h"

namespace signalbox::signals {
namespace {

enum class Severity : std::uint8_t { critical, high, medium, low };
constexpr std::array<config::EnumName, 4> kSeverities{{
    {static_cast<int>(Severity::critical), "critical"},
    {static_cast<int>(Severity::high), "high"},
    {static_cast<int>(Severity::medium), "medium"},
    {static_cast<int>(Severity::low), "low"},
}};
std::span<const config::EnumName> enum_names(Severity) { return kSeverities; }

constexpr std::array<std::string_view, 7> kTemporalWords{"urgent",         "immediate", "asap",           "deadline",
                                                         "time-sensitive", "now",       "critical window"};

struct EventRule : TextRule {
  std::vector<std::string> event_types;
  std::vector<Severity> severities;
  std::vector<std::string> action_codes;
  bool temporal = false;
};

void describe(config::Visitor& v, EventRule& x) {
  describe_rule(v, x, "EventSignal",
                "Matches when a word of one of the configured groups stands in the text (any case, whole words).");
  v.field("event_types", x.event_types, {.doc = "Event names such as payment_failed."});
  v.field("severities", x.severities, {.doc = "Severity words; each matches wherever the word stands, so \"high\" alone is weak."});
  v.field("action_codes", x.action_codes, {.doc = "Codes such as TXN_DECLINE."});
  v.field("temporal", x.temporal, {.doc = "Also look for words of urgency: urgent, immediate, asap, deadline, "
                                          "time-sensitive, now, critical window."});
}

struct Group {
  std::string_view value;  // VSR's sub-value of a matching group, or ""
  std::vector<std::size_t> patterns;
  std::vector<std::string> names;
};

struct Compiled {
  Scope scope = Scope::last_user;
  std::vector<Group> groups;
};

class EventFamily final : public RuleFamily<Compiled> {
 public:
  explicit EventFamily(ScopePools pools) : pools_(std::move(pools)) {}

  Cost cost(std::size_t leaf, const evidence::Evidence& evidence) const override {
    return scope_cost(rules()[leaf].scope, evidence);
  }

  void evaluate(std::span<const std::size_t> wanted, EvalContext& context,
                std::span<SignalResult> results) const override {
    ScopeHits hits(pools_, kMaxFindings);
    judge_each(wanted, results, [&](std::size_t leaf) { return judge(rules()[leaf], context, hits); });
  }

 private:
  static SignalResult judge(const Compiled& rule, EvalContext& context, ScopeHits& scope_hits) {
    const ScopeText& text = context.scopes.get(rule.scope);
    const Hits& hits = scope_hits.in(rule.scope, text);
    SignalResult result = SignalResult::matched();
    double matched = 0;
    for (const Group& group : rule.groups) {
      if (!collect(group, hits, text, result.findings)) continue;
      matched += 1;
      if (!group.value.empty()) result.values.emplace_back(group.value, 1.0);
    }
    if (matched == 0) return no_match_in(text);
    result.confidence = 0.5 + 0.5 * matched / static_cast<double>(rule.groups.size());
    return result;
  }

  static bool collect(const Group& group, const Hits& hits, const ScopeText& text, std::vector<Finding>& findings) {
    bool any = false;
    for (std::size_t i = 0; i < group.patterns.size(); ++i) {
      for (const text::PatternMatch& place : hits.of(group.patterns[i])) {
        any = true;
        if (findings.size() == kMaxFindings) break;
        findings.push_back(text.locate(group.names[i], place.begin, place.end));
      }
    }
    return any;
  }

  ScopePools pools_;
};

bool add_words(PatternPool& pool, Group group, const std::string& path, config::Diagnostics& diagnostics,
               std::vector<Group>& groups) {
  if (group.names.empty()) return true;
  bool good = true;
  for (std::size_t i = 0; i < group.names.size(); ++i) {
    const auto number = pool.add({.text = group.names[i]}, config::join(path, i), diagnostics);
    if (number) group.patterns.push_back(*number);
    good = good && number;
  }
  groups.push_back(std::move(group));
  return good;
}

std::optional<Compiled> compile_rule(const EventRule& rule, PatternPool& pool, config::Diagnostics& diagnostics) {
  Compiled compiled{.scope = rule.scope, .groups = {}};
  Group severities{.value = "severity", .patterns = {}, .names = {}};
  for (const Severity severity : rule.severities) {
    severities.names.emplace_back(kSeverities[static_cast<std::size_t>(severity)].name);
  }
  Group urgency{.value = "temporal", .patterns = {}, .names = {}};
  if (rule.temporal) urgency.names.assign(kTemporalWords.begin(), kTemporalWords.end());

  const auto add = [&](Group group, std::string_view key) {
    return add_words(pool, std::move(group), config::join(rule.path, key), diagnostics, compiled.groups);
  };
  const bool types = add({.value = {}, .patterns = {}, .names = rule.event_types}, "event_types");
  const bool codes = add({.value = {}, .patterns = {}, .names = rule.action_codes}, "action_codes");
  const bool rest = add(std::move(severities), "severities") && add(std::move(urgency), "temporal");
  if (!types || !codes || !rest) return std::nullopt;
  if (!compiled.groups.empty()) return compiled;
  diagnostics.error(rule.path, "no_criteria", "the rule looks for nothing",
                    "add event_types, severities, action_codes or temporal: true");
  return std::nullopt;
}

std::unique_ptr<Family> compile(const std::vector<EventRule>& rules, const CompileContext& context,
                                config::Diagnostics& diagnostics) {
  ScopePools pools;
  std::vector<std::pair<Leaf, Compiled>> usable;
  for (Leaf& leaf : leaves_of(rules, context, diagnostics)) {
    const EventRule& rule = rules[leaf.rule];
    auto compiled = compile_rule(rule, pools.of(rule.scope), diagnostics);
    if (compiled) usable.emplace_back(std::move(leaf), std::move(*compiled));
  }
  if (!pools.build(config::join(context.signals_path, "events"), diagnostics)) return nullptr;
  auto family = std::make_unique<EventFamily>(std::move(pools));
  for (auto& [leaf, compiled] : usable) family->add(std::move(leaf), std::move(compiled));
  return unless_empty(std::move(family));
}

}  // namespace

extern const Type kEvent = with_rules<EventRule, compile>({
    .key = "events",
    .leaf = "event",
    .matched_key = "event",
    .header = "event",
    .doc = "Words of an incident: event types, severities, action codes, urgency.",
});

}  // namespace signalbox::signals
