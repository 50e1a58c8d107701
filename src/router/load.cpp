#include "router/load.h"

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <nlohmann/json.hpp>
#include <utility>

#include "config/fingerprint.h"
#include "config/render.h"
#include "router/build.h"

namespace signalbox::router {

namespace {

// Without routing or global a file is not a v0.3 configuration, whatever else is in it.
void check_layout(const config::Document& document, config::Diagnostics& diagnostics) {
  if (!document.root.is_mapping() || document.root.find("routing") != nullptr ||
      document.root.find("global") != nullptr) {
    return;
  }
  diagnostics.error("", "old_layout", "this is not a v0.3 configuration: it has neither routing nor global",
                    "move signals and decisions under routing, servers under providers, settings under global");
}

// Type descriptions are made on first use, which is not thread-safe (config/describe.h); configurations may be
// validated by several threads at once. So the first load visits the whole schema, with everything else waiting.
void describe_every_type() {
  static std::once_flag once;
  std::call_once(once, [] {
    RootSpec root;
    static_cast<void>(config::json_schema(config::ref(root), "", ""));
  });
}

// A hash tells nobody the key; keys of a listener are a list, and have a better place.
std::string_view remedy_for(const std::string& path) {
  if (path.ends_with(".api_keys"))
    return "put its hash under global.services.client_auth.api_keys (signalbox hash-key)";
  return path.ends_with(".api_key") ? "use api_key_env, or ${VARIABLE}" : "use ${VARIABLE}";
}

bool holds_inline_text(const config::Node& node) {
  const auto is_inline = [](const config::Node& one) {
    return one.is_scalar() && !one.scalar.empty() && !one.from_environment;
  };
  return is_inline(node) || std::any_of(node.items.begin(), node.items.end(), is_inline);
}

// A secret written out leaks with the file; one that came through a variable does not.
void lint_secrets(const config::Document& document, config::Diagnostics& diagnostics) {
  RootSpec shape;
  for (const std::string& path : config::secret_paths(document, config::ref(shape))) {
    bool exact = false;
    const config::Node& node = document.nearest(path, &exact);
    if (!exact || path.ends_with(".sha256") || !holds_inline_text(node)) continue;
    diagnostics.warning(path, "inline_secret", "a secret written into a configuration file leaks with it",
                        std::string(remedy_for(path)));
  }
}

// Plugins that do not run here have no struct to keep their settings, and one matters: whether they would run at all.
void mark_plugins_off(const config::Document& document, RoutingSpec& routing) {
  for (DecisionSpec& decision : routing.decisions) {
    for (PluginSpec& plugin : decision.plugins) {
      bool exact = false;
      const config::Node& enabled = document.nearest(config::join(plugin.path, "configuration") + ".enabled", &exact);
      plugin.off = exact && enabled.is_scalar() && !enabled.quoted && enabled.scalar == "false";
    }
  }
}

// The folder of the file in which `key` is written.
std::string folder_of(const config::Document& document, const std::string& key) {
  const std::size_t file = document.nearest(key).mark.file;
  return file < document.files.size() ? std::filesystem::path(document.files[file]).parent_path().string() : "";
}

// How a configuration is loaded besides its text.
struct Surroundings {
  const config::Environment& environment;
  models::ServedModels* served = nullptr;
  std::string folder;  // where relative paths start; empty: at the file that they stand in
};

Loaded finish(Loaded loaded, bool readable, const Surroundings& around) {
  if (readable) {
    check_layout(*loaded.document, *loaded.diagnostics);
    std::unique_ptr<RootSpec> root = std::make_unique<RootSpec>();
    config::decode(*loaded.document, config::ref(*root), *loaded.diagnostics);
    mark_plugins_off(*loaded.document, root->routing);
    for (RecipeSpec& recipe : root->recipes) mark_plugins_off(*loaded.document, recipe.routing);
    SemanticEmbeddingsSpec& embeddings = root->global.model_catalog.embeddings.semantic;
    const auto folder = [&](const std::string& key) {
      return around.folder.empty() ? folder_of(*loaded.document, key) : around.folder;
    };
    embeddings.folder = folder(config::join(embeddings.path, path_key(model_type_of(embeddings))));
    root->global.model_catalog.folder = folder("global.model_catalog.kbs");
    std::shared_ptr<Snapshot> snapshot =
        build_snapshot(std::move(root), around.environment, around.served, *loaded.diagnostics);
    snapshot->fingerprint = config::fingerprint(loaded.document->root);
    if (loaded.diagnostics->ok()) {
      lint_secrets(*loaded.document, *loaded.diagnostics);
      loaded.snapshot = std::move(snapshot);
    }
  }
  loaded.diagnostics->sort();
  return loaded;
}

Loaded start() {
  describe_every_type();
  Loaded loaded;
  loaded.document = std::make_unique<config::Document>();
  loaded.diagnostics = std::make_unique<config::Diagnostics>(loaded.document.get());
  return loaded;
}

Loaded load_around(const std::vector<std::string>& paths, const Surroundings& around,
                   const std::function<std::optional<std::string>(const std::string&)>& text_of,
                   const config::ParseLimits& limits) {
  Loaded loaded = start();
  const bool readable =
      config::load_files(paths, around.environment, limits, *loaded.document, *loaded.diagnostics, text_of);
  for (const config::Diagnostic& diagnostic : loaded.diagnostics->items()) {
    loaded.unreadable = loaded.unreadable || diagnostic.code == "unreadable_file";
  }
  return finish(std::move(loaded), readable, around);
}

}  // namespace

Loaded load(const std::vector<std::string>& paths, const config::Environment& environment,
            const std::function<std::optional<std::string>(const std::string&)>& text_of,
            const config::ParseLimits& limits, models::ServedModels* served) {
  return load_around(paths, {environment, served, {}}, text_of, limits);
}

Loaded load_text(std::string_view yaml, const std::string& name, const config::Environment& environment,
                 models::ServedModels* served, const std::string& folder) {
  const std::string text(yaml);
  return load_around({name}, {environment, served, folder},
                     [&](const std::string&) { return std::optional<std::string>(text); }, {});
}

}  // namespace signalbox::router
