// A TextEmbedder in front of another: everything but embed() is that one's.
//
// Immutable; shares the model behind it. Any thread that may call the model may call it.
#pragma once

#include <memory>
#include <utility>

#include "models/text_embedder.h"

namespace signalbox::models {

class EmbedderDecorator : public TextEmbedder {
 public:
  explicit EmbedderDecorator(std::shared_ptr<const TextEmbedder> model) : model_(std::move(model)) {}

  const ModelInfo& info() const final { return model_->info(); }
  std::uint32_t count_tokens(std::string_view text) const final { return model_->count_tokens(text); }
  std::uint64_t passes() const final { return model_->passes(); }

 protected:
  const std::shared_ptr<const TextEmbedder> model_;
};

}  // namespace signalbox::models
