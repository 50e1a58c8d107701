#include "router/build.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "decision/compile.h"
#include "plugins/registry.h"
#include "router/backend_target.h"
#include "router/checks.h"
#include "router/unjudged_guard.h"
#include "signals/complexity.h"
#include "signals/registry.h"

namespace signalbox::router {

namespace {

class Builder {
 public:
  Builder(const RootSpec& root, const config::Environment& environment, config::Diagnostics& diagnostics, Snapshot& snapshot)
      : root_(root), environment_(environment), diagnostics_(diagnostics), out_(snapshot) {}

  void run() {
    add_models();
    add_recipe("default", "", root_.routing);
    for (const RecipeSpec& recipe : root_.recipes) add_recipe(recipe.name, recipe.description, recipe.routing);
    add_virtual_names();
    out_.deadline = std::chrono::milliseconds(root_.global.router.deadline_ms);
    set_answer_timeout();
    for (const std::string& proxy : root_.global.services.authz.trusted_proxies) {
      if (const std::optional<IpBlock> block = IpBlock::parse(proxy)) out_.trusted_proxies.push_back(*block);
    }
  }

 private:
  void set_answer_timeout() {
    std::chrono::milliseconds longest{0};
    for (const ListenerSpec& listener : root_.listeners) {
      if (!listener.timeout) continue;
      longest = std::max(longest, std::chrono::duration_cast<std::chrono::milliseconds>(listener.timeout->value));
    }
    if (longest.count() > 0) out_.answer_timeout = longest;
  }

  void add_models() {
    for (const ModelSpec& spec : root_.providers.models) add_model(spec);
    for (const ModelCardSpec& card : root_.routing.model_cards) {  // known, but nothing serves them
      if (out_.model_names.contains(card.name)) continue;
      Model model;
      model.name = model.upstream_name = card.name;
      insert(std::move(model));
    }
    for (const ModelCardSpec& card : root_.routing.model_cards) {
      out_.models[out_.model_names[card.name]].description = card.description;
      for (const LoraSpec& lora : card.loras) out_.model_names.emplace(lora.name, out_.model_names[card.name]);
    }
    const auto fallback = out_.model_names.find(root_.providers.defaults.default_model);
    if (fallback != out_.model_names.end()) out_.default_model = fallback->second;
    const std::string& effort = root_.providers.defaults.default_reasoning_effort;
    out_.default_effort = effort.empty() ? "medium" : effort;
  }

  void insert(Model model) {
    out_.model_names.emplace(model.name, out_.models.size());
    out_.models.push_back(std::move(model));
  }

  void add_model(const ModelSpec& spec) {
    Model model;
    model.name = spec.name;
    model.upstream_name = spec.provider_model_id.empty() ? spec.name : spec.provider_model_id;
    model.api_format = spec.api_format;
    const auto family = root_.providers.defaults.reasoning_families.find(spec.reasoning_family);
    if (family != root_.providers.defaults.reasoning_families.end()) model.reasoning = family->second;
    if (!spec.backend_refs.empty()) {
      const BackendSpec& backend = *std::max_element(
          spec.backend_refs.begin(), spec.backend_refs.end(),
          [](const BackendSpec& a, const BackendSpec& b) { return a.weight < b.weight; });
      if (auto target = backend_target(backend, environment_)) model.backend = std::move(*target);
      const std::string kind = backend.type.empty() ? (backend.provider.empty() ? "vllm" : backend.provider) : backend.type;
      if (const auto id = spec.external_model_ids.find(kind); id != spec.external_model_ids.end()) {
        model.upstream_name = id->second;
      }
      model.effort_at_top_level = backend.provider == "openai";
    }
    insert(std::move(model));
  }

