#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <utility>

#include "probes/criteria.h"
#include "probes/tags.h"

namespace signalbox::probes {

namespace {

using Names = std::set<std::string>;

// What exists in the recipes that a file speaks of, and what the file asserts of it. Each member is `recipe/…`.
struct Inventory {
  Names signals, projections, algorithms, plugins;  // algorithms: decisions by name
};

// A complexity rule has a leaf per level (`rule:hard`) but is one signal.
std::string signal_name(const std::string& matched_key, const std::string& name) {
  return matched_key == "complexity" ? name.substr(0, name.find(':')) : name;
}

Inventory existing(const router::Snapshot& snapshot, const Names& recipes) {
  Inventory all;
  for (const router::Recipe& recipe : snapshot.recipes) {
    if (!recipes.contains(recipe.name)) continue;
    const decision::Program& program = recipe.engine->program();
    for (const decision::SignalEntry& signal : program.signals.entries()) {
      if (signal.metric) continue;  // nobody declared it
      const std::string key(signal.type->matched_key);
      all.signals.insert(recipe.name + "/" + key + ":" + signal_name(key, signal.name));
    }
    for (const std::string& output : program.projections.output_names) {
      all.projections.insert(recipe.name + "/projection:" + output);
    }
    for (const router::RecipeDecision& decision : recipe.decisions) {
      all.algorithms.insert(recipe.name + "/" + decision.name);
      for (const std::string& type : decision.plugin_types) {
        all.plugins.insert(recipe.name + "/" + decision.name + "/" + type);
      }
    }
  }
  return all;
}

void assert_signals(const std::string& recipe, const NamesByType& names, Inventory& asserted) {
  for (const auto& [type, list] : names) {
    for (const std::string& name : list) {
      const std::string entry = recipe + "/" + type + ":" + signal_name(type, name);
      (type == "projection" ? asserted.projections : asserted.signals).insert(entry);
    }
  }
}

Inventory asserted_by(const ProbeFile& file) {
  Inventory asserted;
  for (const DecisionProbes& decision : file.decisions) {
    const std::string& recipe = decision.expected_recipe;
    assert_signals(recipe, decision.expected_signals, asserted);
    assert_signals(recipe, decision.forbidden_signals, asserted);
    for (const Variant& variant : decision.variants) assert_signals(recipe, variant.expected_signals, asserted);
    const std::string name = recipe + "/" + decision.decision();
    if (!decision.expected_algorithm.empty()) asserted.algorithms.insert(name);
    for (const std::string& type : decision.expected_plugins) asserted.plugins.insert(name + "/" + type);
  }
  return asserted;
}

Names together(const Names& a, const Names& b) {
  Names all = a;
  all.insert(b.begin(), b.end());
  return all;
}

double percent(const Names& all, const Names& asserted) {
  if (all.empty()) return 100;
  const auto count = std::ranges::count_if(all, [&](const std::string& name) { return asserted.contains(name); });
  return std::round(1000.0 * static_cast<double>(count) / static_cast<double>(all.size())) / 10;
}

void demand(std::vector<Criterion>& criteria, std::string name, std::optional<double> required, double actual) {
  if (required) criteria.push_back({std::move(name), *required, actual, actual >= *required});
}

bool is_fixture(const config::Node& part) {
  const config::Node* type = part.find("type");
  return type != nullptr && (type->scalar == "image_fixture" || type->scalar == "image_url");
}

bool has_image(const Variant& variant) {
  if (!variant.messages) return false;
  return std::ranges::any_of(*variant.messages, [](const config::AnyValue& message) {
    const config::Node* content = message.node.find("content");
    return content != nullptr && std::ranges::any_of(content->items, is_fixture);
  });
}

Names shapes_of(const Variant& variant) {
  Names shapes;
  shapes.insert(variant.query ? "text" : "messages");
  if (!variant.tools.empty()) shapes.insert("tools");
  if (has_image(variant)) shapes.insert("image");
  for (const std::string& tag : variant.tags) {
    if (tag.starts_with("shape:")) shapes.insert(tag.substr(6));
  }
  return shapes;
}

void judge_shares(const ProbeFile& file, const router::Snapshot& snapshot, std::vector<Criterion>& criteria) {
  Names recipes;
  for (const DecisionProbes& decision : file.decisions) recipes.insert(decision.expected_recipe);
  const Inventory all = existing(snapshot, recipes), asserted = asserted_by(file);
  const Coverage& coverage = file.coverage;
  demand(criteria, "min_signal_assertion_percent", coverage.min_signal_assertion_percent,
         percent(together(all.signals, all.projections), together(asserted.signals, asserted.projections)));
  demand(criteria, "min_projection_assertion_percent", coverage.min_projection_assertion_percent,
         percent(all.projections, asserted.projections));
  demand(criteria, "min_algorithm_assertion_percent", coverage.min_algorithm_assertion_percent,
         percent(all.algorithms, asserted.algorithms));
  demand(criteria, "min_plugin_assertion_percent", coverage.min_plugin_assertion_percent,
         percent(all.plugins, asserted.plugins));
}

}  // namespace

std::vector<Criterion> judge_coverage(const ProbeFile& file, const router::Snapshot& snapshot) {
  std::vector<Criterion> criteria;
  judge_shares(file, snapshot, criteria);
  std::map<std::string, double> tags, shapes;
  for (const DecisionProbes& decision : file.decisions) {
    for (const Variant& variant : decision.variants) {
      for (const std::string& tag : tags_with_groups(variant.tags)) tags[tag] += 1;
      for (const std::string& shape : shapes_of(variant)) shapes[shape] += 1;
    }
  }
  for (const std::string& shape : file.coverage.required_request_shapes) {
    demand(criteria, "required_request_shapes." + shape, 1, shapes[shape]);
  }
  for (const auto& [tag, count] : file.coverage.min_tag_counts) {
    demand(criteria, "min_tag_counts." + tag, static_cast<double>(count), tags[tag]);
  }
  return criteria;
}

}  // namespace signalbox::probes
