// A token classifier folder at work: encoder and head behind one TextTagger.
//
// Immutable but for its queue; shared by snapshots. Owned through shared_ptr by whoever uses it; its worker threads end
// with it.
#pragma once

#include "models/loaded_classifier.h"
#include "models/text_tagger.h"
#include "models/windowed_encoder.h"

namespace signalbox::models {

class ServedTagger final : public TextTagger {
 public:
  ServedTagger(LoadedClassifier loaded, ModelInfo info, const WindowOptions& windows, const BatchLimits& limits);

  const ModelInfo& info() const override { return info_; }
  const std::vector<std::string>& labels() const override { return loaded_.labels; }
  Result tag(std::string_view text, const EmbedOptions& options) const override;
  // Encoder passes since the model was loaded: one for each window.
  std::uint64_t passes() const { return encoder_.passes(); }

 private:
  LoadedClassifier loaded_;
  ModelInfo info_;
  WindowedEncoder encoder_;  // last: its workers use what stands above
};

}  // namespace signalbox::models
