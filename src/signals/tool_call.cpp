// tool_call (ours): which tools the model called, with what, how often and how deep. See tool_call.h for the YAML.
#include "signals/tool_call.h"

#include <algorithm>
#include <map>
#include <set>

#include "signals/family.h"
#include "signals/tool_call_where.h"

namespace signalbox::signals {
namespace {

using evidence::Evidence;

struct Call {
  std::string_view name;
  std::string_view arguments;
  std::uint32_t message = 0;
  bool declared = false;
  bool last_turn = false;
  std::vector<std::string_view> results;
};

std::uint32_t last_user_message(const Evidence& evidence) {
  std::uint32_t last = 0;
  for (const evidence::Text& text : evidence.texts) {
    if (text.last_user) last = std::max(last, text.message);
  }
  for (const evidence::Image& image : evidence.images) {
    if (image.last_user) last = std::max(last, image.message);
  }
  for (const evidence::Document& document : evidence.documents) {
    if (document.last_user) last = std::max(last, document.message);
  }
  return last;
}

// The calls of a request with what belongs to each of them. Results are found by id, or by name in the older form of
// function calls, which has no ids.
class Calls {
 public:
  explicit Calls(const Evidence& evidence) {
    std::set<std::string_view> declared;
    for (const evidence::ToolDefinition& tool : evidence.tools) declared.insert(tool.name);
    std::map<std::string_view, std::vector<std::string_view>> by_id, by_name;
    for (const evidence::ToolResult& result : evidence.results) {
      (result.call_id.empty() ? by_name[result.name] : by_id[result.call_id]).push_back(result.text);
    }
    const std::uint32_t turn = last_user_message(evidence);
    std::set<std::uint32_t> rounds;
    for (const evidence::ToolCall& source : evidence.calls) {
      Call& call = calls_.emplace_back();
      call.name = source.name;
      call.arguments = source.arguments;
      call.message = source.message;
      call.declared = declared.contains(source.name);
      call.last_turn = source.message >= turn;
      if (call.last_turn) rounds.insert(source.message);
      const auto& results = source.id.empty() ? by_name : by_id;
      const auto found = results.find(source.id.empty() ? source.name : source.id);
      if (found != results.end()) call.results = found->second;
    }
    depth_ = static_cast<double>(rounds.size());
  }

  const std::vector<Call>& all() const { return calls_; }
  double depth() const { return depth_; }

 private:
  std::vector<Call> calls_;
  double depth_ = 0;
};

// JSON without the white space between its tokens, so that spacing does not make two equal calls differ.
std::string compact(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  bool quoted = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (!quoted && (c == ' ' || c == '\t' || c == '\n' || c == '\r')) continue;
    out += c;
    if (c == '"') quoted = !quoted;
    if (c == '\\' && quoted && i + 1 < json.size()) out += json[++i];
  }
  return out;
}

// A number known to lie between two others.
struct Interval {
  double low = 0;
  double high = 0;
};

// A predicate holds on a convex set, so both ends decide for all between them.
Truth decide(const NumericPredicate& predicate, Interval number) {
  if (predicate.holds(number.low) && predicate.holds(number.high)) return Truth::match;
  for (double n = number.low; n <= number.high; n += 1) {
    if (predicate.holds(n)) return Truth::unknown;
  }
  return Truth::no_match;
}

Truth both(Truth a, Truth b) {
  if (a == Truth::no_match || b == Truth::no_match) return Truth::no_match;
  return a == Truth::match && b == Truth::match ? Truth::match : Truth::unknown;
}

struct Compiled {
  ToolCallRule rule;
  std::shared_ptr<const text::PatternSet> names;  // null: every tool
  std::vector<Where> where;
};

Truth holds(const Where& where, const Call& call) {
  if (!where.reads_result()) return where.holds_for_arguments(call.arguments);
  const bool found = call.results.empty()
                         ? where.holds_for_nothing()
                         : std::any_of(call.results.begin(), call.results.end(),
                                       [&](std::string_view result) { return where.holds_for_result(result); });
  return found ? Truth::match : Truth::no_match;
}

Truth selects(const Compiled& compiled, const Call& call) {
  const ToolCallRule& rule = compiled.rule;
  if (rule.scope == CallScope::last_turn && !call.last_turn) return Truth::no_match;
  if (rule.undeclared && call.declared) return Truth::no_match;
  if (compiled.names && compiled.names->find(call.name, {.per_pattern = 1, .total = 1}).matches.empty()) {
    return Truth::no_match;
  }
  Truth truth = Truth::match;
  for (const Where& where : compiled.where) {
    truth = both(truth, holds(where, call));
    if (truth == Truth::no_match) break;
  }
  return truth;
}

// The calls that a rule selects, certainly or perhaps.
class Selection {
 public:
  explicit Selection(bool repeats) : repeats_(repeats) {}

  void add(const Call& call, Truth truth) {
    if (truth == Truth::no_match) return;
    const bool certain = truth == Truth::match;
    count_.high += 1;
    if (certain) count_.low += 1;
    if (certain && findings_.size() < kMaxFindings) {
      findings_.push_back({.what = "tool " + std::string(call.name), .message = call.message});
    }
    if (!repeats_) return;
    Interval& same = same_[std::string(call.name) + '\n' + compact(call.arguments)];
    same.high += 1;
    if (certain) same.low += 1;
  }

