// Opens folders of fine-tuned classifiers for serving: loads, holds them to their goldens, and shares what is loaded.
//
// Equal requests for the same content share one model, for as long as somebody holds it. Not thread-safe: its owner
// (EmbedderLoader) lets one caller in at a time.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "models/embedder_provider.h"
#include "models/encoder_batcher.h"
#include "models/loaded_classifier.h"
#include "trust/verdict_store.h"

namespace signalbox::trust {

models::BatchLimits limits_of(const models::RuntimeOptions& options);

class ClassifierLoader {
 public:
  // `verdicts` must outlive it.
  explicit ClassifierLoader(const VerdictStore& verdicts) : verdicts_(verdicts) {}
  models::EmbedderProvider::OpenedClassifier open(const models::ClassifierRequest& request);
  models::EmbedderProvider::OpenedTagger open_tagger(const models::ClassifierRequest& request);

 private:
  const VerdictStore& verdicts_;
  std::map<std::string, std::weak_ptr<const models::TextClassifier>> classifiers_;
  std::map<std::string, std::weak_ptr<const models::TextTagger>> taggers_;
};

}  // namespace signalbox::trust
