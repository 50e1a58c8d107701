#include "router/root_spec.h"

#include <array>
#include <utility>

namespace signalbox::router {

namespace {
// Top-level keys of layouts before v0.3, and where their contents belong now.
constexpr std::array<std::pair<std::string_view, std::string_view>, 24> kOldKeys{{
    {"signals", "routing.signals"},
    {"decisions", "routing.decisions"},
    {"keyword_rules", "routing.signals.keywords"},
    {"embedding_rules", "routing.signals.embeddings"},
    {"categories", "routing.signals.domains and routing.decisions"},
    {"projections", "routing.projections"},
    {"strategy", "routing.strategy"},
    {"model_config", "providers.models and routing.modelCards"},
    {"models", "providers.models and routing.modelCards"},
    {"vllm_endpoints", "providers.models[].backend_refs"},
    {"provider_profiles", "providers.models[].backend_refs"},
    {"default_model", "providers.defaults.default_model"},
    {"reasoning_families", "providers.defaults.reasoning_families"},
    {"default_reasoning_effort", "providers.defaults.default_reasoning_effort"},
    {"semantic_cache", "global.stores.response_cache"},
    {"tools", "global.integrations.tools"},
    {"prompt_guard", "global.model_catalog.modules.prompt_guard"},
    {"classifier", "global.model_catalog.modules.classifier"},
    {"bert_model", "global.model_catalog.embeddings.semantic.bert_model_path"},
    {"embedding_models", "global.model_catalog.embeddings.semantic"},
    {"external_models", "global.model_catalog.external"},
    {"api", "global.services.api"},
    {"observability", "global.services.observability"},
    {"router_replay", "global.services.router_replay"},
}};
}  // namespace

void describe(config::Visitor& v, RootSpec& x) {
  static constexpr std::array<std::string_view, 2> kVersions{"v0.3", "v1"};
  v.object("Configuration", "One file, or several merged in order.", &x.path);
  v.field("version", x.version,
          {.doc = "v0.3 keeps VSR's meanings; v1 is the same schema with plain meanings and safe "
                  "defaults (docs list every difference).",
           .choices = kVersions});
  v.field("listeners", x.listeners, {.doc = "Where the gateway listens (default 127.0.0.1:8899)."});
  v.field("providers", x.providers, {.doc = "Which servers answer for which model."});
  v.field("routing", x.routing, {.doc = "The default recipe."});
  v.field("entrypoints", x.entrypoints, {.doc = "Virtual model names."});
  v.field("recipes", x.recipes, {.doc = "Further routing profiles."});
  v.field("global", x.global, {.doc = "Settings of the router as a whole."});
  for (const auto& [key, instead] : kOldKeys) v.removed(key, instead);
}

}  // namespace signalbox::router
