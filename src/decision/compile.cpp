#include "decision/compile.h"

#include <array>

#include "decision/compile_projections.h"
#include "decision/compile_rules.h"

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

// Marks what decisions can reach: leaves, composers of their signals, inputs of their projections.
class Reach {
 public:
  explicit Reach(Program& program) : program_(program) {}

  // True when the tree reaches a security signal.
  bool node(NodeId id) {
    if (id == kNone) return false;
    const RuleNode& node = program_.forest.nodes[id];
    bool security = false;
    if (node.op == RuleNode::Op::leaf) {
      const RuleLeaf& leaf = program_.forest.leaves[node.first];
      return leaf.signal != kNone ? signal(leaf.signal) : output(leaf.output);
    }
    for (std::uint32_t i = 0; i < node.count; ++i) security |= this->node(program_.forest.children[node.first + i]);
    return security;
  }

 private:
  bool signal(SignalId id) {
    program_.used[id] = true;
    const SignalEntry& entry = program_.signals[id];
    const bool security = entry.security || entry.type->leaf == "authz";
    return node(program_.composer[id]) || security;
  }

  bool output(OutputId id) { return score(program_.projections.mappings[program_.projections.output_mapping[id]].score); }

  bool score(ScoreId id) {
    bool security = false;
    for (const ScoreInput& input : program_.projections.scores[id].inputs) {
      if (input.signal != kNone) security |= signal(input.signal);
      if (input.score != kNone) security |= score(input.score);
      if (input.output != kNone) security |= output(input.output);
    }
    return security;
  }

  Program& program_;
};

// A filter may not look at what it filters, nor at what is computed from it.
bool refuse_circular_composer(const RuleSpec& rule, config::Diagnostics& diagnostics) {
  bool circular = rule.type && (*rule.type == "complexity" || *rule.type == "projection");
  if (circular) {
    diagnostics.error(rule.path + ".type", "composer_cycle", "a composer cannot use " + *rule.type + " signals");
  }
  if (!rule.conditions) return circular;
  for (const RuleSpec& condition : *rule.conditions) circular |= refuse_circular_composer(condition, diagnostics);
  return circular;
}

void attach_composers(const std::vector<ComposerInput>& composers, RuleCompiler& rules, Program& program,
                      config::Diagnostics& diagnostics) {
  for (const ComposerInput& composer : composers) {
    if (refuse_circular_composer(*composer.filter, diagnostics)) continue;
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
    program.decisions.push_back(std::move(decision));
  }
}

}  // namespace

std::set<Reference> referenced_signals(const RecipeInput& recipe) {
  std::set<Reference> result;
  for (const DecisionInput& decision : recipe.decisions) {
    if (decision.rules != nullptr) collect(*decision.rules, result);
  }
  for (const ComposerInput& composer : recipe.composers) collect(*composer.filter, result);
  if (recipe.projections == nullptr) return result;
  for (const ScoreSpec& score : recipe.projections->scores) {
    for (const ScoreInputSpec& input : score.inputs) result.emplace(input.type, input.name);
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
  add_decisions(recipe.decisions, rules, *program, diagnostics);
  if (!diagnostics.ok()) return program;
  Reach reach(*program);
  for (CompiledDecision& decision : program->decisions) decision.security = reach.node(decision.root);
  return program;
}

}  // namespace signalbox::decision
