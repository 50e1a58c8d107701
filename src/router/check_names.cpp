// Names that must be unique or must exist: models, recipes, entrypoints.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "router/build_steps.h"
#include "router/checks.h"

namespace signalbox::router {

namespace {

constexpr std::string_view kLooperNames[] = {"vllm-sr/remom", "vllm-sr/fusion", "vllm-sr/flow"};

std::set<std::string> card_names(const RootSpec& root) {
  std::set<std::string> names;
  for (const ModelCardSpec& card : root.routing.model_cards) {
    names.insert(card.name);
    for (const LoraSpec& lora : card.loras) names.insert(lora.name);
  }
  return names;
}

void check_model_cards(const RootSpec& root, config::Diagnostics& diagnostics) {
  std::set<std::string> names;
  for (const ModelCardSpec& card : root.routing.model_cards) {
    if (!names.insert(card.name).second) {
      diagnostics.error(card.path + ".name", "duplicate_name",
                        fmt::format("model card \"{}\" is declared twice", card.name));
    }
    std::set<std::string> loras;
    for (const LoraSpec& lora : card.loras) {
      if (loras.insert(lora.name).second) continue;
      diagnostics.error(lora.path + ".name", "duplicate_name",
                        fmt::format("model card \"{}\" has two LoRAs \"{}\"", card.name, lora.name));
    }
  }
}

bool is_blank(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isspace(c) != 0; });
}

bool has_profile(const RoutingSpec& routing) {
  return !routing.decisions.empty();
}

std::set<std::string> check_recipes(const RootSpec& root, config::Diagnostics& diagnostics) {
  std::set<std::string> names;
  if (has_profile(root.routing)) names.insert("default");
  for (const RecipeSpec& recipe : root.recipes) {
    const std::string path = recipe.path + ".name";
    if (recipe.name.empty()) continue;  // reported while decoding
    if (is_blank(recipe.name) || recipe.name.find_first_of(" \t\n") != std::string::npos) {
      diagnostics.error(path, "bad_name", "a recipe's name may not be blank or hold white space");
    } else if (!names.insert(recipe.name).second) {
      diagnostics.error(path, "duplicate_name",
                        recipe.name == "default" && has_profile(root.routing)
                            ? "the top-level routing is the recipe \"default\" already"
                            : fmt::format("recipe \"{}\" is declared twice", recipe.name));
    }
  }
  names.insert("default");  // a file without decisions has an empty default recipe
  return names;
}

void check_entrypoint_name(const RootSpec& root, const std::set<std::string>& models, const std::string& name,
                           const std::string& path, config::Diagnostics& diagnostics) {
  const std::vector<std::string> aliases = auto_names(root.global.router);
  if (is_blank(name)) {
    diagnostics.error(path, "bad_name", "a model name may not be blank");
  } else if (models.contains(name)) {
    diagnostics.error(path, "name_clash", fmt::format("\"{}\" is a model already", name));
  } else if (std::find(std::begin(kLooperNames), std::end(kLooperNames), name) != std::end(kLooperNames)) {
    diagnostics.error(path, "name_clash", fmt::format("\"{}\" names a multi-model algorithm", name));
  } else if (std::find(aliases.begin(), aliases.end(), name) != aliases.end()) {
    diagnostics.error(path, "name_clash", fmt::format("\"{}\" is an auto model name already", name));
  }
}

void check_entrypoints(const RootSpec& root, const std::set<std::string>& recipes, config::Diagnostics& diagnostics) {
  const std::set<std::string> models = card_names(root);
  std::map<std::string, std::string> seen;
  for (const EntrypointSpec& entrypoint : root.entrypoints) {
    if (!entrypoint.recipe.empty() && !recipes.contains(entrypoint.recipe)) {
      diagnostics.error(entrypoint.path + ".recipe", "dangling_reference",
                        fmt::format("recipe \"{}\" does not exist", entrypoint.recipe),
                        config::did_you_mean(entrypoint.recipe, {recipes.begin(), recipes.end()}));
    }
    for (std::size_t i = 0; i < entrypoint.model_names.size(); ++i) {
      const std::string& name = entrypoint.model_names[i];
      const std::string path = config::join(entrypoint.path + ".model_names", i);
      if (!seen.emplace(name, path).second) {
        diagnostics.error(path, "duplicate_name", fmt::format("\"{}\" stands at {} already", name, seen[name]));
      }
      check_entrypoint_name(root, models, name, path, diagnostics);
    }
  }
}

}  // namespace

void check_names(const RootSpec& root, config::Diagnostics& diagnostics) {
  check_model_cards(root, diagnostics);
  check_entrypoints(root, check_recipes(root, diagnostics), diagnostics);
}

}  // namespace signalbox::router
