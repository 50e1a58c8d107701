// A head with its encoder: a TextClassifier.
//
// classify() asks the encoder itself. A caller that shares vectors within a request (signals/RequestEmbeddings) hands
// them over instead and the encoder is not asked: of_vector() for one vector, of_windows() for a text in windows.
// Immutable; shared by configuration snapshots.
#pragma once

#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/embed_windows.h"
#include "models/head.h"
#include "models/text_classifier.h"

namespace signalbox::models {

class HeadClassifier final : public TextClassifier {
 public:
  using Opened = std::expected<std::shared_ptr<const HeadClassifier>, std::string>;

  // The head in `folder` on this encoder, or one sentence: what is wrong with the folder, or why the encoder is not the
  // head's.
  static Opened open(const std::string& folder, std::shared_ptr<const TextEmbedder> encoder);
  // Throws tensor::LoadError where the encoder is not the head's.
  HeadClassifier(Head head, std::shared_ptr<const TextEmbedder> encoder);

  // The encoder's, but for the name and the path, which are the head's folder, the architecture ("head") and the
  // fingerprint, which covers the head and its encoder.
  const ModelInfo& info() const override { return info_; }
  const std::vector<std::string>& labels() const override { return head_.labels(); }
  Result classify(std::string_view text, const EmbedOptions& options) const override;

  std::vector<float> of_vector(std::span<const float> vector) const { return head_.probabilities(vector); }
  Classification of_windows(const WindowedText& text) const;

  const Head& head() const { return head_; }
  const std::shared_ptr<const TextEmbedder>& encoder() const { return encoder_; }

 private:
  Head head_;
  std::shared_ptr<const TextEmbedder> encoder_;
  ModelInfo info_;
};

}  // namespace signalbox::models
