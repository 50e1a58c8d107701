// One routing profile compiled: its signals, its rules and projections, and what each decision does.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "decision/compile.h"
#include "plugins/registry.h"
#include "router/build_steps.h"
#include "router/checks.h"
#include "router/unjudged_guard.h"
#include "signals/complexity.h"
#include "signals/registry.h"

namespace signalbox::router {

namespace {

using Names = std::set<std::pair<std::string, std::string>>;  // (leaf type, name)

class RecipeBuilder {
 public:
  RecipeBuilder(const RootSpec& root, const RoutingSpec& routing, config::Diagnostics& diagnostics, Snapshot& snapshot)
      : root_(root), routing_(routing), diagnostics_(diagnostics), out_(snapshot) {}

  Recipe build(const std::string& name) {
    check_decisions(root_, routing_, diagnostics_);
    std::vector<RecipeDecision> decisions;
    for (const DecisionSpec& decision : routing_.decisions) decisions.push_back(compile_decision(decision));
    std::vector<std::unique_ptr<decision::RuleSpec>> filters;
    const decision::RecipeInput input = recipe_input(decisions, filters);
    decision::SignalTable table = compile_signals(decision::referenced_signals(input));
    const decision::Semantics& semantics = root_.v1() ? decision::semantics_v1() : decision::semantics_v03();
    std::optional<UnjudgedGuard> guard;
    bool uses_pictures = false;
    std::unique_ptr<decision::Program> program = decision::compile(std::move(table), input, semantics, diagnostics_);
    refuse_unmet_needs(input, *program);
    if (diagnostics_.ok()) {  // lints would only echo errors
      lint_recipe(root_, routing_, *program, diagnostics_);
      guard = guard_of(*program);
      if (guard && !root_.v1()) warn_unjudged(name);
      uses_pictures = reads_pictures(*program) || compares_pictures(*program) || reads_unjudged(*program);
      note_missing_models(name, *program, input);
    }
    Recipe recipe;
    recipe.name = name;
    recipe.decisions = std::move(decisions);
    if (root_.v1()) recipe.unjudged_guard = std::move(guard);
    recipe.uses_pictures = uses_pictures;
    // A program with mistakes in it is not safe to evaluate; the snapshot is thrown away anyway.
    if (diagnostics_.ok()) recipe.engine = std::make_unique<decision::Engine>(std::move(program), semantics);
    return recipe;
  }

 private:
  // Nothing: the recipe looks at no picture, or says itself what to do with unread content.
  std::optional<UnjudgedGuard> guard_of(const decision::Program& program) const {
    const bool compares = compares_pictures(program);
    UnjudgedGuard guard{.reads = reads_pictures(program), .compares = nullptr};
    if ((!guard.reads && !compares) || reads_unjudged(program)) return std::nullopt;
    if (compares) guard.compares = out_.embedding->pictures.towers.images;
    return guard;
  }

  void warn_unjudged(const std::string& recipe) {
    diagnostics_.warning(
        routing_.path, "unjudged_not_read",
        fmt::format("recipe \"{}\" judges pictures, but no decision reads an unjudged signal: a picture by URL, or one "
                    "that cannot be read, passes unseen",
                    recipe),
        "add signals.unjudged and a decision that uses it");
  }

  // A plugin that rests on signals and has none would do nothing, and look as if it did.
  void refuse_unmet_needs(const decision::RecipeInput& input, const decision::Program& program) {
    if (!diagnostics_.ok()) return;
    for (std::size_t i = 0; i < input.decisions.size(); ++i) {
      const std::vector<decision::SignalNeed>& needs = input.decisions[i].needs;
      if (needs.empty() || !program.decisions[i].needs.empty()) continue;
      diagnostics_.error(needs.front().path, "no_signal_to_act_on",
                         "it acts on what pii and secrets signals find, and there are none",
                         "add signals.pii or signals.secrets");
    }
  }

  static std::vector<decision::SignalNeed> needs_of(const RecipeDecision& decision) {
    std::vector<decision::SignalNeed> all;
    for (const auto& plugin : decision.plugins) {
      for (plugins::SignalNeed& need : plugin->needs()) {
        all.push_back({std::move(need.type), std::move(need.name), std::move(need.path)});
      }
    }
    return all;
  }

