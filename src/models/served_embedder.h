// A model folder at work: tokenizer, encoder, pooling and the batcher behind one TextEmbedder.
//
// Immutable but for its queue; shared by snapshots. Owned through shared_ptr by whoever uses it; its worker threads end
// with it.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <vector>

#include "models/model_config.h"
#include "models/text_batcher.h"
#include "models/text_embedder.h"
#include "tokenizers/tokenizer.h"

namespace signalbox::models {

// What is loaded from a folder before anything is served: what goldens are compared with.
struct LoadedEncoder {
  ModelFolder folder;
  tokenizers::Tokenizer tokenizer;
  std::unique_ptr<TextEncoder> encoder;
  std::uint32_t max_tokens = 0;  // of a text, special tokens included

  // Throws tensor::LoadError: whatever is wrong with the folder, and a tokenizer that does not belong to the weights.
  static LoadedEncoder from(const std::filesystem::path& path);
  // The same weights in another arithmetic. Throws tensor::LoadError.
  std::unique_ptr<TextEncoder> encoder_in(tensor::Arithmetic arithmetic) const;
};

class ServedEmbedder final : public TextEmbedder {
 public:
  // `info.dimension` is at most the encoder's width.
  ServedEmbedder(LoadedEncoder loaded, ModelInfo info, const BatchLimits& limits);

  const ModelInfo& info() const override { return info_; }
  Result embed(std::string_view text, const EmbedOptions& options) const override;
  std::uint32_t count_tokens(std::string_view text) const override;
  std::uint64_t passes() const override { return batcher_->passes(); }
  const TextBatcher& batcher() const { return *batcher_; }

 private:
  // What tokenising needs, lent to one call at a time.
  struct Desk {
    tokenizers::Scratch scratch;
    tokenizers::Encoding encoding;
  };
  class Lent;

  LoadedEncoder loaded_;
  ModelInfo info_;
  mutable std::mutex desks_mutex_;
  mutable std::vector<std::unique_ptr<Desk>> desks_;
  std::unique_ptr<TextBatcher> batcher_;  // last: its workers use what stands above
};

}  // namespace signalbox::models
