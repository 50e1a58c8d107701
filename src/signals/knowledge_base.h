// A knowledge base: labels with example texts, and groups of labels; what kb signals compare requests with.
//
// Plain values, made when a configuration is loaded; immutable and shared afterwards.
#pragma once

#include <expected>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "signals/embedding_model.h"

namespace signalbox::signals {

struct KnowledgeBase {
  struct Label {
    std::string name;
    std::string description;
    std::vector<std::string> exemplars;
    double threshold = 0;  // similarity from which a text belongs to it
  };
  // How much nearer a text is to one group than to the other.
  struct Metric {
    std::string name;
    std::string positive_group, negative_group;
  };

  std::string name;
  std::vector<Label> labels;                               // by name, ascending
  std::map<std::string, std::vector<std::size_t>> groups;  // indices into labels
  std::vector<Metric> metrics;                             // besides best_score and best_matched_score
  PrototypeSettings prototypes;
  std::string missing;  // why there are no labels; empty: there are
};

// The labels of a manifest: {"labels": {name: {"description": text, "exemplars": [text, ...]}}}, as VSR writes it. All
// thresholds are 0. The error is one sentence that names the file.
std::expected<std::vector<KnowledgeBase::Label>, std::string> read_kb_manifest(const std::filesystem::path& file);

}  // namespace signalbox::signals