  decision::RecipeInput recipe_input(const std::vector<RecipeDecision>& compiled,
                                     std::vector<std::unique_ptr<decision::RuleSpec>>& filters) {
    decision::RecipeInput input;
    input.projections = &routing_.projections;
    input.strategy = routing_.strategy.value_or(root_.global.router.strategy.value_or(decision::Strategy::priority));
    for (const DecisionSpec& decision : routing_.decisions) {
      input.decisions.push_back({decision.name, decision.path, decision.priority, decision.tier,
                                 decision.rules ? &*decision.rules : nullptr,
                                 needs_of(compiled[input.decisions.size()])});
    }
    add_composers(input, filters);
    return input;
  }

  void add_composers(decision::RecipeInput& input, std::vector<std::unique_ptr<decision::RuleSpec>>& filters) {
    const std::span<const signals::Type* const> registry = signals::registry();
    for (std::size_t t = 0; t < registry.size(); ++t) {
      if (registry[t]->leaf != "complexity") continue;
      const void* rules = routing_.signals.rules[t].get();
      const std::size_t count = registry[t]->rules_type()->size(rules);
      for (std::size_t i = 0; i < count; ++i) {
        const config::Node* node = signals::complexity_composer(rules, i);
        if (node == nullptr) continue;
        const std::string path = fmt::format("{}.{}[{}]", routing_.signals.path, registry[t]->key, i);
        filters.push_back(std::make_unique<decision::RuleSpec>());
        config::decode_at(*node, path + ".composer", config::ref(*filters.back()), diagnostics_);
        input.composers.push_back({"complexity", signals::complexity_rule_name(rules, i), filters.back().get()});
      }
    }
  }

  decision::SignalTable compile_signals(const Names& referenced) {
    decision::SignalTable table;
    const std::span<const signals::Type* const> registry = signals::registry();
    for (std::size_t i = 0; i < registry.size(); ++i) {
      std::set<std::string> used;
      for (const auto& [type, name] : referenced) {
        if (type == registry[i]->leaf) used.insert(name);
      }
      const signals::CompileContext context{used, root_.v1(), routing_.signals.path, out_.embedding.get(),
                                            out_.learned.get()};
      if (auto family = registry[i]->compile(routing_.signals.rules[i].get(), context, diagnostics_)) {
        table.add(*registry[i], std::move(family));
      }
      for (const std::string& name : used) mark_unusable(i, name, table);
      for (const decision::PartitionSpec& partition : routing_.projections.partitions) {
        for (const std::string& member : partition.members) mark_unusable(i, member, table);
      }
    }
    calibrate(table);
    if (const std::optional<decision::OnUnknown> guard = unavailable_guard()) table.set_on_unknown("jailbreak", *guard);
    return table;
  }

  // A calibration belongs to the model that it was made with; with any other it is refused, and said.
  void calibrate(decision::SignalTable& table) const {
    for (decision::SignalId id = 0; id < table.size(); ++id) {
      const decision::SignalEntry& entry = table[id];
      const models::ModelInfo* model = table.family(entry.family).measured_by(entry.leaf);
      if (model == nullptr) continue;
      const auto found = out_.calibrations.find(entry.key, model->fingerprint);
      if (!found) {
        diagnostics_.warning(routing_.signals.path, "calibration_refused", found.error());
      } else if (*found != nullptr) {
        table.calibrate(id, std::make_shared<const trust::ProbabilityMap>((*found)->map));
      }
    }
  }

  // What the configuration says a failing prompt guard counts as.
  std::optional<decision::OnUnknown> unavailable_guard() const {
    const std::optional<GuardOnError>& on_error = root_.global.model_catalog.modules.prompt_guard.on_error;
    if (!on_error) return std::nullopt;
    return *on_error == GuardOnError::block ? decision::OnUnknown::match : decision::OnUnknown::no_match;
  }

  void mark_unusable(std::size_t type, const std::string& name, decision::SignalTable& table) const {
    const signals::Type& declared = *signals::registry()[type];
    if (table.find(declared.leaf, name)) return;
    // A list that could not be read at all declares nothing, and that has been said.
    const std::string list = config::join(routing_.signals.path, declared.key);
    if (declared.declares(routing_.signals.rules[type].get(), name) || diagnostics_.has_error_at(list)) {
      table.add_unusable(declared.leaf, name);
    }
  }

