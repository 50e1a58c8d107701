#include "router/build.h"

#include <algorithm>
#include <utility>

#include "router/build_steps.h"
#include "router/checks.h"

namespace signalbox::router {

namespace {

// Recipe 0 is the default one: the top-level routing, or a recipe that is called so where there is no such routing.
void build_recipes(const RootSpec& root, Snapshot& snapshot, config::Diagnostics& diagnostics) {
  const auto spelled = std::find_if(root.recipes.begin(), root.recipes.end(),
                                    [](const RecipeSpec& recipe) { return recipe.name == "default"; });
  const bool as_recipe = spelled != root.recipes.end() && root.routing.decisions.empty();
  if (as_recipe) {
    build_recipe(root, spelled->name, spelled->description, spelled->routing, snapshot, diagnostics);
  } else {
    build_recipe(root, "default", "", root.routing, snapshot, diagnostics);
  }
  for (const RecipeSpec& recipe : root.recipes) {
    if (as_recipe && &recipe == &*spelled) continue;
    build_recipe(root, recipe.name, recipe.description, recipe.routing, snapshot, diagnostics);
  }
}

void build_global(const GlobalSpec& global, Snapshot& snapshot, config::Diagnostics& diagnostics) {
  snapshot.deadline = std::chrono::milliseconds(global.router.deadline_ms);
  snapshot.remote_images = build_remote_images(global.router, diagnostics);
  for (const std::string& proxy : global.services.authz.trusted_proxies) {
    if (const std::optional<IpBlock> block = IpBlock::parse(proxy)) snapshot.trusted_proxies.push_back(*block);
  }
}

void build_answer_timeout(const std::vector<ListenerSpec>& listeners, Snapshot& snapshot) {
  std::chrono::milliseconds longest{0};
  for (const ListenerSpec& listener : listeners) {
    if (!listener.timeout) continue;
    longest = std::max(longest, std::chrono::duration_cast<std::chrono::milliseconds>(listener.timeout->value));
  }
  if (longest.count() > 0) snapshot.answer_timeout = longest;
}

}  // namespace

std::shared_ptr<Snapshot> build_snapshot(std::unique_ptr<RootSpec> root, const config::Environment& environment,
                                         models::ServedModels* served, config::Diagnostics& diagnostics) {
  check_names(*root, diagnostics);
  check_providers(*root, environment, diagnostics);
  check_listeners(*root, diagnostics);
  check_management(root->global.services.management_api, environment, diagnostics);
  check_allowed(root->global.router, diagnostics);
  check_image_text(root->global.router.image_text, diagnostics);
  check_trusted_proxies(root->global.services.authz, diagnostics);
  std::shared_ptr<Snapshot> snapshot = std::make_shared<Snapshot>();
  build_models(*root, environment, *snapshot);
  build_access(*root, environment, *snapshot, diagnostics);
  StandIns stand_ins(root->global.model_catalog, environment, diagnostics);
  snapshot->embedding = build_embedding(*root, served, stand_ins, diagnostics);
  const std::shared_ptr<signals::LearnedModels> learned =
      build_learned(*root, environment, served, snapshot->embedding, stand_ins, diagnostics);
  snapshot->learned = learned;
  snapshot->stand_ins = stand_ins.made();
  snapshot->calibrations = build_calibrations(root->global.model_catalog, diagnostics);
  build_local_embeddings(*root, *snapshot, diagnostics);
  build_recipes(*root, *snapshot, diagnostics);
  learned->open = nullptr;  // it was for compiling
  snapshot->unproven_models = unproven_models(root->global.model_catalog, *snapshot);
  build_virtual_names(*root, *snapshot);
  build_global(root->global, *snapshot, diagnostics);
  build_answer_timeout(root->listeners, *snapshot);
  snapshot->spec = std::move(root);
  return snapshot;
}

}  // namespace signalbox::router
