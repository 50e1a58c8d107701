#include "models/loaded_encoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "tensor/load_error.h"

namespace signalbox::models {

using tensor::LoadError;

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

std::uint32_t checked_length(const ModelFolder& folder, const tokenizers::Tokenizer& tokenizer, std::int64_t limit) {
  if (static_cast<std::size_t>(limit) <= tokenizer.special_tokens_added()) {
    throw LoadError(fmt::format("{}: {} tokens leave no room for a text", folder.path.string(), limit));
  }
  return static_cast<std::uint32_t>(limit);
}

LoadedEncoder LoadedEncoder::from(const std::filesystem::path& path) {
  ModelFolder folder = read_model_folder(path);
  tokenizers::Tokenizer tokenizer = load_tokenizer(folder);
  const tensor::SafetensorsFile weights(folder.weights);
  std::unique_ptr<TextEncoder> encoder = make_text_encoder(folder.encoder, weights);
  const std::int64_t limit = folder.sentence.max_tokens > 0
                                 ? std::min(folder.sentence.max_tokens, folder.encoder.positions)
                                 : folder.encoder.positions;
  const std::uint32_t max_tokens = checked_length(folder, tokenizer, limit);
  return {std::move(folder), std::move(tokenizer), std::move(encoder), max_tokens};
}

std::unique_ptr<TextEncoder> LoadedEncoder::encoder_in(tensor::Arithmetic arithmetic) const {
  const tensor::SafetensorsFile weights(folder.weights);
  return make_text_encoder(folder.encoder, weights, arithmetic);
}

}  // namespace signalbox::models
