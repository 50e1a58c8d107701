// The classifiers behind signals: which folder each role's is, and the model itself, opened. A folder with a head.json
// is a head on the configuration's embedding model; any other is a fine-tuned sequence classifier.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "models/head.h"
#include "router/build_steps.h"
#include "signals/registry.h"

namespace signalbox::router {

namespace fs = std::filesystem;

namespace {

using signals::ClassifierModel;
using Opened = std::expected<ClassifierModel, std::string>;

Opened open_head(const std::string& folder, const std::string& written, const signals::EmbeddingModel& embedding) {
  ClassifierModel model;
  if (!embedding.embedder) {
    model.missing = fmt::format("the head in {} needs the embedding model: {}", written, embedding.missing);
    return model;
  }
  models::HeadClassifier::Opened head = models::HeadClassifier::open(folder, embedding.embedder);
  if (!head) return std::unexpected(head.error());
  model.head = std::move(*head);
  model.classifier = model.head;
  return model;
}

Opened open_fine_tuned(const std::string& folder, const ModelCatalogSpec& catalog, models::ServedModels& served) {
  models::ClassifierRequest request;
  request.path = folder;
  request.trust = catalog.trust;
  request.runtime = runtime_of(catalog.runtime);
  models::EmbedderProvider::OpenedClassifier opened = served.open_classifier(request);
  if (!opened) return std::unexpected(opened.error());
  ClassifierModel model;
  model.classifier = std::move(*opened);
  return model;
}

// True when a rule of this tree names a signal of the type.
bool names(const decision::RuleSpec& rule, std::string_view type) {
  if (rule.type == type) return true;
  return rule.conditions &&
         std::ranges::any_of(*rule.conditions, [&](const decision::RuleSpec& child) { return names(child, type); });
}

bool uses(const RoutingSpec& routing, std::string_view leaf) {
  const std::span<const signals::Type* const> registry = signals::registry();
  const auto type = std::ranges::find(registry, leaf, &signals::Type::leaf);
  const auto index = static_cast<std::size_t>(type - registry.begin());
  if ((*type)->rules_type()->size(routing.signals.rules[index].get()) > 0) return true;
  return std::ranges::any_of(routing.decisions,
                             [&](const DecisionSpec& d) { return d.rules && names(*d.rules, leaf); });
}

bool uses(const RootSpec& root, std::string_view leaf) {
  return uses(root.routing, leaf) ||
         std::ranges::any_of(root.recipes, [&](const RecipeSpec& recipe) { return uses(recipe.routing, leaf); });
}

// One role as the configuration has it.
struct Role {
  std::string_view leaf;  // the type of signals that it is for
  std::string path;       // in the configuration, for messages
  bool enabled = true;
  std::string folder;
  double threshold = 0.5;
  bool threshold_written = false;
  bool named = false;  // its folder stands in the configuration: the classification API may use it, rules or not
};

std::string folder_of(const ClassifierRoleSpec& spec, const std::string& system, std::string_view key,
                      std::string_view default_folder, config::Diagnostics& diagnostics) {
  if (!spec.model_ref.empty() && spec.model_ref != key) {
    diagnostics.error(config::join(spec.path, "model_ref"), "wrong_role",
                      fmt::format("\"{}\" is not the role of this module", spec.model_ref), fmt::format("use {}", key));
  }
  if (!spec.model_ref.empty() && !system.empty()) return system;
  if (!spec.model_id.empty()) return spec.model_id;
  return system.empty() ? std::string(default_folder) : system;
}

std::vector<Role> roles_of(const ModelCatalogSpec& catalog, config::Diagnostics& diagnostics) {
  const ModulesSpec& modules = catalog.modules;
  const auto role = [&](std::string_view leaf, const ClassifierRoleSpec& spec, const std::string& system,
                        std::string_view key, std::string_view folder, double threshold) {
    return Role{leaf,
                spec.path,
                spec.enabled,
                folder_of(spec, system, key, folder, diagnostics),
                spec.threshold.value_or(threshold),
                spec.threshold.has_value(),
                !spec.model_id.empty() || !system.empty()};
  };
  const std::string& modality = modules.modality_detector.classifier.model_path;
  return {role("domain", modules.classifier.domain, catalog.system.domain_classifier, "domain_classifier",
               "models/mmbert32k-intent-classifier-merged", 0.5),
          role("fact_check", modules.hallucination_mitigation.fact_check, catalog.system.fact_check_classifier,
               "fact_check_classifier", "models/mmbert32k-factcheck-classifier-merged", 0.6),
          role("jailbreak", modules.prompt_guard, catalog.system.prompt_guard, "prompt_guard",
               "models/mmbert32k-jailbreak-detector-merged", 0.7),
          role("user_feedback", modules.feedback_detector, catalog.system.feedback_detector, "feedback_detector",
               "models/mmbert32k-feedback-detector-merged", 0.7),
          {"modality", modules.modality_detector.path, modules.modality_detector.enabled,
           modality.empty() ? "models/mmbert32k-modality-router-merged" : modality,
           modules.modality_detector.confidence_threshold, true, !modality.empty()}};
}

// Where its folder is not there, the pack's is meant.
void use_stand_in(Role& role, const std::string& base, StandIns& stand_ins) {
  std::error_code error;
  if (fs::is_directory(fs::path(base) / role.folder, error)) return;
  const std::string path = role.path.empty() ? "global.model_catalog" : role.path;
  const PackModel* const model = stand_ins.find(role.leaf, path, role.folder);
  if (model == nullptr) return;
  role.folder = model->folder.string();
  if (!role.threshold_written) role.threshold = model->threshold.value_or(role.threshold);
}

ClassifierModel open_role(const Role& role, const signals::LearnedModels& learned, config::Diagnostics& diagnostics) {
  ClassifierModel model;
  if (!role.enabled) {
    model.missing = fmt::format("{} is not enabled", role.path.empty() ? role.leaf : role.path);
  } else if (Opened opened = learned.open(role.folder)) {
    model = std::move(*opened);
  } else {
    diagnostics.error(role.path.empty() ? "global.model_catalog" : role.path, "model_not_loaded", opened.error());
  }
  model.threshold = role.threshold;
  return model;
}

ClassifierModel& model_of(signals::LearnedModels& learned, std::string_view leaf) {
  if (leaf == "domain") return learned.domain;
  if (leaf == "fact_check") return learned.fact_check;
  if (leaf == "jailbreak") return learned.jailbreak;
  return leaf == "user_feedback" ? learned.feedback : learned.modality;
}

}  // namespace

void open_classifiers(const RootSpec& root, models::ServedModels* served,
                      std::shared_ptr<const signals::EmbeddingModel> embedding, StandIns& stand_ins,
                      signals::LearnedModels& learned, config::Diagnostics& diagnostics) {
  const ModelCatalogSpec& catalog = root.global.model_catalog;
  const auto open_folder = [&catalog, served, embedding](const std::string& written) -> Opened {
    const std::string folder = (fs::path(catalog.folder) / written).string();
    std::error_code error;
    ClassifierModel model;
    model.missing = fmt::format("there is no folder {}", written);
    if (!fs::is_directory(folder, error)) return model;
    model.missing = "models are not loaded here";
    model.only_checked = true;
    if (served == nullptr) return model;
    return fs::exists(fs::path(folder) / models::kHeadDescription, error) ? open_head(folder, written, *embedding)
                                                                          : open_fine_tuned(folder, catalog, *served);
  };
  // Whoever names the same folder shares one model, which a request then asks once.
  learned.open = [open_folder, opened = std::map<std::string, Opened>()](const std::string& written) mutable -> Opened {
    const auto known = opened.find(written);
    return known != opened.end() ? known->second : opened.emplace(written, open_folder(written)).first->second;
  };
  const ModalityDetectorSpec& modality = catalog.modules.modality_detector;
  learned.modality_by = {modality.method, modality.keywords, modality.both_keywords, modality.lower_threshold_ratio};
  if (const auto& labels = catalog.modules.prompt_guard.positive_labels; !labels.empty()) {
    learned.jailbreak_labels = labels;
  }
  for (Role& role : roles_of(catalog, diagnostics)) {
    if (!role.named && !uses(root, role.leaf)) continue;
    if (role.enabled) use_stand_in(role, catalog.folder, stand_ins);
    model_of(learned, role.leaf) = open_role(role, learned, diagnostics);
  }
}

std::vector<std::string> unproven_models(const ModelCatalogSpec& catalog, const Snapshot& snapshot) {
  if (catalog.trust != models::TrustPolicy::allow_unproven) return {};  // then such a model answers nothing
  std::set<std::string> names;
  const auto note = [&](const models::ModelInfo& model) {
    if (model.trust == models::Trust::unproven) names.insert(model.name);
  };
  if (snapshot.embedding->embedder) note(snapshot.embedding->embedder->info());
  for (const Recipe& recipe : snapshot.recipes) {
    if (!recipe.engine) continue;
    const decision::SignalTable& table = recipe.engine->program().signals;
    for (const decision::SignalEntry& entry : table.entries()) {
      const models::ModelInfo* model = table.family(entry.family).measured_by(entry.leaf);
      if (model != nullptr) note(*model);
    }
  }
  return {names.begin(), names.end()};
}

}  // namespace signalbox::router
