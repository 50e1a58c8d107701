// The trust gate of DESIGN §6.3: a model that is not trusted answers nothing.
//
// untrusted_reason() is pure. GatedEmbedder, GatedImageEmbedder, GatedClassifier and GatedTagger are decorators that a
// configuration holds: the policy is the configuration's, the model is shared. Any thread that may call the model may
// call it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/embedder_decorator.h"
#include "models/embedder_provider.h"
#include "models/image_embedder.h"
#include "models/text_classifier.h"
#include "models/text_embedder.h"
#include "models/text_tagger.h"

namespace signalbox::models {

// Why this model may not answer under this policy; nothing: it may.
std::optional<std::string> untrusted_reason(const ModelInfo& model, TrustPolicy policy);

class GatedEmbedder final : public EmbedderDecorator {
 public:
  GatedEmbedder(std::shared_ptr<const TextEmbedder> model, TrustPolicy policy)
      : EmbedderDecorator(std::move(model)), refusal_(untrusted_reason(model_->info(), policy)) {}

  // EmbedError::untrusted for a model that may not answer.
  Result embed(std::string_view text, const EmbedOptions& options) const override;

 private:
  std::optional<std::string> refusal_;
};

class GatedImageEmbedder final : public ImageEmbedder {
 public:
  GatedImageEmbedder(std::shared_ptr<const ImageEmbedder> model, TrustPolicy policy)
      : model_(std::move(model)), refusal_(untrusted_reason(model_->info(), policy)) {}

  const ModelInfo& info() const override { return model_->info(); }
  const imaging::ImagePreprocessor& preprocessor() const override { return model_->preprocessor(); }
  std::uint64_t passes() const override { return model_->passes(); }
  Result embed(ImageInput image, const EmbedOptions& options) const override;
  std::shared_ptr<const ImageEmbedding> remembered(const digest::Sha256& content) const override {
    return refusal_ ? nullptr : model_->remembered(content);
  }

 private:
  std::shared_ptr<const ImageEmbedder> model_;
  std::optional<std::string> refusal_;
};

class GatedClassifier final : public TextClassifier {
 public:
  GatedClassifier(std::shared_ptr<const TextClassifier> model, TrustPolicy policy)
      : model_(std::move(model)), refusal_(untrusted_reason(model_->info(), policy)) {}

  const ModelInfo& info() const override { return model_->info(); }
  const std::vector<std::string>& labels() const override { return model_->labels(); }
  Result classify(std::string_view text, const EmbedOptions& options) const override;

 private:
  std::shared_ptr<const TextClassifier> model_;
  std::optional<std::string> refusal_;
};

class GatedTagger final : public TextTagger {
 public:
  GatedTagger(std::shared_ptr<const TextTagger> model, TrustPolicy policy)
      : model_(std::move(model)), refusal_(untrusted_reason(model_->info(), policy)) {}

  const ModelInfo& info() const override { return model_->info(); }
  const std::vector<std::string>& labels() const override { return model_->labels(); }
  Result tag(std::string_view text, const EmbedOptions& options) const override;

 private:
  std::shared_ptr<const TextTagger> model_;
  std::optional<std::string> refusal_;
};

}  // namespace signalbox::models
