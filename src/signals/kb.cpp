// kb: which label or group of a knowledge base the request belongs to. Needs an embedding model.
#include <array>

#include "signals/missing_model.h"

namespace signalbox::signals {
namespace {

enum class TargetKind : std::uint8_t { label, group };
constexpr std::array<config::EnumName, 2> kKinds{
    {{static_cast<int>(TargetKind::label), "label"}, {static_cast<int>(TargetKind::group), "group"}}};
std::span<const config::EnumName> enum_names(TargetKind) { return kKinds; }

enum class Match : std::uint8_t { threshold, best };
constexpr std::array<config::EnumName, 2> kMatches{
    {{static_cast<int>(Match::threshold), "threshold"}, {static_cast<int>(Match::best), "best"}}};
std::span<const config::EnumName> enum_names(Match) { return kMatches; }

struct KbTarget {
  std::string path;
  TargetKind kind = TargetKind::label;
  std::string value;
};

void describe(config::Visitor& v, KbTarget& x) {
  v.object("KbTarget", "A label or a group of labels.", &x.path);
  v.field("kind", x.kind, {.doc = "label or group.", .required = true});
  v.field("value", x.value, {.doc = "Its name in the knowledge base.", .required = true, .non_empty = true});
}

struct KbRule : RuleBase {
  std::string kb;
  KbTarget target;
  Match match = Match::threshold;
};

void describe(config::Visitor& v, KbRule& x) {
  describe_rule(v, x, "KbSignal", "Matches when the request belongs to a label or group of a knowledge base.");
  v.field("kb", x.kb, {.doc = "Name of a knowledge base under global.model_catalog.kbs.", .required = true,
                       .non_empty = true});
  v.field("target", x.target, {.doc = "What the request must belong to.", .required = true});
  v.field("match", x.match, {.doc = "threshold: its score reaches its threshold. best: it is the best of all."});
}

std::unique_ptr<Family> compile(const std::vector<KbRule>& rules, const CompileContext& context,
                                config::Diagnostics& diagnostics) {
  return missing_model(leaves_of(rules, context, diagnostics), {.what = "embedding model", .coupled = true});
}

}  // namespace

extern const Type kKb = with_rules<KbRule, compile>({
    .key = "kb",
    .leaf = "kb",
    .matched_key = "kb",
    .header = "kb",
    .doc = "Membership in a label or group of a knowledge base.",
    .needs_model = true,
});

}  // namespace signalbox::signals