  void add_recipe(const std::string& name, const std::string& description, const RoutingSpec& routing) {
    check_decisions(root_, routing, diagnostics_);
    std::vector<std::unique_ptr<decision::RuleSpec>> filters;
    const decision::RecipeInput input = recipe_input(routing, filters);
    decision::SignalTable table = compile_signals(routing, decision::referenced_signals(input));
    const decision::Semantics& semantics = root_.v1() ? decision::semantics_v1() : decision::semantics_v03();
    const std::size_t errors = diagnostics_.errors();
    bool guarded = true;
    std::unique_ptr<decision::Program> program = decision::compile(std::move(table), input, semantics, diagnostics_);
    if (diagnostics_.errors() == errors && diagnostics_.ok()) {
      lint_recipe(routing, *program, diagnostics_);
      note_missing_models(name, *program, input);
      note_authz_without_proxy(routing, *program);
      guarded = !reads_pictures(*program) || reads_unjudged(*program);
      if (!guarded && !root_.v1()) warn_unjudged(name, routing);
    }
    Recipe recipe;
    recipe.name = name;
    recipe.description = description;
    for (const DecisionSpec& decision : routing.decisions) recipe.decisions.push_back(compile_decision(decision));
    recipe.refuses_unjudged = !guarded && root_.v1();
    recipe.engine = std::make_unique<decision::Engine>(std::move(program), semantics);
    out_.recipes.push_back(std::move(recipe));
  }

  decision::RecipeInput recipe_input(const RoutingSpec& routing,
                                     std::vector<std::unique_ptr<decision::RuleSpec>>& filters) {
    decision::RecipeInput input;
    input.projections = &routing.projections;
    input.strategy = routing.strategy.value_or(root_.global.router.strategy.value_or(decision::Strategy::priority));
    for (const DecisionSpec& decision : routing.decisions) {
      input.decisions.push_back({decision.name, decision.path, decision.priority, decision.tier,
                                 decision.rules ? &*decision.rules : nullptr});
    }
    add_composers(routing, input, filters);
    return input;
  }

  void add_composers(const RoutingSpec& routing, decision::RecipeInput& input,
                     std::vector<std::unique_ptr<decision::RuleSpec>>& filters) {
    const std::span<const signals::Type* const> registry = signals::registry();
    for (std::size_t t = 0; t < registry.size(); ++t) {
      if (registry[t]->leaf != "complexity") continue;
      const void* rules = routing.signals.rules[t].get();
      const std::size_t count = registry[t]->rules_type()->size(rules);
      for (std::size_t i = 0; i < count; ++i) {
        const config::Node* node = signals::complexity_composer(rules, i);
        if (node == nullptr) continue;
        const std::string path = fmt::format("{}.{}[{}]", routing.signals.path, registry[t]->key, i);
        filters.push_back(std::make_unique<decision::RuleSpec>());
        config::decode_at(*node, path + ".composer", config::ref(*filters.back()), diagnostics_);
        input.composers.push_back({"complexity", signals::complexity_rule_name(rules, i), filters.back().get()});
      }
    }
  }

  decision::SignalTable compile_signals(const RoutingSpec& routing,
                                        const std::set<std::pair<std::string, std::string>>& referenced) {
    decision::SignalTable table;
    const std::span<const signals::Type* const> registry = signals::registry();
    for (std::size_t i = 0; i < registry.size(); ++i) {
      std::set<std::string> used;
      for (const auto& [type, name] : referenced) {
        if (type == registry[i]->leaf) used.insert(name);
      }
      const signals::CompileContext context{used, root_.v1(), routing.signals.path};
      if (auto family = registry[i]->compile(routing.signals.rules[i].get(), context, diagnostics_)) {
        table.add(*registry[i], std::move(family));
      }
    }
    return table;
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
    if (!out_.model_names.contains(ref.model)) {  // only without model cards: a name that nothing serves
      Model model;
      model.name = model.upstream_name = ref.model;
      insert(std::move(model));
    }
    Candidate candidate;
    candidate.model = out_.model_names[ref.model];
    candidate.name = ref.lora_name.empty() ? ref.model : ref.lora_name;
    candidate.upstream_name = ref.lora_name.empty() ? out_.models[candidate.model].upstream_name : ref.lora_name;
    candidate.use_reasoning = ref.use_reasoning;
    candidate.effort = ref.reasoning_effort.empty() ? out_.default_effort : ref.reasoning_effort;
    into.candidates.push_back(std::move(candidate));
  }

  void add_plugin(const plugins::Type& type, const PluginSpec& spec, RecipeDecision& into) {
    const std::string name(type.canonical.empty() ? type.type : type.canonical);
    into.plugin_types.push_back(name);
    const std::vector<std::string>& allowed = root_.global.router.allow_unsupported;
    if (type.support == config::Support::protective && std::find(allowed.begin(), allowed.end(), name) == allowed.end()) {
      into.unsupported_protection = name;
    }
    if (type.make == nullptr) return;
    std::unique_ptr<plugins::Plugin> plugin =
        type.make(spec.configuration.get(), config::join(spec.path, "configuration"), diagnostics_);
    if (plugin) into.plugins.push_back(std::move(plugin));
  }

