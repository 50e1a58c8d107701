#include "models/served_embedder.h"

#include <algorithm>
#include <utility>

namespace signalbox::models {

ServedEmbedder::ServedEmbedder(LoadedEncoder loaded, ModelInfo info, const BatchLimits& limits)
    : loaded_(std::move(loaded)), info_(std::move(info)) {
  batcher_ = std::make_unique<EncoderBatcher>(*loaded_.encoder, loaded_.max_tokens, limits);
}

std::uint32_t ServedEmbedder::count_tokens(std::string_view text) const {
  const TokenDesks::Lent desk(desks_);
  return static_cast<std::uint32_t>(loaded_.tokenizer.count(text, desk->scratch) +
                                    loaded_.tokenizer.special_tokens_added());
}

ServedEmbedder::Result ServedEmbedder::embed(std::string_view text, const EmbedOptions& options) const {
  auto embedding = std::make_shared<TextEmbedding>();
  std::vector<std::uint32_t> ids;
  {
    const TokenDesks::Lent desk(desks_);
    loaded_.tokenizer.encode(text, {.add_special_tokens = false, .max_length = std::nullopt}, desk->scratch,
                             desk->encoding);
    const std::size_t special = loaded_.tokenizer.special_tokens_added();
    const std::size_t kept = std::min(desk->encoding.ids.size(), loaded_.max_tokens - special);
    embedding->tokens = static_cast<std::uint32_t>(desk->encoding.ids.size() + special);
    loaded_.tokenizer.wrap(std::span(desk->encoding.ids).first(kept), ids);
    embedding->covered_tokens = static_cast<std::uint32_t>(ids.size());
    embedding->covered_bytes =
        kept == desk->encoding.ids.size() ? text.size() : (kept == 0 ? 0 : desk->encoding.offsets[kept - 1].end);
    loaded_.complete(ids);
  }
  embedding->values.resize(info_.dimension);
  const std::expected<void, EmbedError> done = batcher_->run(
      std::move(ids), options,
      [this, embedding](std::span<const float> hidden) { loaded_.read_vector(hidden, embedding->values); });
  if (!done) return std::unexpected(done.error());
  return embedding;
}

}  // namespace signalbox::models
