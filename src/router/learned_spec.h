// `global.model_catalog.modules` and `.kbs` as written, as far as they concern learned signals.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/describe.h"
#include "router/embeddings_spec.h"
#include "signals/learned_models.h"

namespace signalbox::signals {
std::span<const config::EnumName> enum_names(ModalitySettings::Method);
}

namespace signalbox::router {

struct ComplexityModuleSpec {
  PrototypeScoringSpec prototype_scoring;
};

// Preferences are also told apart by a margin.
struct PreferenceScoringSpec : PrototypeScoringSpec {
  double margin_threshold = 0;
};

struct PreferenceModuleSpec {
  bool use_contrastive = true;
  PreferenceScoringSpec prototype_scoring;
};

// The classifier behind a type of signals.
struct ClassifierRoleSpec {
  std::string path;
  bool enabled = true;
  std::string model_ref;  // a key of global.model_catalog.system
  std::string model_id;   // a folder
  std::optional<double> threshold;
  std::optional<bool> ignored;  // keys of VSR without a meaning here
  std::string ignored_path;
};
struct DomainClassifierSpec : ClassifierRoleSpec {};
struct FactCheckClassifierSpec : ClassifierRoleSpec {};
struct FeedbackDetectorSpec : ClassifierRoleSpec {};

// VSR's words for a prompt guard that fails: allow counts as "no jailbreak", block as a match.
enum class GuardOnError : std::uint8_t { allow, block };
std::span<const config::EnumName> enum_names(GuardOnError);

struct PromptGuardSpec : ClassifierRoleSpec {
  std::optional<GuardOnError> on_error;
  std::vector<std::string> positive_labels;  // empty: jailbreak
};

struct ClassifierModuleSpec {
  DomainClassifierSpec domain;
  PreferenceModuleSpec preference;
};

struct HallucinationMitigationSpec {
  FactCheckClassifierSpec fact_check;
};

struct ModalityDetectorSpec {
  std::string path;
  bool enabled = true;
  signals::ModalitySettings::Method method = signals::ModalitySettings::Method::hybrid;
  struct Classifier {
    std::string model_path;
    bool use_cpu = true;
  } classifier;
  std::vector<std::string> keywords, both_keywords;
  double confidence_threshold = 0.6;
  double lower_threshold_ratio = 0.7;
};

// Folders of models by role.
struct SystemModelsSpec {
  std::string domain_classifier, fact_check_classifier, feedback_detector, prompt_guard;
};

struct KbMetricSpec {
  std::string path;
  std::string name;
  std::string type = "group_margin";
  std::string positive_group, negative_group;
};

struct KbSpec {
  std::string path;
  std::string name;
  struct Source {
    std::string path;
    std::string manifest = "labels.json";
  } source;
  double threshold = 0;
  std::map<std::string, double> label_thresholds;
  std::map<std::string, std::vector<std::string>> groups;
  std::vector<KbMetricSpec> metrics;
  PrototypeScoringSpec prototype_scoring;
};

void describe(config::Visitor& v, ComplexityModuleSpec& x);
void describe(config::Visitor& v, PreferenceScoringSpec& x);
void describe(config::Visitor& v, PreferenceModuleSpec& x);
void describe(config::Visitor& v, DomainClassifierSpec& x);
void describe(config::Visitor& v, FactCheckClassifierSpec& x);
void describe(config::Visitor& v, FeedbackDetectorSpec& x);
void describe(config::Visitor& v, PromptGuardSpec& x);
void describe(config::Visitor& v, ClassifierModuleSpec& x);
void describe(config::Visitor& v, HallucinationMitigationSpec& x);
void describe(config::Visitor& v, ModalityDetectorSpec::Classifier& x);
void describe(config::Visitor& v, ModalityDetectorSpec& x);
void describe(config::Visitor& v, SystemModelsSpec& x);
void describe(config::Visitor& v, KbMetricSpec& x);
void describe(config::Visitor& v, KbSpec::Source& x);
void describe(config::Visitor& v, KbSpec& x);

// VSR's own, which a configuration may use without declaring them.
const std::vector<KbSpec>& builtin_kbs();

}  // namespace signalbox::router
