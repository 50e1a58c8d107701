#include "models/trust_gate.h"

#include <utility>

namespace signalbox::models {

std::optional<std::string> untrusted_reason(const ModelInfo& model, TrustPolicy policy) {
  switch (model.trust) {
    case Trust::proven:
      return std::nullopt;
    case Trust::unproven:
      if (policy == TrustPolicy::allow_unproven) return std::nullopt;
      return "the model has no goldens (global.model_catalog.trust: allow_unproven serves it all the same)";
    case Trust::untrusted:
      return "the model is untrusted" + (model.trust_detail.empty() ? "" : ": " + model.trust_detail);
  }
  return "the model's state is not known";
}

TextEmbedder::Result GatedEmbedder::embed(std::string_view text, const EmbedOptions& options) const {
  if (refusal_) return std::unexpected(EmbedError{EmbedError::Kind::untrusted, *refusal_});
  return model_->embed(text, options);
}

ImageEmbedder::Result GatedImageEmbedder::embed(ImageInput image, const EmbedOptions& options) const {
  if (refusal_) return std::unexpected(EmbedError{EmbedError::Kind::untrusted, *refusal_});
  return model_->embed(std::move(image), options);
}

TextClassifier::Result GatedClassifier::classify(std::string_view text, const EmbedOptions& options) const {
  if (refusal_) return std::unexpected(EmbedError{EmbedError::Kind::untrusted, *refusal_});
  return model_->classify(text, options);
}

TextTagger::Result GatedTagger::tag(std::string_view text, const EmbedOptions& options) const {
  if (refusal_) return std::unexpected(EmbedError{EmbedError::Kind::untrusted, *refusal_});
  return model_->tag(text, options);
}

}  // namespace signalbox::models
