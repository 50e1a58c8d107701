// Opens model folders for serving: loads, holds them to their goldens, and shares what is loaded.
//
// verdict.h says what goldens make of a folder, precision.h in which arithmetic an embedding model is then served,
// ground_truth.h whether a joint model sees the right way up.
// Models are shared by fingerprint (content of weights, tokenizer and configuration), precision, dimension and runtime
// options, for as long as somebody holds one.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/embedder_provider.h"
#include "models/served_embedder.h"
#include "trust/classifier_loader.h"
#include "trust/goldens.h"
#include "trust/ground_truth.h"
#include "trust/image_loader.h"
#include "trust/verdict_store.h"

namespace signalbox::trust {

// Off: for models that were never taught anything, which see nothing. Never a configuration's to choose.
enum class GroundTruthCheck : std::uint8_t { on, off };

class EmbedderLoader final : public models::EmbedderProvider {
 public:
  // What `verdicts` remembers need not be proven again.
  explicit EmbedderLoader(GroundTruthCheck check = GroundTruthCheck::on, VerdictStore verdicts = {})
      : check_(check), verdicts_(std::move(verdicts)) {}

  Opened open(const models::EmbedderRequest& request) override;
  OpenedImages open_images(const models::EmbedderRequest& request) override;
  // A model that sees the built-in pictures the wrong way (ground_truth.h) is untrusted in both towers, whatever its
  // goldens say.
  OpenedJoint open_joint(const models::EmbedderRequest& request) override;
  OpenedClassifier open_classifier(const models::ClassifierRequest& request) override;
  OpenedTagger open_tagger(const models::ClassifierRequest& request) override;

 private:
  // With the mutex held. Throws.
  std::shared_ptr<const models::TextEmbedder> open_folder(const models::EmbedderRequest& request);
  std::shared_ptr<const models::TextEmbedder> find(const std::string& key) const;
  std::optional<tensor::Arithmetic> known_arithmetic(models::Precision asked, const std::string& content) const;

  // Why this model is not to be believed; "" when it sees the right way up.
  std::string upside_down(const models::JointModel& model);

  const GroundTruthCheck check_;
  const VerdictStore verdicts_;
  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<const models::TextEmbedder>> open_;
  std::map<std::string, tensor::Arithmetic> automatic_;  // what `auto` chose for a content
  std::map<std::string, std::string> upside_down_;       // by fingerprint: why; "" for a model that is not
  ClassifierLoader classifiers_{verdicts_};              // with the mutex held
  ImageLoader images_{verdicts_};                        // with the mutex held
};

}  // namespace signalbox::trust