  // Security leaves without a model whose on_unknown nobody wrote: serve refuses to start with them.
  void note_missing_models(const std::string& recipe, const decision::Program& program, const decision::RecipeInput& input) {
    std::set<std::pair<std::string, std::string>> explicit_policy;
    for (const decision::DecisionInput& decision : input.decisions) {
      if (decision.rules != nullptr) collect_explicit(*decision.rules, explicit_policy);
    }
    for (decision::SignalId id = 0; id < program.signals.size(); ++id) {
      const decision::SignalEntry& entry = program.signals[id];
      if (!program.used[id] || !entry.security || !entry.type->needs_model) continue;
      if (explicit_policy.contains({std::string(entry.type->leaf), entry.name})) continue;
      out_.missing_security_models.push_back({recipe, entry.key});
    }
  }

  static void collect_explicit(const decision::RuleSpec& rule, std::set<std::pair<std::string, std::string>>& into) {
    if (rule.on_unknown && rule.type && rule.name) into.emplace(*rule.type, *rule.name);
    if (!rule.conditions) return;
    for (const decision::RuleSpec& condition : *rule.conditions) collect_explicit(condition, into);
  }

  void note_authz_without_proxy(const RoutingSpec& routing, const decision::Program& program) {
    if (!root_.global.services.authz.trusted_proxies.empty()) return;
    for (decision::SignalId id = 0; id < program.signals.size(); ++id) {
      if (!program.used[id] || program.signals[id].type->leaf != "authz") continue;
      diagnostics_.warning(routing.signals.path + ".role_bindings", "no_trusted_proxy",
                           "decisions use role bindings, but no proxy is trusted to say who the sender is: every request of "
                           "this recipe answers 403",
                           "list your proxy in global.services.authz.trusted_proxies");
      return;
    }
  }

  void warn_unjudged(const std::string& recipe, const RoutingSpec& routing) {
    diagnostics_.warning(routing.path, "unjudged_not_read",
                         fmt::format("recipe \"{}\" judges pictures, but no decision reads an unjudged signal: a picture by "
                                     "URL, or one that cannot be read, passes unseen", recipe),
                         "add signals.unjudged and a decision that uses it");
  }

  void add_virtual_names() {
    const RouterSpec& router = root_.global.router;
    std::vector<std::string> autos = router.auto_model_names;
    if (autos.empty()) autos = {"auto", "MoM", "vllm-sr/auto"};
    if (!router.auto_model_name.empty()) autos.push_back(router.auto_model_name);
    std::map<std::string, std::size_t> recipes;
    for (std::size_t i = 0; i < out_.recipes.size(); ++i) recipes.insert_or_assign(out_.recipes[i].name, i);
    for (const std::string& name : autos) out_.virtual_names.emplace(name, recipes["default"]);
    for (const EntrypointSpec& entrypoint : root_.entrypoints) {
      const auto recipe = recipes.find(entrypoint.recipe);
      if (recipe == recipes.end()) continue;
      for (const std::string& name : entrypoint.model_names) out_.virtual_names.emplace(name, recipe->second);
    }
  }

  const RootSpec& root_;
  const config::Environment& environment_;
  config::Diagnostics& diagnostics_;
  Snapshot& out_;
};

}  // namespace

const Recipe* Snapshot::recipe_of(std::string_view model) const {
  const auto it = virtual_names.find(std::string(model));
  return it == virtual_names.end() ? nullptr : &recipes[it->second];
}

std::shared_ptr<Snapshot> build_snapshot(std::unique_ptr<RootSpec> root, const config::Environment& environment,
                                         config::Diagnostics& diagnostics) {
  check_names(*root, diagnostics);
  check_providers(*root, environment, diagnostics);
  check_listeners(*root, diagnostics);
  lint_root(*root, diagnostics);
  std::shared_ptr<Snapshot> snapshot = std::make_shared<Snapshot>();
  Builder(*root, environment, diagnostics, *snapshot).run();
  snapshot->spec = std::move(root);
  return snapshot;
}

}  // namespace signalbox::router
