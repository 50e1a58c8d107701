// Lints: a recipe that compiles and will still surprise. Warnings, each with what to do.
//
// "Can never" claims rest on the evaluator itself: a rule is evaluated with nothing known of any signal, and what is
// impossible then is impossible always.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "decision/evaluator.h"
#include "router/checks.h"

namespace signalbox::router {

namespace {

using decision::Program;
using decision::RuleNode;

// A condition and its negation side by side, the same leaf in both.
bool contradicts_itself(const Program& program, const RuleNode& node) {
  if (node.op != RuleNode::Op::all_of) return false;
  std::set<std::string> wanted, refused;
  const auto key_of = [&](const RuleNode& leaf) {
    const decision::RuleLeaf& l = program.forest.leaves[leaf.first];
    return l.predicate ? std::string() : l.type + ":" + l.name;
  };
  for (std::uint32_t i = 0; i < node.count; ++i) {
    const RuleNode& child = program.forest.nodes[program.forest.children[node.first + i]];
    if (child.op == RuleNode::Op::leaf) wanted.insert(key_of(child));
    if (child.op != RuleNode::Op::negation) continue;
    const RuleNode& inner = program.forest.nodes[program.forest.children[child.first]];
    if (inner.op == RuleNode::Op::leaf) refused.insert(key_of(inner));
  }
  wanted.erase("");
  return std::any_of(wanted.begin(), wanted.end(), [&](const std::string& key) { return refused.contains(key); });
}

void lint_never_matches(const Program& program, const decision::Evaluator& open, config::Diagnostics& diagnostics) {
  for (const decision::CompiledDecision& d : program.decisions) {
    const bool contradiction = d.root != decision::kNone && contradicts_itself(program, program.forest.nodes[d.root]);
    if (!open.node(d.root).surely_misses() && !contradiction) continue;
    diagnostics.warning(
        d.path + ".rules", "never_matches", fmt::format("decision \"{}\" can never match", d.name),
        contradiction ? "it asks for a signal and for its absence" : "an OR without conditions is false");
  }
}

// An unconditional decision that comes first leaves nothing for those behind it.
void lint_shadowed(const Program& program, const decision::Evaluator& open, config::Diagnostics& diagnostics) {
  if (program.strategy != decision::Strategy::priority) return;
  for (const decision::CompiledDecision& d : program.decisions) {
    if (d.tier != 0) return;
  }
  for (const decision::CompiledDecision& first : program.decisions) {
    if (!open.node(first.root).surely_matches()) continue;
    for (const decision::CompiledDecision& other : program.decisions) {
      if (other.priority >= first.priority) continue;
      diagnostics.warning(other.path, "never_wins",
                          fmt::format("decision \"{}\" can never win: \"{}\" matches every request and has the higher "
                                      "priority",
                                      other.name, first.name),
                          "give the catch-all the lowest priority");
    }
  }
}

// One warning a recipe, at the first decision that it concerns.
void lint_tiers(const RoutingSpec& routing, const decision::Semantics& semantics, config::Diagnostics& diagnostics) {
  const auto has_tier = [](const DecisionSpec& d) { return d.tier > 0; };
  const std::vector<DecisionSpec>& decisions = routing.decisions;
  const auto first = std::find_if_not(decisions.begin(), decisions.end(), has_tier);
  const auto tiered = std::count_if(decisions.begin(), decisions.end(), has_tier);
  if (tiered == 0 || first == decisions.end()) return;
  const std::string_view place = semantics.version() == "v1" ? "after every tier" : "before tier 1";
  diagnostics.warning(
      first->path, "mixed_tiers",
      fmt::format("{} of {} decisions have a tier; the others, such as \"{}\", come {} on requests where a "
                  "tiered decision matches, and by priority on others",
                  tiered, decisions.size(), first->name, place),
      "give every decision a tier, or none");
}

void lint_unused_signals(const RoutingSpec& routing, const Program& program, config::Diagnostics& diagnostics) {
  std::map<std::pair<std::string, std::size_t>, bool> used;  // a rule is used when one of its leaves is
  std::map<std::pair<std::string, std::size_t>, std::string> names;
  for (decision::SignalId id = 0; id < program.signals.size(); ++id) {
    const decision::SignalEntry& entry = program.signals[id];
    const std::size_t rule = program.signals.family(entry.family).leaves()[entry.leaf].rule;
    const std::pair<std::string, std::size_t> key{std::string(entry.type->key), rule};
    used[key] = used[key] || program.used[id];
    names.emplace(key, entry.key);
  }
  for (const auto& [key, is_used] : used) {
    if (is_used) continue;
    diagnostics.warning(fmt::format("{}.{}[{}]", routing.signals.path, key.first, key.second), "unused_signal",
                        fmt::format("no decision uses {}", names[key]), "remove it, or use it in a rule");
  }
}

void lint_bands(const RoutingSpec& routing, const Program& program, const decision::Evaluator& open,
                config::Diagnostics& diagnostics) {
  for (const decision::MappingSpec& mapping : routing.projections.mappings) {
    for (const decision::BandSpec& band : mapping.outputs) {
      const auto& outputs = program.projections.output_names;
      const auto it = std::find(outputs.begin(), outputs.end(), band.name);
      if (it == outputs.end()) continue;
      const decision::Belief belief = open.output(static_cast<decision::OutputId>(it - outputs.begin()));
      if (!belief.surely_misses()) continue;
      const decision::ScoreBelief& score =
          open.score(program.projections
                         .mappings[program.projections.output_mapping[static_cast<std::size_t>(it - outputs.begin())]]
                         .score);
      diagnostics.warning(band.path, "unreachable_band",
                          fmt::format("\"{}\" can never hold: score \"{}\" lies in [{:g}, {:g}]", band.name,
                                      mapping.source, score.value.low, score.value.high));
    }
  }
}

void lint_missing_models(const RoutingSpec& routing, const Program& program, config::Diagnostics& diagnostics) {
  std::map<std::string, std::pair<std::size_t, std::string>> by_type;  // how many, and why the first one is
  for (decision::SignalId id = 0; id < program.signals.size(); ++id) {
    const std::string_view why = missing_model(program, id);
    if (why.empty() || !program.used[id]) continue;
    auto& [count, first] = by_type[std::string(program.signals[id].type->key)];
    if (count++ == 0) first = why;
  }
  for (const auto& [key, missing] : by_type) {
    const auto& [count, why] = missing;
    diagnostics.warning(routing.signals.path + "." + key, "model_missing",
                        fmt::format("{} signal{} of {} lack{} a model: unknown (model_missing): {}", count,
                                    count == 1 ? "" : "s", key, count == 1 ? "s" : "", why));
  }
}

void lint_roles_without_identity(const ServicesSpec& services, const RoutingSpec& routing, const Program& program,
                                 config::Diagnostics& diagnostics) {
  const AuthzSpec& authz = services.authz;
  const auth::ClientAuthSpec& clients = services.client_auth;
  if (!authz.trusted_proxies.empty() || !clients.api_keys.empty() || clients.jwt) return;
  for (decision::SignalId id = 0; id < program.signals.size(); ++id) {
    if (!program.used[id] || program.signals[id].type->leaf != "authz") continue;
    diagnostics.warning(routing.signals.path + ".role_bindings", "no_trusted_proxy",
                        fmt::format("decisions use role bindings, but no proxy is trusted to say who the sender is: {}",
                                    authz.fail_open ? "nobody has a role" : "every request of this recipe answers 403"),
                        "list your proxy in global.services.authz.trusted_proxies, or set global.services.client_auth");
    return;
  }
}

}  // namespace

std::string_view missing_model(const Program& program, decision::SignalId id) {
  const decision::SignalEntry& entry = program.signals[id];
  return program.signals.family(entry.family).missing_model(entry.leaf);
}

void lint_recipe(const RootSpec& root, const RoutingSpec& routing, const Program& program,
                 config::Diagnostics& diagnostics) {
  const decision::Semantics& semantics = root.v1() ? decision::semantics_v1() : decision::semantics_v03();
  const std::vector<signals::SignalResult> results(program.signals.size());
  const std::vector<decision::Knowledge> nothing(program.signals.size(), decision::Knowledge::open);
  const decision::Evaluator open(program, semantics, results, nothing);
  lint_never_matches(program, open, diagnostics);
  lint_shadowed(program, open, diagnostics);
  lint_tiers(routing, semantics, diagnostics);
  lint_unused_signals(routing, program, diagnostics);
  lint_bands(routing, program, open, diagnostics);
  lint_missing_models(routing, program, diagnostics);
  lint_roles_without_identity(root.global.services, routing, program, diagnostics);
}

}  // namespace signalbox::router
