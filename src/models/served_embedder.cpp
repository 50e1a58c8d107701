#include "models/served_embedder.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "models/pooling.h"
#include "tensor/load_error.h"

namespace signalbox::models {
namespace {

using tensor::LoadError;

constexpr std::size_t kDesks = 16;  // kept for the next call

tokenizers::Tokenizer load_tokenizer(const ModelFolder& folder) {
  std::expected<tokenizers::Tokenizer, tokenizers::TokenizerError> tokenizer =
      tokenizers::Tokenizer::from_file(folder.tokenizer);
  if (!tokenizer) {
    const std::string& where = tokenizer.error().path;
    throw LoadError(fmt::format("{}: {}{}{}", folder.tokenizer.string(), where, where.empty() ? "" : ": ",
                                tokenizer.error().message));
  }
  // An id without a row in the embedding table would be read from somewhere else.
  if (static_cast<std::int64_t>(tokenizer->vocab_size()) > folder.encoder.vocabulary) {
    throw LoadError(fmt::format("{}: has {} tokens and config.json says vocab_size {}: they belong to different models",
                                folder.tokenizer.string(), tokenizer->vocab_size(), folder.encoder.vocabulary));
  }
  return std::move(*tokenizer);
}

}  // namespace

LoadedEncoder LoadedEncoder::from(const std::filesystem::path& path) {
  ModelFolder folder = read_model_folder(path);
  tokenizers::Tokenizer tokenizer = load_tokenizer(folder);
  const tensor::SafetensorsFile weights(folder.weights);
  std::unique_ptr<TextEncoder> encoder = make_text_encoder(folder.encoder, weights);
  const std::int64_t limit = folder.sentence.max_tokens > 0
                                 ? std::min(folder.sentence.max_tokens, folder.encoder.positions)
                                 : folder.encoder.positions;
  if (static_cast<std::size_t>(limit) <= tokenizer.special_tokens_added()) {
    throw LoadError(fmt::format("{}: {} tokens leave no room for a text", path.string(), limit));
  }
  return {std::move(folder), std::move(tokenizer), std::move(encoder), static_cast<std::uint32_t>(limit)};
}

std::unique_ptr<TextEncoder> LoadedEncoder::encoder_in(tensor::Arithmetic arithmetic) const {
  const tensor::SafetensorsFile weights(folder.weights);
  return make_text_encoder(folder.encoder, weights, arithmetic);
}

class ServedEmbedder::Lent {
 public:
  explicit Lent(const ServedEmbedder& owner) : owner_(owner) {
    const std::lock_guard lock(owner.desks_mutex_);
    if (owner.desks_.empty()) {
      desk_ = std::make_unique<Desk>();
    } else {
      desk_ = std::move(owner.desks_.back());
      owner.desks_.pop_back();
    }
  }
  ~Lent() {
    const std::lock_guard lock(owner_.desks_mutex_);
    if (owner_.desks_.size() < kDesks) owner_.desks_.push_back(std::move(desk_));
  }
  Lent(const Lent&) = delete;
  Lent& operator=(const Lent&) = delete;
  Desk& operator*() const { return *desk_; }
  Desk* operator->() const { return desk_.get(); }

 private:
  const ServedEmbedder& owner_;
  std::unique_ptr<Desk> desk_;
};

ServedEmbedder::ServedEmbedder(LoadedEncoder loaded, ModelInfo info, const BatchLimits& limits)
    : loaded_(std::move(loaded)), info_(std::move(info)) {
  desks_.reserve(kDesks);
  batcher_ = std::make_unique<TextBatcher>(*loaded_.encoder, loaded_.max_tokens, limits);
}

std::uint32_t ServedEmbedder::count_tokens(std::string_view text) const {
  const Lent desk(*this);
  return static_cast<std::uint32_t>(loaded_.tokenizer.count(text, desk->scratch) +
                                    loaded_.tokenizer.special_tokens_added());
}

ServedEmbedder::Result ServedEmbedder::embed(std::string_view text, const EmbedOptions& options) const {
  auto embedding = std::make_shared<TextEmbedding>();
  std::vector<std::uint32_t> ids;
  {
    const Lent desk(*this);
    loaded_.tokenizer.encode(text, {.add_special_tokens = false, .max_length = std::nullopt}, desk->scratch,
                             desk->encoding);
    const std::size_t special = loaded_.tokenizer.special_tokens_added();
    const std::size_t kept = std::min(desk->encoding.ids.size(), loaded_.max_tokens - special);
    embedding->tokens = static_cast<std::uint32_t>(desk->encoding.ids.size() + special);
    loaded_.tokenizer.wrap(std::span(desk->encoding.ids).first(kept), ids);
    embedding->covered_tokens = static_cast<std::uint32_t>(ids.size());
  }
  embedding->values.resize(info_.dimension);
  const std::expected<void, EmbedError> done =
      batcher_->run(std::move(ids), options, [this, embedding](std::span<const float> hidden) {
        pool(loaded_.folder.sentence.pooling, hidden, loaded_.encoder->config().hidden, embedding->values);
      });
  if (!done) return std::unexpected(done.error());
  return embedding;
}

}  // namespace signalbox::models