  RecipeDecision compile_decision(const DecisionSpec& spec) {
    RecipeDecision result;
    result.name = spec.name;
    if (spec.algorithm) result.algorithm = spec.algorithm->type;
    for (const ModelRefSpec& ref : spec.model_refs) add_candidate(ref, result);
    for (const plugins::Type* type : plugins::registry()) {
      for (const PluginSpec& plugin : spec.plugins) {
        if (plugin.type == type->type) add_plugin(*type, plugin, result);
      }
    }
    return result;
  }

  void add_candidate(const ModelRefSpec& ref, RecipeDecision& into) {
    Candidate candidate;
    candidate.model = model_named(ref.model);
    candidate.name = ref.lora_name.empty() ? ref.model : ref.lora_name;
    candidate.lora = !ref.lora_name.empty();
    candidate.use_reasoning = ref.use_reasoning;
    candidate.effort = ref.reasoning_effort.empty() ? out_.default_effort : ref.reasoning_effort;
    into.candidates.push_back(std::move(candidate));
  }

  // Without model cards a decision may name a model that nothing serves.
  std::size_t model_named(const std::string& name) {
    const auto known = out_.model_names.find(name);
    if (known != out_.model_names.end()) return known->second;
    Model model;
    model.name = name;
    return add_model(std::move(model), out_);
  }

  void add_plugin(const plugins::Type& type, const PluginSpec& spec, RecipeDecision& into) {
    const std::string name(type.canonical.empty() ? type.type : type.canonical);
    into.plugin_types.push_back(name);
    const std::vector<std::string>& allowed = root_.global.router.allow_unsupported;
    if (type.support == config::Support::protective && !spec.off &&
        std::find(allowed.begin(), allowed.end(), name) == allowed.end()) {
      into.unsupported_protection = name;
    }
    if (type.make == nullptr) return;
    std::unique_ptr<plugins::Plugin> plugin =
        type.make(spec.configuration.get(), config::join(spec.path, "configuration"), diagnostics_);
    if (plugin) into.plugins.push_back(std::move(plugin));
  }

  // Security signals without a model for which nobody wrote what unknown counts as: serve refuses to start with them.
  void note_missing_models(const std::string& recipe, const decision::Program& program,
                           const decision::RecipeInput& input) {
    PoliciesOfLeaves leaves;
    for (const decision::DecisionInput& decision : input.decisions) {
      if (decision.rules != nullptr) collect(*decision.rules, leaves);
    }
    for (decision::SignalId id = 0; id < program.signals.size(); ++id) {
      const decision::SignalEntry& entry = program.signals[id];
      if (!program.used[id] || !entry.security || missing_model(program, id).empty()) continue;
      const std::pair<std::string, std::string> key{entry.type->leaf, entry.name};
      const bool written = leaves.written.contains(key) && !leaves.silent.contains(key);
      if (written || (key.first == "jailbreak" && unavailable_guard())) continue;
      out_.missing_security_models.push_back({recipe, entry.key});
    }
  }

  // Signals by what their leaves say about unknown; a signal can be in both.
  struct PoliciesOfLeaves {
    Names written, silent;
  };

  static void collect(const decision::RuleSpec& rule, PoliciesOfLeaves& into) {
    if (rule.type && rule.name) {
      Names& names = rule.on_unknown || rule.on_error ? into.written : into.silent;
      names.emplace(*rule.type, *rule.name);
    }
    if (!rule.conditions) return;
    for (const decision::RuleSpec& condition : *rule.conditions) collect(condition, into);
  }

  const RootSpec& root_;
  const RoutingSpec& routing_;
  config::Diagnostics& diagnostics_;
  Snapshot& out_;
};

}  // namespace

void build_recipe(const RootSpec& root, const std::string& name, const std::string& description,
                  const RoutingSpec& routing, Snapshot& snapshot, config::Diagnostics& diagnostics) {
  Recipe recipe = RecipeBuilder(root, routing, diagnostics, snapshot).build(name);
  recipe.description = description;
  snapshot.recipes.push_back(std::move(recipe));
}

}  // namespace signalbox::router
