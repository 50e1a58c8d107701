// What signals know of the configuration's models besides the embedding model itself: how the types that rest on it
// score, knowledge bases, and the classifiers by role.
//
// Made when a snapshot is built, owned by it, immutable; shared by all threads.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "signals/embedding_model.h"
#include "signals/knowledge_base.h"

namespace signalbox::signals {

struct PreferenceSettings {
  PrototypeSettings prototypes;
  bool contrastive = true;  // by similarity to examples; else a chat model would be asked
};

struct LearnedModels {
  PrototypeSettings complexity;
  PreferenceSettings preference;
  std::vector<std::shared_ptr<const KnowledgeBase>> kbs;
};

}  // namespace signalbox::signals
