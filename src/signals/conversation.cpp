// conversation: counts on the shape of the request (messages by role, tools, an open tool loop, pictures).
#include <algorithm>
#include <array>

#include "signals/family.h"

namespace signalbox::signals {
namespace {

using config::EnumName;
using evidence::Evidence;
using protocol::Role;

enum class Measure : std::uint8_t { exists, count };
enum class Source : std::uint8_t {
  message,
  tool_definition,
  assistant_tool_call,
  assistant_tool_cycle,
  active_tool_loop,
  image_content
};
enum class Who : std::uint8_t { anyone, user, assistant, system, developer, tool, non_user };

constexpr std::array<EnumName, 2> kMeasures{
    {{static_cast<int>(Measure::exists), "exists"}, {static_cast<int>(Measure::count), "count"}}};
constexpr std::array<EnumName, 6> kSources{{
    {static_cast<int>(Source::message), "message"},
    {static_cast<int>(Source::tool_definition), "tool_definition"},
    {static_cast<int>(Source::assistant_tool_call), "assistant_tool_call"},
    {static_cast<int>(Source::assistant_tool_cycle), "assistant_tool_cycle"},
    {static_cast<int>(Source::active_tool_loop), "active_tool_loop"},
    {static_cast<int>(Source::image_content), "image_content"},
}};
constexpr std::array<EnumName, 7> kRoles{{
    {static_cast<int>(Who::anyone), ""},
    {static_cast<int>(Who::user), "user"},
    {static_cast<int>(Who::assistant), "assistant"},
    {static_cast<int>(Who::system), "system"},
    {static_cast<int>(Who::developer), "developer"},
    {static_cast<int>(Who::tool), "tool"},
    {static_cast<int>(Who::non_user), "non_user"},
}};
std::span<const EnumName> enum_names(Measure) { return kMeasures; }
std::span<const EnumName> enum_names(Source) { return kSources; }
std::span<const EnumName> enum_names(Who) { return kRoles; }

struct ConversationSource {
  std::string path;
  Source type = Source::message;
  Who role = Who::anyone;
};

void describe(config::Visitor& v, ConversationSource& x) {
  v.object("ConversationSource", "What is counted.", &x.path);
  v.field("type", x.type,
          {.doc = "message; tool_definition (tools offered); assistant_tool_call; assistant_tool_cycle (tool results "
                  "returned); active_tool_loop (1 while the model is working through tools); image_content (pictures).",
           .required = true});
  v.field("role", x.role, {.doc = "Only messages of this role (type message). Empty: every role."});
}

struct ConversationFeature {
  std::string path;
  Measure type = Measure::count;
  ConversationSource source;
};

void describe(config::Visitor& v, ConversationFeature& x) {
  v.object("ConversationFeature", "A number taken from the shape of the conversation.", &x.path);
  v.field("type", x.type, {.doc = "exists: matches when there is one. count: compared with the predicate.",
                           .required = true});
  v.field("source", x.source, {.doc = "What is counted.", .required = true});
}

struct ConversationRule : RuleBase {
  ConversationFeature feature;
  std::optional<NumericPredicate> predicate;
};

void describe(config::Visitor& v, ConversationRule& x) {
  describe_rule(v, x, "ConversationSignal", "Matches on the shape of the conversation: roles, turns, tools, pictures.");
  v.field("feature", x.feature, {.doc = "What is measured.", .required = true});
  v.field("predicate", x.predicate, {.doc = "Bounds on a count. Without it the rule matches when there is at least one."});
}

double count_messages(const evidence::RoleCounts& roles, Who role) {
  switch (role) {
    case Who::anyone: return roles.total();
    case Who::user: return roles.user;
    case Who::assistant: return roles.assistant;
    case Who::system: return roles.system;
    case Who::developer: return roles.developer;
    case Who::tool: return roles.tool;
    case Who::non_user: return roles.non_user();
  }
  return 0;
}

// The model is in the middle of working with tools: a result was just handed back, the user spoke right after one, or
// a call is still unanswered.
bool in_tool_loop(const Evidence& evidence) {
  if (!evidence.has_messages) return false;
  if (evidence.last_role == Role::tool || evidence.last_role == Role::function) return true;
  if (evidence.calls.size() > evidence.results.size()) return true;
  if (evidence.last_role != Role::user || evidence.results.empty()) return false;
  return evidence.results.back().message + 2 == evidence.roles.total();
}

double measure(const ConversationSource& source, const Evidence& evidence) {
  switch (source.type) {
    case Source::message: return count_messages(evidence.roles, source.role);
    case Source::tool_definition: return static_cast<double>(evidence.tools.size());
    case Source::assistant_tool_call: return static_cast<double>(evidence.calls.size());
    case Source::assistant_tool_cycle: return static_cast<double>(evidence.results.size());
    case Source::active_tool_loop: return in_tool_loop(evidence) ? 1 : 0;
    case Source::image_content: return static_cast<double>(evidence.images.size());
  }
  return 0;
}

struct Compiled {
  ConversationSource source;
  std::optional<NumericPredicate> predicate;
};

class ConversationFamily final : public IndependentFamily<Compiled> {
  SignalResult judge(const Compiled& rule, EvalContext& context) const override {
    const double value = measure(rule.source, context.evidence);
    const bool match = rule.predicate ? rule.predicate->holds(value) : value > 0;
    SignalResult result = match ? SignalResult::matched() : SignalResult{};
    result.value = value;
    return result;
  }
};

bool usable(const ConversationRule& rule, config::Diagnostics& diagnostics) {
  bool good = true;
  if (rule.predicate && rule.feature.type == Measure::exists) {
    diagnostics.error(rule.predicate->path, "predicate_with_exists", "a feature of type exists takes no predicate",
                      "use type: count");
    good = false;
  } else if (rule.predicate) {
    good = check(*rule.predicate, diagnostics);
  }
  const ConversationSource& source = rule.feature.source;
  if (source.role != Who::anyone && source.type != Source::message) {
    diagnostics.error(config::join(source.path, "role"), "role_without_message",
                      "role applies to type: message only", "remove it");
    good = false;
  }
  return good;
}

std::unique_ptr<Family> compile(const std::vector<ConversationRule>& rules, const CompileContext& context,
                                config::Diagnostics& diagnostics) {
  auto family = std::make_unique<ConversationFamily>();
  for (Leaf& leaf : leaves_of(rules, context, diagnostics)) {
    const ConversationRule& rule = rules[leaf.rule];
    if (usable(rule, diagnostics)) family->add(std::move(leaf), {rule.feature.source, rule.predicate});
  }
  return unless_empty(std::move(family));
}

}  // namespace

extern const Type kConversation = with_rules<ConversationRule, compile>({
    .key = "conversation",
    .leaf = "conversation",
    .matched_key = "conversation",
    .header = "conversation",
    .doc = "Counts on the shape of the conversation: messages by role, tools, tool loops, pictures.",
});

}  // namespace signalbox::signals
