// A model folder at work: tokenizer, encoder, pooling and the batcher behind one TextEmbedder.
//
// Immutable but for its queue; shared by snapshots. Owned through shared_ptr by whoever uses it; its worker threads end
// with it.
#pragma once

#include <memory>

#include "models/encoder_batcher.h"
#include "models/loaded_encoder.h"
#include "models/text_embedder.h"
#include "models/token_desks.h"

namespace signalbox::models {

class ServedEmbedder final : public TextEmbedder {
 public:
  // `info.dimension` is at most the encoder's vector_width().
  ServedEmbedder(LoadedEncoder loaded, ModelInfo info, const BatchLimits& limits);

  const ModelInfo& info() const override { return info_; }
  Result embed(std::string_view text, const EmbedOptions& options) const override;
  std::uint32_t count_tokens(std::string_view text) const override;
  std::uint64_t passes() const override { return batcher_->passes(); }
  const EncoderBatcher& batcher() const { return *batcher_; }

 private:
  LoadedEncoder loaded_;
  ModelInfo info_;
  mutable TokenDesks desks_;
  std::unique_ptr<EncoderBatcher> batcher_;  // last: its workers use what stands above
};

}  // namespace signalbox::models
