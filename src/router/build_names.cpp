// Virtual model names: which recipe answers under which name.
#include "router/build_steps.h"

namespace signalbox::router {

std::vector<std::string> auto_names(const RouterSpec& router) {
  std::vector<std::string> names = router.auto_model_names;
  if (names.empty()) names = {"auto", "MoM", "vllm-sr/auto"};
  if (!router.auto_model_name.empty()) names.push_back(router.auto_model_name);
  return names;
}

void build_virtual_names(const RootSpec& root, Snapshot& snapshot) {
  for (const std::string& name : auto_names(root.global.router)) snapshot.virtual_names.emplace(name, 0);
  for (const EntrypointSpec& entrypoint : root.entrypoints) {
    for (std::size_t i = 0; i < snapshot.recipes.size(); ++i) {
      if (snapshot.recipes[i].name != entrypoint.recipe) continue;
      for (const std::string& name : entrypoint.model_names) snapshot.virtual_names.emplace(name, i);
    }
  }
}

const Recipe* Snapshot::recipe_of(std::string_view model) const {
  const auto it = virtual_names.find(std::string(model));
  return it == virtual_names.end() ? nullptr : &recipes[it->second];
}

}  // namespace signalbox::router
