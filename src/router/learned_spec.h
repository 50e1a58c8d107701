// `global.model_catalog.modules` and `.kbs` as written, as far as they concern learned signals.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/describe.h"
#include "router/embeddings_spec.h"

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

struct ClassifierModuleSpec {
  PreferenceModuleSpec preference;
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
void describe(config::Visitor& v, ClassifierModuleSpec& x);
void describe(config::Visitor& v, KbMetricSpec& x);
void describe(config::Visitor& v, KbSpec::Source& x);
void describe(config::Visitor& v, KbSpec& x);

// VSR's own, which a configuration may use without declaring them.
const std::vector<KbSpec>& builtin_kbs();

}  // namespace signalbox::router
