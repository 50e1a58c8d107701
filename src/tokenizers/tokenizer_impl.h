// What a loaded Tokenizer holds. Private to tokenizer.cpp, load.cpp and encode.cpp; immutable after loading.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "tokenizers/added_tokens.h"
#include "tokenizers/model.h"
#include "tokenizers/normalizer.h"
#include "tokenizers/post_processor.h"
#include "tokenizers/pre_tokenizer.h"
#include "tokenizers/tokenizer.h"

namespace signalbox::tokenizers {

// White space at the edges of a token, in characters.
struct Edges {
  std::uint16_t leading = 0;
  std::uint16_t trailing = 0;
};

struct Tokenizer::Impl {
  std::uint64_t number = 0;  // tells tokenizers apart in a WordCache
  NormalizerPtr normalizer;
  PreTokenizerPtr pre_tokenizer;
  ModelPtr model;
  const std::array<bool, 256>* cuts = nullptr;  // of the model: see Model::cuts_before_metaspace
  AddedTokens added;
  PostProcessor post;
  std::vector<Edges> edges;  // by id, if offsets are trimmed
  std::vector<std::uint32_t> special_ids;
  std::vector<std::uint32_t> added_by_id;  // indexes of added.tokens(), by ascending id
  std::optional<std::uint32_t> pad_id;

  // Tokens of the text without special ones; stops after more than `limit`. Fills ids, offsets and special_mask.
  void encode(std::string_view text, std::size_t limit, Scratch::State& scratch, Encoding& out) const;

  // Edges of a token as the byte-level alphabet writes it ("Ġ" is a space), or of a text.
  static Edges edges_of(std::string_view token);

 private:
  struct Sink;
  void encode_plain(std::string_view text, const Piece& raw, Sink& sink) const;
  void encode_piece(std::string_view word, std::uint32_t begin, Sink& sink) const;
  void encode_word(std::string_view word, std::uint32_t begin, Sink& sink) const;
};

// Throws LoadFault.
std::unique_ptr<const Tokenizer::Impl> load_tokenizer(const JsonValue& json, const LoadLimits& limits);

}  // namespace signalbox::tokenizers
