// Who may use the gateway and how much: keys, tokens and budgets, ready for requests.
#include <set>
#include <utility>

#include "auth/budgets.h"
#include "auth/client_auth.h"
#include "router/build_steps.h"

namespace signalbox::router {

namespace {

std::vector<auth::ListenerKeys> listener_keys(const RootSpec& root) {
  std::vector<auth::ListenerKeys> all;
  for (const ListenerSpec& listener : root.listeners) {
    if (!listener.api_keys.empty()) all.push_back({listener_name(listener), listener.path, listener.api_keys});
  }
  return all;
}

// Of a model that says what both prompts and completions cost.
std::optional<auth::Prices> prices_of(const ModelSpec& model) {
  if (!model.pricing || !model.pricing->prompt_per_1m || !model.pricing->completion_per_1m) return std::nullopt;
  return auth::Prices{model.name, model.pricing->currency, *model.pricing->prompt_per_1m,
                      *model.pricing->completion_per_1m, model.pricing->cached_input_per_1m};
}

}  // namespace

void build_access(const RootSpec& root, const config::Environment& environment, Snapshot& snapshot,
                  config::Diagnostics& diagnostics) {
  const ServicesSpec& services = root.global.services;
  snapshot.client_auth = auth::ClientAuth::compile(services.client_auth, listener_keys(root), environment, diagnostics);
  auth::Budgets::World world;
  world.keys = snapshot.client_auth->key_names();
  for (const ModelSpec& spec : root.providers.models) {
    const auto model = snapshot.model_names.find(spec.name);
    if (!spec.backend_refs.empty()) world.served.insert(spec.name);
    std::optional<auth::Prices> prices = prices_of(spec);
    if (!prices) continue;
    world.priced.push_back(*prices);
    if (model != snapshot.model_names.end()) snapshot.models[model->second].prices = std::move(*prices);
  }
  snapshot.budgets = auth::Budgets::compile(services.ratelimit, world, diagnostics);
}

}  // namespace signalbox::router
