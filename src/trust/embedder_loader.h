// Opens model folders for serving: loads, holds them to their goldens, and shares what is loaded.
//
// verdict.h says what goldens make of a folder, precision.h in which arithmetic an embedding model is then served.
// Models are shared by fingerprint (content of weights, tokenizer and configuration), precision, dimension and runtime
// options, for as long as somebody holds one.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "models/embedder_provider.h"
#include "models/served_embedder.h"
#include "trust/classifier_loader.h"
#include "trust/goldens.h"
#include "trust/image_loader.h"

namespace signalbox::trust {

class EmbedderLoader final : public models::EmbedderProvider {
 public:
  Opened open(const models::EmbedderRequest& request) override;
  OpenedImages open_images(const models::EmbedderRequest& request) override;
  OpenedClassifier open_classifier(const models::ClassifierRequest& request) override;
  OpenedTagger open_tagger(const models::ClassifierRequest& request) override;

 private:
  // With the mutex held. Throws.
  std::shared_ptr<const models::TextEmbedder> open_folder(const models::EmbedderRequest& request);
  std::shared_ptr<const models::TextEmbedder> find(const std::string& key) const;
  std::optional<tensor::Arithmetic> known_arithmetic(models::Precision asked, const std::string& content) const;

  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<const models::TextEmbedder>> open_;
  std::map<std::string, tensor::Arithmetic> automatic_;  // what `auto` chose for a content
  ClassifierLoader classifiers_;                         // with the mutex held
  ImageLoader images_;                                   // with the mutex held
};

}  // namespace signalbox::trust
