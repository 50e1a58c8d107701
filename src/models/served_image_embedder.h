// An image tower at work: the encoder and its batcher behind one ImageEmbedder.
//
// Immutable but for its queue; shared by snapshots. Owned through shared_ptr by whoever uses it; its worker threads end
// with it.
#pragma once

#include <memory>

#include "models/encoder_batcher.h"
#include "models/image_embedder.h"
#include "models/loaded_image_encoder.h"

namespace signalbox::models {

class ServedImageEmbedder final : public ImageEmbedder {
 public:
  // `info.dimension` is at most the encoder's vector_width().
  ServedImageEmbedder(LoadedImageEncoder loaded, ModelInfo info, const BatchLimits& limits);

  const ModelInfo& info() const override { return info_; }
  const imaging::ImagePreprocessor& preprocessor() const override { return loaded_.folder.preprocessor; }
  Result embed(ImageInput image, const EmbedOptions& options) const override;
  std::uint64_t passes() const override { return batcher_->passes(); }

 private:
  LoadedImageEncoder loaded_;
  ModelInfo info_;
  std::unique_ptr<EncoderBatcher> batcher_;  // last: its workers use what stands above
};

}  // namespace signalbox::models
