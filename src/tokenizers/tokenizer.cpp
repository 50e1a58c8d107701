#include "tokenizers/tokenizer.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <limits>

#include "tokenizers/tokenizer_impl.h"

namespace signalbox::tokenizers {
namespace {

constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max() - 1;

void cut(Encoding& encoding, std::size_t tokens) {
  if (encoding.size() <= tokens) return;
  encoding.truncated = true;
  encoding.ids.resize(tokens);
  encoding.offsets.resize(tokens);
  encoding.type_ids.resize(tokens);
  encoding.special_mask.resize(tokens);
}

// Tokens left for the texts themselves.
std::size_t room(const EncodeOptions& options, std::size_t added) {
  if (!options.max_length) return kNoLimit;
  if (!options.add_special_tokens) return *options.max_length;
  return *options.max_length - std::min(added, *options.max_length);
}

// "longest_first": the shorter of a pair stays whole while the longer can give way, then they share evenly.
void cut_pair(Encoding& first, Encoding& second, std::size_t tokens) {
  if (first.size() + second.size() <= tokens) return;
  const bool swapped = first.size() > second.size();
  std::size_t shorter = std::min(first.size(), second.size());
  std::size_t longer = shorter > tokens ? shorter : std::max(shorter, tokens - shorter);
  if (shorter + longer > tokens) {
    shorter = tokens / 2;
    longer = shorter + tokens % 2;
  }
  cut(first, swapped ? longer : shorter);
  cut(second, swapped ? shorter : longer);
}

}  // namespace

Scratch::Scratch() : state_(std::make_unique<State>()) {}
Scratch::~Scratch() = default;
Scratch::Scratch(Scratch&&) noexcept = default;
Scratch& Scratch::operator=(Scratch&&) noexcept = default;

Tokenizer::Tokenizer(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
Tokenizer::Tokenizer(Tokenizer&&) noexcept = default;
Tokenizer& Tokenizer::operator=(Tokenizer&&) noexcept = default;
Tokenizer::~Tokenizer() = default;

std::expected<Tokenizer, TokenizerError> Tokenizer::from_file(const std::filesystem::path& file,
                                                              const LoadLimits& limits) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  if (error) return std::unexpected(TokenizerError{"", fmt::format("{}: {}.", file.string(), error.message())});
  if (size > limits.max_file_bytes) {
    return std::unexpected(
        TokenizerError{"", fmt::format("{} has {} bytes, more than {}.", file.string(), size, limits.max_file_bytes)});
  }
  std::ifstream in(file, std::ios::binary);
  std::string bytes(size, '\0');
  if (!in.read(bytes.data(), static_cast<std::streamsize>(size))) {
    return std::unexpected(TokenizerError{"", fmt::format("{} cannot be read.", file.string())});
  }
  return from_json(bytes, limits);
}

std::expected<Tokenizer, TokenizerError> Tokenizer::from_json(std::string_view json, const LoadLimits& limits) {
  if (json.size() > limits.max_file_bytes) {
    return std::unexpected(TokenizerError{"", fmt::format("has more than {} bytes.", limits.max_file_bytes)});
  }
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (const auto error = parser.parse(json.data(), json.size()).get(root)) {
    return std::unexpected(TokenizerError{"", fmt::format("is not valid JSON: {}.", simdjson::error_message(error))});
  }
  try {
    return Tokenizer(load_tokenizer(JsonValue(root, ""), limits));
  } catch (const LoadFault& fault) {
    return std::unexpected(TokenizerError{fault.path(), fault.what()});
  }
}

void Tokenizer::encode(std::string_view text, const EncodeOptions& options, Scratch& scratch, Encoding& out) const {
  Encoding& bare = scratch.state().first;
  const std::size_t limit = room(options, impl_->post.single.added);
  impl_->encode(text, limit, scratch.state(), bare);
  cut(bare, limit);
  impl_->post.wrap(bare, 0, bare.size(), options.add_special_tokens, out);
}

void Tokenizer::encode_pair(std::string_view first, std::string_view second, const EncodeOptions& options,
                            Scratch& scratch, Encoding& out) const {
  Scratch::State& state = scratch.state();
  const std::size_t limit = room(options, impl_->post.pair.added);
  impl_->encode(first, limit, state, state.first);
  impl_->encode(second, limit, state, state.second);
  cut_pair(state.first, state.second, limit);
  impl_->post.join(state.first, state.second, options.add_special_tokens, out);
}

std::size_t Tokenizer::count(std::string_view text, Scratch& scratch) const {
  Encoding& bare = scratch.state().first;
  impl_->encode(text, kNoLimit, scratch.state(), bare);
  return bare.size();
}

void Tokenizer::wrap(std::span<const std::uint32_t> ids, std::vector<std::uint32_t>& out) const {
  impl_->post.wrap(ids, out);
}

void Tokenizer::wrap(const Encoding& window, std::size_t begin, std::size_t end, Encoding& out) const {
  impl_->post.wrap(window, begin, end, true, out);
}

std::size_t Tokenizer::special_tokens_added(bool pair) const {
  return pair ? impl_->post.pair.added : impl_->post.single.added;
}

std::size_t Tokenizer::vocab_size() const {
  std::size_t size = impl_->model->vocabulary().size();
  for (const AddedToken& token : impl_->added.tokens()) {
    if (!impl_->model->vocabulary().id(token.content)) ++size;
  }
  return size;
}

std::optional<std::uint32_t> Tokenizer::token_to_id(std::string_view token) const {
  for (const AddedToken& added : impl_->added.tokens()) {
    if (added.content == token) return added.id;
  }
  return impl_->model->vocabulary().id(token);
}

std::optional<std::string_view> Tokenizer::id_to_token(std::uint32_t id) const {
  const std::vector<AddedToken>& tokens = impl_->added.tokens();
  const auto at =
      std::ranges::lower_bound(impl_->added_by_id, id, {}, [&](std::uint32_t index) { return tokens[index].id; });
  if (at != impl_->added_by_id.end() && tokens[*at].id == id) return tokens[*at].content;
  return impl_->model->vocabulary().token(id);
}

std::span<const std::uint32_t> Tokenizer::special_ids() const {
  return impl_->special_ids;
}

bool Tokenizer::is_special(std::uint32_t id) const {
  return std::ranges::binary_search(impl_->special_ids, id);
}

std::optional<std::uint32_t> Tokenizer::pad_id() const {
  if (impl_->pad_id) return impl_->pad_id;
  if (const auto bert = token_to_id("[PAD]")) return bert;
  return token_to_id("<pad>");
}

}  // namespace signalbox::tokenizers