  Interval count() const { return count_; }
  Interval repeated() const {
    Interval most;
    for (const auto& [call, times] : same_) {
      most.low = std::max(most.low, times.low);
      most.high = std::max(most.high, times.high);
    }
    return most;
  }
  std::vector<Finding> take_findings() { return std::move(findings_); }

 private:
  bool repeats_;
  Interval count_;
  std::map<std::string, Interval> same_;
  std::vector<Finding> findings_;
};

SignalResult judge(const Compiled& compiled, const Calls& calls) {
  const ToolCallRule& rule = compiled.rule;
  Selection selection(rule.repeated.has_value());
  for (const Call& call : calls.all()) selection.add(call, selects(compiled, call));

  Truth truth = decide(rule.count.value_or(NumericPredicate{.path = {}, .gt = {}, .gte = 1, .lt = {}, .lte = {}}),
                       selection.count());
  if (rule.repeated) truth = both(truth, decide(*rule.repeated, selection.repeated()));
  if (rule.depth) truth = both(truth, decide(*rule.depth, {calls.depth(), calls.depth()}));

  SignalResult result;
  if (truth == Truth::unknown)
    result = SignalResult::unknown(Reason::not_judged, "the arguments of a call are no JSON");
  if (truth == Truth::match) result = SignalResult::matched();
  result.value = selection.count().low;
  if (rule.repeated) result.values.emplace_back("repeated", selection.repeated().low);
  if (rule.depth) result.values.emplace_back("depth", calls.depth());
  result.findings = selection.take_findings();
  return result;
}

class ToolCallFamily final : public RuleFamily<Compiled> {
 public:
  Cost cost(std::size_t leaf, const Evidence& evidence) const override {
    return rules()[leaf].where.empty() || evidence.calls.empty() ? Cost::instant : Cost::scan;
  }
  void evaluate(std::span<const std::size_t> wanted, EvalContext& context,
                std::span<SignalResult> results) const override {
    const Calls calls(context.evidence);
    judge_each(wanted, results, [&](std::size_t leaf) { return judge(rules()[leaf], calls); });
  }
};

// A name, a glob, or "re:" and a pattern, as a regex for the whole name.
std::string name_regex(std::string_view tool) {
  constexpr std::string_view kRegex = "re:";
  std::string regex = "\\A(?:";
  if (tool.starts_with(kRegex)) {
    regex += tool.substr(kRegex.size());
  } else {
    for (const char c : tool) {
      const auto byte = static_cast<unsigned char>(c);
      if (c == '*') {
        regex += "(?s:.*)";
      } else if (c == '?') {
        regex += "(?s:.)";
      } else {
        const bool plain = byte >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!plain) regex += '\\';
        regex += c;
      }
    }
  }
  return regex + ")\\z";
}

bool compile_names(const ToolCallRule& rule, Compiled& compiled, config::Diagnostics& diagnostics) {
  if (rule.tools.empty()) return true;
  std::vector<text::Pattern> patterns;
  bool good = true;
  for (std::size_t i = 0; i < rule.tools.size(); ++i) {
    const std::string path = config::join(config::join(rule.path, "tools"), i);
    const text::Pattern pattern{text::Pattern::Kind::regex, name_regex(rule.tools[i]), true};
    if (rule.tools[i].empty()) {
      diagnostics.error(path, "empty_pattern", "an empty name matches no tool");
      good = false;
    } else if (const auto alone = text::PatternSet::build({pattern}); !alone) {
      diagnostics.error(path, "bad_regex", alone.error().message);
      good = false;
    }
    patterns.push_back(pattern);
  }
  if (!good) return false;
  auto set = text::PatternSet::build(std::move(patterns));
  if (!set) {
    diagnostics.error(config::join(rule.path, "tools"), "too_many_patterns", set.error().message);
    return false;
  }
  compiled.names = std::make_shared<const text::PatternSet>(std::move(*set));
  return true;
}

std::optional<Compiled> compile_rule(const ToolCallRule& rule, config::Diagnostics& diagnostics) {
  if (!check(rule, diagnostics)) return std::nullopt;
  Compiled compiled;
  compiled.rule = rule;
  bool good = compile_names(rule, compiled, diagnostics);
  for (const WherePredicate& predicate : rule.where) {
    auto where = Where::compile(predicate, diagnostics);
    good = good && where;
    if (where) compiled.where.push_back(std::move(*where));
  }
  if (!good) return std::nullopt;
  return compiled;
}

std::unique_ptr<Family> compile(const std::vector<ToolCallRule>& rules, const CompileContext& context,
                                config::Diagnostics& diagnostics) {
  auto family = std::make_unique<ToolCallFamily>();
  for (Leaf& leaf : leaves_of(rules, context, diagnostics)) {
    auto compiled = compile_rule(rules[leaf.rule], diagnostics);
    if (compiled) family->add(std::move(leaf), std::move(*compiled));
  }
  return unless_empty(std::move(family));
}

}  // namespace

extern const Type kToolCall = with_rules<ToolCallRule, compile>({
    .key = "tool_call",
    .leaf = "tool_call",
    .matched_key = "tool_call",
    .header = "",
    .doc = "Tool calls of the conversation: names, arguments, results, repetition, depth, undeclared tools.",
    .ours = true,
});

}  // namespace signalbox::signals
