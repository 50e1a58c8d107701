#include "router/routing_spec.h"

#include "plugins/registry.h"
#include "signals/registry.h"

namespace signalbox::router {

SignalsSpec::SignalsSpec() {
  for (const signals::Type* type : signals::registry()) rules.push_back(type->make_rules());
}

void describe(config::Visitor& v, LoraSpec& x) {
  v.object("Lora", "An adapter of a model.", &x.path);
  v.field("name", x.name, {.doc = "Name of the adapter.", .required = true, .non_empty = true});
  v.field("description", x.description, {.doc = "What it is good at."});
}

void describe(config::Visitor& v, ModelCardSpec& x) {
  v.object("ModelCard", "What is known of a model, wherever it runs.", &x.path);
  v.field("name", x.name, {.doc = "Name that decisions refer to.", .required = true, .non_empty = true});
  v.field("param_size", x.param_size, {.doc = "Size such as 7B."});
  v.field("context_window_size", x.context_window_size, {.doc = "Tokens; 0 when unknown.", .min = 0});
  v.field("description", x.description, {.doc = "What it is good at."});
  v.field("capabilities", x.capabilities, {.doc = "Words such as chat, vision, tools."});
  v.field("loras", x.loras, {.doc = "Adapters."});
  v.field("quality_score", x.quality_score, {.doc = "Quality relative to the other models.", .min = 0, .max = 1});
  v.field("modality", x.modality, {.doc = "ar, diffusion, omni, text…"});
  v.field("tags", x.tags, {.doc = "Free words."});
}

void describe(config::Visitor& v, SignalsSpec& x) {
  v.object("Signals", "Independent judgements on a request; each list holds the rules of one type.", &x.path);
  const std::span<const signals::Type* const> registry = signals::registry();
  for (std::size_t i = 0; i < registry.size(); ++i) {
    const signals::Type& type = *registry[i];
    v.field_ref(type.key, {x.rules[i].get(), type.rules_type()}, {.doc = type.doc, .ours = type.ours});
  }
}

void describe(config::Visitor& v, ModelRefSpec& x) {
  v.object("ModelRef", "A model that a decision may choose.", &x.path);
  v.field("model", x.model, {.doc = "Name of a model card.", .required = true, .non_empty = true});
  v.field("lora_name", x.lora_name, {.doc = "An adapter of that card; sent upstream as the model's name."});
  v.field("weight", x.weight, {.doc = "Share of the model where an algorithm splits.", .min = 0});
  v.field("use_reasoning", x.use_reasoning, {.doc = "Ask the model to reason (see reasoning families)."});
  v.field("reasoning_description", x.reasoning_description, {.doc = "Why; information only."});
  v.field("reasoning_effort", x.reasoning_effort, {.doc = "Effort where the family takes one."});
}

void describe(config::Visitor& v, PluginSpec& x) {
  v.object("Plugin", "Something a decision does besides choosing a model.", &x.path);
  const std::vector<config::Alternative>& alternatives = plugins::alternatives();
  static const std::vector<std::string_view> kTypes = [&] {
    std::vector<std::string_view> types;
    for (const config::Alternative& alternative : alternatives) types.push_back(alternative.tag);
    return types;
  }();
  v.field("type", x.type, {.doc = "The plugin.", .required = true, .choices = kTypes});
  v.tagged("configuration", x.type, "type", alternatives, x.configuration, {.doc = "Its settings."});
}

void describe(config::Visitor& v, DecisionSpec& x) {
  v.object("Decision", "A rule over signals, and what happens when it wins.", &x.path);
  v.field("name", x.name, {.doc = "Unique in its recipe.", .required = true, .non_empty = true});
  v.field("description", x.description, {.doc = "For people."});
  v.field("priority", x.priority, {.doc = "Higher wins."});
  v.field("tier", x.tier,
          {.doc = "Lower wins before priority as soon as one matching decision has a tier. v0.3: unset (0) "
                  "comes before 1; v1: unset comes last.",
           .min = 0});
  v.field("rules", x.rules, {.doc = "When it matches; absent: always, with confidence 0."});
  v.field("modelRefs", x.model_refs, {.doc = "Candidates; none: the default model."});
  v.field("algorithm", x.algorithm, {.doc = "How one candidate is chosen."});
  v.field("plugins", x.plugins, {.doc = "What else is done; the order of the list does not matter."});
  v.field("annotations", x.annotations, {.doc = "Free notes, shown in traces."});
  v.reserved("adaptations", "mode adaptation{mode candidate_set} protection{mode stability_weight switch_margin}",
             "Router learning of this decision.");
  v.reserved("candidateIterations",
             "[]{variable source models[]{model lora_name weight use_reasoning reasoning_description reasoning_effort} "
             "outputs[]{type value}}",
             "Candidates for authoring tools.");
  v.reserved("emits", "[]{kind retention{drop ttl_turns keep_current_model prefer_prefix_retention}}",
             "Retention hints for the response cache.");
  v.reserved("output_contract", "", "Output format for multi-model algorithms.");
  v.reserved("output_contract_spec",
             "type choice_set{values} json_schema{schema_ref} reference{source id_format} render{mode value template} "
             "extract{mode sources} normalize{field_order defaults} on_violation{repair fallback} postprocess[]{type}",
             "Output format for multi-model algorithms.");
}

namespace {
void describe_profile(config::Visitor& v, RoutingSpec& x) {
  v.field("strategy", x.strategy, {.doc = "Order of matching decisions: priority, or confidence."});
  v.field("signals", x.signals, {.doc = "The signals."});
  v.field("projections", x.projections, {.doc = "Signals derived from signals."});
  v.field("decisions", x.decisions, {.doc = "The policy."});
}
}  // namespace

void describe(config::Visitor& v, RoutingSpec& x) {
  v.object("Routing", "The default recipe, and the model cards of all recipes.", &x.path);
  v.field("modelCards", x.model_cards, {.doc = "The models."});
  describe_profile(v, x);
}

void describe(config::Visitor& v, RecipeRoutingSpec& x) {
  v.object("RecipeRouting", "A routing profile of its own; it shares the model cards of `routing`.", &x.path);
  v.removed("modelCards", "model cards belong to the top-level routing");
  describe_profile(v, x);
}

void describe(config::Visitor& v, RecipeSpec& x) {
  v.object("Recipe", "A named routing profile, reached through an entrypoint.", &x.path);
  v.field("name", x.name, {.doc = "Unique; `default` is the top-level routing.", .required = true, .non_empty = true});
  v.field("description", x.description, {.doc = "For people."});
  v.field("routing", x.routing, {.doc = "The profile.", .required = true});
}

void describe(config::Visitor& v, EntrypointSpec& x) {
  v.object("Entrypoint", "Virtual model names that select a recipe.", &x.path);
  v.field("model_names", x.model_names,
          {.doc = "Names that clients send as `model`.", .required = true, .non_empty = true});
  v.field("recipe", x.recipe, {.doc = "A recipe's name, or default.", .required = true, .non_empty = true});
}

}  // namespace signalbox::router
