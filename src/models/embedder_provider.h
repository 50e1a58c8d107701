// Who opens model folders: the interface between a configuration that names a folder and the runtime that loads it.
//
// A configuration says what it wants (a request); the provider answers with a model or with one sentence that says what
// is wrong with the folder. Equal requests share one loaded model, across configurations and reloads: the provider
// keeps models by fingerprint, precision and dimension for as long as somebody holds them. Owned by whoever starts the
// process; open() may take seconds and may be called by any thread, never by an I/O thread.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>

#include "models/image_embedder.h"
#include "models/text_classifier.h"
#include "models/text_embedder.h"
#include "models/text_tagger.h"
#include "models/token_windows.h"

namespace signalbox::models {

enum class Precision : std::uint8_t {
  automatic,  // the fastest that passes this model's bounds
  fp32,
  bf16,
  int8,
};

// Which models may answer besides proven ones. A model whose goldens fail answers under neither.
enum class TrustPolicy : std::uint8_t { proven_only, allow_unproven };

// How the encoders use the machine. Zero: the runtime decides.
struct RuntimeOptions {
  std::uint32_t threads = 0;           // that compute
  bool pin = false;                    // each to its own core
  std::uint32_t max_batch_tokens = 0;  // of one batch; nothing is padded
  std::uint32_t max_queue = 0;         // texts that wait; above it: overloaded

  bool operator==(const RuntimeOptions&) const = default;
};

struct EmbedderRequest {
  std::string path;  // the folder
  Precision precision = Precision::automatic;
  std::uint32_t dimension = 0;  // Matryoshka cut; 0: the model's own
  std::uint32_t layer = 0;      // early exit after this layer; 0: all
  TrustPolicy trust = TrustPolicy::proven_only;
  RuntimeOptions runtime;
};

struct ClassifierRequest {
  std::string path;  // the folder
  // Classifiers are computed in fp32, which automatic means: thresholds are calibrated on their probabilities.
  Precision precision = Precision::automatic;
  TrustPolicy trust = TrustPolicy::proven_only;
  WindowOptions windows;
  RuntimeOptions runtime;
};

class EmbedderProvider {
 public:
  template <class Model>
  using OpenedAs = std::expected<std::shared_ptr<const Model>, std::string>;
  using Opened = OpenedAs<TextEmbedder>;
  using OpenedClassifier = OpenedAs<TextClassifier>;
  using OpenedTagger = OpenedAs<TextTagger>;
  using OpenedImages = OpenedAs<ImageEmbedder>;
  using OpenedJoint = std::expected<JointModel, std::string>;

  virtual ~EmbedderProvider() = default;
  virtual Opened open(const EmbedderRequest& request) = 0;
  // The image tower of a folder. In a joint model, as open() does with its text tower, `automatic` means fp32: both
  // towers must compute alike for their vectors to share a space.
  virtual OpenedImages open_images(const EmbedderRequest& request) = 0;
  // All towers of a joint model. A provider that judges them together says so in their ModelInfo::trust.
  virtual OpenedJoint open_joint(const EmbedderRequest& request) {
    const Opened text = open(request);
    if (!text) return std::unexpected(text.error());
    const OpenedImages images = open_images(request);
    if (!images) return std::unexpected(images.error());
    if ((*text)->info().space() != (*images)->info().space()) {
      return std::unexpected(request.path + ": its towers were read while its files changed; open it again");
    }
    return JointModel{.text = *text, .images = *images};
  }
  // A folder of a fine-tuned sequence classifier, and of a token classifier.
  virtual OpenedClassifier open_classifier(const ClassifierRequest& request) = 0;
  virtual OpenedTagger open_tagger(const ClassifierRequest& request) = 0;
};

}  // namespace signalbox::models
