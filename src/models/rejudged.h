// The towers of a model whose state of trust is another than its folder's: what is known of both towers together counts
// against each.
//
// Decorators; everything but info() is the model's own. Immutable; any thread that may call the model may call them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "models/image_embedder.h"
#include "models/text_embedder.h"

namespace signalbox::models {

class RejudgedEmbedder final : public TextEmbedder {
 public:
  RejudgedEmbedder(std::shared_ptr<const TextEmbedder> model, Trust trust, std::string detail)
      : model_(std::move(model)), info_(model_->info()) {
    info_.trust = trust;
    info_.trust_detail = std::move(detail);
  }

  const ModelInfo& info() const override { return info_; }
  Result embed(std::string_view text, const EmbedOptions& options) const override {
    return model_->embed(text, options);
  }
  std::uint32_t count_tokens(std::string_view text) const override { return model_->count_tokens(text); }
  std::uint64_t passes() const override { return model_->passes(); }

 private:
  std::shared_ptr<const TextEmbedder> model_;
  ModelInfo info_;
};

class RejudgedImageEmbedder final : public ImageEmbedder {
 public:
  RejudgedImageEmbedder(std::shared_ptr<const ImageEmbedder> model, Trust trust, std::string detail)
      : model_(std::move(model)), info_(model_->info()) {
    info_.trust = trust;
    info_.trust_detail = std::move(detail);
  }

  const ModelInfo& info() const override { return info_; }
  const imaging::ImagePreprocessor& preprocessor() const override { return model_->preprocessor(); }
  Result embed(ImageInput image, const EmbedOptions& options) const override {
    return model_->embed(std::move(image), options);
  }
  std::shared_ptr<const ImageEmbedding> remembered(const digest::Sha256& content) const override {
    return model_->remembered(content);
  }
  std::uint64_t passes() const override { return model_->passes(); }

 private:
  std::shared_ptr<const ImageEmbedder> model_;
  ModelInfo info_;
};

}  // namespace signalbox::models
