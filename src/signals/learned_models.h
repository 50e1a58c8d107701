// What signals know of the configuration's models besides the embedding model itself: how the types that rest on it
// score, knowledge bases, and the classifiers by role.
//
// Made when a snapshot is built, owned by it, immutable; shared by all threads.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "signals/classifier_model.h"
#include "signals/embedding_model.h"
#include "signals/knowledge_base.h"

namespace signalbox::signals {

struct PreferenceSettings {
  PrototypeSettings prototypes;
  bool contrastive = true;  // by similarity to examples; else a chat model would be asked
};

// Wishes for pictures are told by a classifier, by words, or by both.
struct ModalitySettings {
  enum class Method : std::uint8_t { classifier, keyword, hybrid };
  Method method = Method::hybrid;
  std::vector<std::string> keywords;       // words for pictures
  std::vector<std::string> both_keywords;  // words for text and pictures together
  double lower_threshold_ratio = 0.7;      // of the threshold: from there on the classifier beats the words
};

struct LearnedModels {
  PrototypeSettings complexity;
  PreferenceSettings preference;
  ModalitySettings modality_by;
  ClassifierModel domain, fact_check, feedback, modality;
  // The classifier in a folder, relative to the configuration; one whose folder is not there is `missing`. The error is
  // one sentence: what is wrong with the folder. Called while the configuration is loaded; null: nothing is opened.
  std::function<std::expected<ClassifierModel, std::string>(const std::string& folder)> open;
  std::vector<std::shared_ptr<const KnowledgeBase>> kbs;
  ClassifierModel jailbreak;
  std::vector<std::string> jailbreak_labels{"jailbreak"};  // that together are the risk
};

}  // namespace signalbox::signals
