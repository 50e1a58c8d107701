#include "models/loaded_encoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "models/architecture.h"
#include "models/json_file.h"
#include "models/pooling.h"
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

namespace {

// The token that the tokenizer's own files name, as text or with its properties.
std::optional<std::string> pad_token(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return std::nullopt;
  const nlohmann::json parsed = read_json_file(file);
  const JsonObject config(parsed, file.string());
  if (!config.has("pad_token")) return std::nullopt;
  return config.has_text("pad_token") ? config.text("pad_token") : config.object("pad_token").text("content");
}

std::uint32_t pad_of(const ModelFolder& folder, const tokenizers::Tokenizer& tokenizer) {
  for (const char* const name : {"tokenizer_config.json", "special_tokens_map.json"}) {
    const std::optional<std::string> token = pad_token(folder.path / name);
    if (!token) continue;
    if (const std::optional<std::uint32_t> id = tokenizer.token_to_id(*token)) return *id;
    throw LoadError(fmt::format("{}: \"pad_token\" is not in tokenizer.json", (folder.path / name).string()));
  }
  if (const std::optional<std::uint32_t> id = tokenizer.pad_id()) return *id;
  throw LoadError(fmt::format(
      "{}: names no padding token, which this model reads after every text; add \"pad_token\" to tokenizer_config.json",
      folder.path.string()));
}

void add_contract(LoadedEncoder& loaded, const tensor::SafetensorsFile& file) {
  const EncoderConfig& config = loaded.folder.encoder;
  if (const auto make = find_architecture(config.model_type)->make_projection) {
    loaded.projection.emplace(make(config, tensor::Weights(file)));
  }
  if (config.contract && config.contract->padded) loaded.pad = pad_of(loaded.folder, loaded.tokenizer);
  if (!config.contract || !config.contract->end) return;
  std::vector<std::uint32_t> ids;
  loaded.tokenizer.wrap({}, ids);
  if (!ids.empty() && ids.back() == *config.contract->end) return;
  throw LoadError(fmt::format("{}: its texts do not end with token {}, whose state config.json says is the text's",
                              loaded.folder.tokenizer.string(), *config.contract->end));
}

}  // namespace

void LoadedEncoder::complete(std::vector<std::uint32_t>& ids) const {
  if (pad) ids.resize(std::max<std::size_t>(ids.size(), static_cast<std::size_t>(folder.encoder.positions)), *pad);
  if (!folder.encoder.contract || !folder.encoder.contract->end) return;
  const auto end = std::ranges::find(ids, *folder.encoder.contract->end);
  if (end != ids.end()) ids.erase(end + 1, ids.end());
}

void LoadedEncoder::read_vector(std::span<const float> hidden, std::span<float> out) const {
  pool(folder.sentence.pooling, projection_layer(), hidden, folder.encoder.hidden, out);
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
  LoadedEncoder loaded{std::move(folder), std::move(tokenizer), std::move(encoder), max_tokens};
  add_contract(loaded, weights);
  return loaded;
}

std::unique_ptr<TextEncoder> LoadedEncoder::encoder_in(tensor::Arithmetic arithmetic) const {
  const tensor::SafetensorsFile weights(folder.weights);
  return make_text_encoder(folder.encoder, weights, arithmetic);
}

}  // namespace signalbox::models
