// What learned signals need of a configuration besides models: settings, and knowledge bases with their texts.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "router/build_steps.h"

namespace signalbox::router {

namespace fs = std::filesystem;

namespace {

using signals::KnowledgeBase;

std::vector<std::string> label_names(const KnowledgeBase& kb) {
  std::vector<std::string> names;
  for (const KnowledgeBase::Label& label : kb.labels) names.push_back(label.name);
  return names;
}

// Relative to the configuration, or to where VSR keeps such things.
fs::path place_of(const std::string& path, const std::string& folder, const config::Environment& environment) {
  std::error_code error;
  const fs::path here = fs::path(folder) / path;
  const std::optional<std::string> root = environment ? environment("VLLM_SR_CONFIG_ASSET_ROOT") : std::nullopt;
  return !root || fs::is_directory(here, error) ? here : fs::path(*root) / path;
}

class KbBuilder {
 public:
  KbBuilder(const KbSpec& spec, config::Diagnostics& diagnostics) : spec_(spec), diagnostics_(diagnostics) {}

  std::shared_ptr<const KnowledgeBase> build(const std::string& folder, const config::Environment& environment) {
    kb_->name = spec_.name;
    kb_->prototypes = settings_of(spec_.prototype_scoring);
    read(place_of(spec_.source.path, folder, environment));
    set_thresholds();
    for (const auto& [name, members] : spec_.groups) add_group(name, members);
    for (const KbMetricSpec& metric : spec_.metrics) add_metric(metric);
    return kb_;
  }

 private:
  void read(const fs::path& folder) {
    std::error_code error;
    if (!fs::is_directory(folder, error)) {
      kb_->missing = fmt::format("there is no folder {} (knowledge base \"{}\")", spec_.source.path, spec_.name);
      return;
    }
    auto labels = signals::read_kb_manifest(folder / spec_.source.manifest);
    if (labels) {
      kb_->labels = std::move(*labels);
    } else {
      kb_->missing = labels.error();
      diagnostics_.error(spec_.path.empty() ? "global.model_catalog.kbs" : config::join(spec_.path, "source"),
                         "knowledge_base_not_loaded", labels.error());
    }
  }

  void set_thresholds() {
    for (KnowledgeBase::Label& label : kb_->labels) label.threshold = spec_.threshold;
    for (const auto& [name, threshold] : spec_.label_thresholds) {
      const auto label = std::ranges::find(kb_->labels, name, &KnowledgeBase::Label::name);
      if (label != kb_->labels.end()) label->threshold = threshold;
      if (label == kb_->labels.end()) no_label(config::join(config::join(spec_.path, "label_thresholds"), name), name);
    }
  }

  void add_group(const std::string& name, const std::vector<std::string>& members) {
    const std::string path = config::join(config::join(spec_.path, "groups"), name);
    if (members.empty()) diagnostics_.error(path, "empty_list", "a group must name at least one label");
    std::vector<std::size_t>& group = kb_->groups[name];
    for (const std::string& member : members) {
      const auto label = std::ranges::find(kb_->labels, member, &KnowledgeBase::Label::name);
      if (label != kb_->labels.end()) group.push_back(static_cast<std::size_t>(label - kb_->labels.begin()));
      if (label == kb_->labels.end()) no_label(path, member);
    }
  }

  // Without its texts no label is known, and nothing can be said about names.
  void no_label(const std::string& path, const std::string& name) {
    if (!kb_->missing.empty()) return;
    diagnostics_.error(path, "dangling_reference",
                       fmt::format("knowledge base \"{}\" has no label \"{}\"", spec_.name, name),
                       config::did_you_mean(name, label_names(*kb_)));
  }

  void add_metric(const KbMetricSpec& metric) {
    if (metric.type != "group_margin") {
      diagnostics_.error(config::join(metric.path, "type"), "unknown_value",
                         fmt::format("\"{}\" is no kind of metric", metric.type), "use group_margin");
    }
    for (const auto& [key, group] :
         {std::pair{"positive_group", &metric.positive_group}, std::pair{"negative_group", &metric.negative_group}}) {
      if (kb_->groups.contains(*group)) continue;
      std::vector<std::string> names;
      for (const auto& [name, members] : kb_->groups) names.push_back(name);
      diagnostics_.error(config::join(metric.path, key), "dangling_reference",
                         fmt::format("knowledge base \"{}\" has no group \"{}\"", spec_.name, *group),
                         config::did_you_mean(*group, names));
      return;
    }
    kb_->metrics.push_back({metric.name, metric.positive_group, metric.negative_group});
  }

  const KbSpec& spec_;
  config::Diagnostics& diagnostics_;
  std::shared_ptr<KnowledgeBase> kb_ = std::make_shared<KnowledgeBase>();
};

}  // namespace

trust::Calibrations build_calibrations(const ModelCatalogSpec& catalog, config::Diagnostics& diagnostics) {
  const bool written = !catalog.calibrations.empty();
  const fs::path file =
      fs::path(catalog.folder) / (written ? catalog.calibrations : std::string(trust::kCalibrationsFile));
  std::error_code error;
  if (!written && !fs::exists(file, error)) return {};
  auto calibrations = trust::Calibrations::load(file);
  if (calibrations) return std::move(*calibrations);
  diagnostics.error("global.model_catalog.calibrations", "calibrations_not_loaded", calibrations.error());
  return {};
}

signals::PrototypeSettings settings_of(const PrototypeScoringSpec& written) {
  return {.clustering = written.enabled,
          .cluster_similarity = written.cluster_similarity_threshold,
          .max_prototypes = written.max_prototypes,
          .best_weight = written.best_weight,
          .top_m = written.top_m};
}

std::shared_ptr<signals::LearnedModels> build_learned(const RootSpec& root, const config::Environment& environment,
                                                      models::ServedModels* served,
                                                      std::shared_ptr<const signals::EmbeddingModel> embedding,
                                                      StandIns& stand_ins, config::Diagnostics& diagnostics) {
  const ModelCatalogSpec& catalog = root.global.model_catalog;
  auto learned = std::make_shared<signals::LearnedModels>();
  learned->complexity = settings_of(catalog.modules.complexity.prototype_scoring);
  const PreferenceModuleSpec& preference = catalog.modules.classifier.preference;
  learned->preference = {settings_of(preference.prototype_scoring), preference.use_contrastive};
  learned->preference.prototypes.margin = preference.prototype_scoring.margin_threshold;
  std::set<std::string> taken;
  for (const KbSpec& kb : catalog.kbs) {
    if (!taken.insert(kb.name).second) {
      diagnostics.error(config::join(kb.path, "name"), "duplicate_name",
                        fmt::format("knowledge base \"{}\" is declared twice", kb.name));
      continue;
    }
    learned->kbs.push_back(KbBuilder(kb, diagnostics).build(catalog.folder, environment));
  }
  for (const KbSpec& kb : builtin_kbs()) {
    if (!taken.contains(kb.name)) learned->kbs.push_back(KbBuilder(kb, diagnostics).build(catalog.folder, environment));
  }
  open_classifiers(root, served, std::move(embedding), stand_ins, *learned, diagnostics);
  return learned;
}

}  // namespace signalbox::router
