#include "decision/compile.h"

#include <fmt/format.h>

#include <array>

#include "decision/compile_projections.h"
#include "decision/compile_rules.h"
#include "decision/reach.h"

namespace signalbox::decision {

std::span<const config::EnumName> enum_names(Strategy) {
  static constexpr std::array<config::EnumName, 2> kNames{{{0, "priority"}, {1, "confidence"}}};
  return kNames;
}

namespace {

using Reference = std::pair<std::string, std::string>;

void collect(const RuleSpec& rule, std::set<Reference>& into) {
  if (rule.type && rule.name) into.emplace(*rule.type, *rule.name);
  if (!rule.conditions) return;
  for (const RuleSpec& condition : *rule.conditions) collect(condition, into);
}

void mark_used(Program& program, CompiledDecision& decision, SignalId id) {
  program.used[id] = true;
  decision.security = decision.security || program.signals[id].security || program.signals[id].identity;
}

// Marks the signals that a decision can reach, and tells whether one of them is about security.
void mark_used(Program& program, CompiledDecision& decision) {
  reachable(program, decision.root).each([&](SignalId id) { mark_used(program, decision, id); });
  for (const SignalId id : decision.needs) mark_used(program, decision, id);
}

void add_need(const SignalNeed& need, const SignalTable& signals, std::vector<SignalId>& into,
              config::Diagnostics& diagnostics) {
  if (!need.name.empty()) {
    if (const std::optional<SignalId> id = signals.find(need.type, need.name)) {
      into.push_back(*id);
    } else if (!signals.is_unusable(need.type, need.name)) {
      diagnostics.error(need.path, "dangling_reference",
                        fmt::format("no {} signal is named \"{}\"", need.type, need.name),
                        config::did_you_mean(need.name, signals.names(need.type)));
    }
    return;
  }
  for (SignalId id = 0; id < signals.size(); ++id) {
    if (signals[id].type->leaf == need.type) into.push_back(id);
  }
}

void mark_plain_leaves(Program& program) {
  for (RuleNode& node : program.forest.nodes) {
    if (node.op != RuleNode::Op::leaf) continue;
    const RuleLeaf& leaf = program.forest.leaves[node.first];
    node.plain = leaf.signal != kNone && !leaf.predicate && leaf.on_unknown == OnUnknown::keep &&
                 program.composer[leaf.signal] == kNone;
    node.signal = leaf.signal;
  }
}

// A filter may not look at what it filters, nor at what is computed from it.
bool refuse_circular_composer(const RuleSpec& rule, const std::string& filtered, config::Diagnostics& diagnostics) {
  bool circular = rule.type && (*rule.type == filtered || *rule.type == "complexity" || *rule.type == "projection");
  if (circular) {
    diagnostics.error(rule.path + ".type", "composer_cycle", "a composer cannot use " + *rule.type + " signals");
  }
  if (!rule.conditions) return circular;
  for (const RuleSpec& condition : *rule.conditions)
    circular |= refuse_circular_composer(condition, filtered, diagnostics);
  return circular;
}

void attach_composers(const std::vector<ComposerInput>& composers, RuleCompiler& rules, Program& program,
                      config::Diagnostics& diagnostics) {
  for (const ComposerInput& composer : composers) {
    if (refuse_circular_composer(*composer.filter, composer.type, diagnostics)) continue;
    const NodeId root = rules.compile(*composer.filter);
    for (SignalId id = 0; id < program.signals.size(); ++id) {
      const SignalEntry& entry = program.signals[id];
      if (entry.type->leaf != composer.type) continue;
      if (entry.name == composer.rule || entry.name.starts_with(composer.rule + ":")) program.composer[id] = root;
    }
  }
}

void add_decisions(const std::vector<DecisionInput>& decisions, RuleCompiler& rules, Program& program,
                   config::Diagnostics& diagnostics) {
  std::set<std::string> names;
  for (const DecisionInput& input : decisions) {
    if (!names.insert(input.name).second) {
      diagnostics.error(input.path + ".name", "duplicate_name", "decision \"" + input.name + "\" is declared twice");
    }
    CompiledDecision decision;
    decision.name = input.name;
    decision.path = input.path;
    decision.priority = input.priority;
    decision.tier = input.tier;
    decision.root = input.rules == nullptr ? kNone : rules.compile(*input.rules);
    for (const SignalNeed& need : input.needs) add_need(need, program.signals, decision.needs, diagnostics);
    program.decisions.push_back(std::move(decision));
  }
}

}  // namespace

std::set<Reference> referenced_signals(const RecipeInput& recipe) {
  std::set<Reference> result;
  for (const DecisionInput& decision : recipe.decisions) {
    if (decision.rules != nullptr) collect(*decision.rules, result);
    for (const SignalNeed& need : decision.needs) {
      if (!need.name.empty()) result.emplace(need.type, need.name);
    }
  }
  for (const ComposerInput& composer : recipe.composers) collect(*composer.filter, result);
  if (recipe.projections == nullptr) return result;
  for (const ScoreSpec& score : recipe.projections->scores) {
    for (const ScoreInputSpec& input : score.inputs) {
      const bool metric = input.type == "kb_metric";
      result.emplace(metric ? "kb" : input.type, metric ? kb_leaf(input) : input.name);
    }
  }
  return result;
}

std::unique_ptr<Program> compile(SignalTable signals, const RecipeInput& recipe, const Semantics& semantics,
                                 config::Diagnostics& diagnostics) {
  std::unique_ptr<Program> program = std::make_unique<Program>();
  program->signals = std::move(signals);
  program->strategy = recipe.strategy;
  program->composer.assign(program->signals.size(), kNone);
  program->used.assign(program->signals.size(), false);
  if (recipe.projections != nullptr) compile_projections(*recipe.projections, semantics, *program, diagnostics);
  RuleCompiler rules(*program, diagnostics);
  attach_composers(recipe.composers, rules, *program, diagnostics);
  program->composer_nodes = static_cast<NodeId>(program->forest.nodes.size());
  add_decisions(recipe.decisions, rules, *program, diagnostics);
  if (!diagnostics.ok()) return program;
  mark_plain_leaves(*program);
  for (CompiledDecision& decision : program->decisions) mark_used(*program, decision);
  return program;
}

}  // namespace signalbox::decision
